-- name: write_journal
INSERT INTO journal (account, link, what, source, target, entity, fields, reason, latency_ms, details, by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11);

-- name: journal_of_link
SELECT id, at, account, what, by, source, target, entity, fields, reason, latency_ms, details::text
FROM journal WHERE link = $1 ORDER BY id;

-- Entries are told in the order of their transactions, and only once every earlier transaction has ended: none can follow
-- that would have come before. What was written before there was this order is not told.
-- name: synced_after
SELECT j.id, j.written_in::text || '.' || j.id AS place, j.at, j.account, j.link, coalesce(a.name, '') AS name, j.source, j.target, j.what, j.entity, j.fields, j.latency_ms
FROM journal j LEFT JOIN accounts a ON a.id = j.account
WHERE (j.written_in, j.id) > ($1::text::xid8, $2) AND j.written_in < pg_snapshot_xmin(pg_current_snapshot())
  AND j.what IN ('created', 'updated', 'removed')
ORDER BY j.written_in, j.id
LIMIT 200;

-- name: removals_and_links
WITH removed AS (
    SELECT DISTINCT link FROM journal
    WHERE account = $1 AND what = 'to be removed' AND at > now() - $2::interval AND link <> $3
)
SELECT (SELECT count(*) FROM removed) AS removed,
       (SELECT count(*) FROM links
        WHERE account = $1 AND (state NOT IN ('ended', 'detached') OR id IN (SELECT link FROM removed))) AS links;

-- name: journal_entry
SELECT account, link, what, target, details::text FROM journal WHERE id = $1;

-- name: forget_lost_text
UPDATE journal SET details = details #- '{lost,title}' #- '{lost,location}' #- '{lost,description}' #- '{lost,people}' #- '{lost,join_url}'
WHERE link = $1 AND details -> 'lost' ?| ARRAY['title', 'location', 'description', 'people', 'join_url'];
