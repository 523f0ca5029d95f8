-- name: write_journal
INSERT INTO journal (account, link, what, source, target, entity, fields, reason, latency_ms, details)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb);

-- name: journal_of_link
SELECT id, at, account, what, source, target, entity, fields, reason, latency_ms, details::text
FROM journal WHERE link = $1 ORDER BY id;

-- name: synced_after
SELECT j.id, j.at, j.account, coalesce(a.name, '') AS name, j.source, j.target, j.what, j.entity, j.fields, j.latency_ms
FROM journal j LEFT JOIN accounts a ON a.id = j.account
WHERE j.id > $1 AND j.what IN ('created', 'updated', 'removed')
ORDER BY j.id
LIMIT 200;

-- name: removals_and_links
SELECT (SELECT count(*) FROM journal WHERE account = $1 AND what = 'to be removed' AND at > now() - $2::interval) AS removed,
       (SELECT count(*) FROM links WHERE account = $1) AS links;

-- name: journal_entry
SELECT account, link, what, target, details::text FROM journal WHERE id = $1;
