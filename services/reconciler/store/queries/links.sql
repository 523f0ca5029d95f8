-- What is asked for by a key of a link takes many keys at once, one array for each part of a key.

-- name: lock
SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest($1::text[]) AS name;

-- name: link
SELECT id, body::text FROM links WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE;

-- name: link_by_espo_id
SELECT id, body::text FROM links
WHERE (entity, espo_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
ORDER BY id
FOR UPDATE;

-- name: link_by_outlook_id
SELECT id, body::text FROM links
WHERE (account, outlook_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
ORDER BY id
FOR UPDATE;

-- name: link_by_transaction_id
SELECT id, body::text FROM links
WHERE (account, transaction_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
ORDER BY id
FOR UPDATE;

-- name: links_of_meeting
SELECT id, body::text FROM links WHERE ical_uid = ANY ($1::text[]) AND state <> 'ended' ORDER BY id FOR UPDATE;

-- name: one_sided_links
SELECT id, body::text FROM links
WHERE (account, entity, ends_at) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[]))
  AND (espo_id IS NULL OR outlook_id IS NULL) AND in_flight = 0
ORDER BY updated_at, id
FOR UPDATE;

-- name: links_by_key
SELECT id, body::text FROM links WHERE key = ANY ($1::text[]) ORDER BY id FOR UPDATE;

-- name: save_link
INSERT INTO links (id, account, entity, espo_id, outlook_id, ical_uid, transaction_id, state, in_flight, due_at, ends_at, body,
                   correlation_id, traceparent, key, in_line, pending_since)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $13, $14, $15, $16, CASE WHEN $8 = 'pending' THEN now() END)
ON CONFLICT (id) DO UPDATE
SET account = excluded.account, entity = excluded.entity, espo_id = excluded.espo_id, outlook_id = excluded.outlook_id, ical_uid = excluded.ical_uid,
    transaction_id = excluded.transaction_id, state = excluded.state, in_flight = excluded.in_flight,
    due_at = excluded.due_at, ends_at = excluded.ends_at, body = excluded.body, updated_at = now(),
    correlation_id = excluded.correlation_id, traceparent = excluded.traceparent, key = excluded.key,
    in_line = excluded.in_line,
    pending_since = CASE WHEN excluded.state = 'pending' THEN coalesce(links.pending_since, now()) END;

-- name: due_links
-- Of who has left nothing can be done: it stays due for the day that the account comes back, and takes nobody's place meanwhile.
SELECT links.body::text, links.correlation_id, links.traceparent FROM links JOIN accounts ON accounts.id = links.account
WHERE links.due_at <= now() AND accounts.connected
ORDER BY links.due_at
LIMIT $1
FOR UPDATE OF links SKIP LOCKED;

-- name: creating_in_espo
SELECT EXISTS (
    SELECT 1 FROM links WHERE account = $1 AND in_flight > 0 AND body #>> '{espo,flight,verb}' = 'create'
    UNION ALL
    SELECT 1 FROM links WHERE account = $1 AND due_at IS NOT NULL AND body #>> '{espo,asked,verb}' = 'create'
);

-- name: under_way
SELECT account, count(*) AS links FROM links WHERE account = ANY ($1::text[]) AND in_flight > 0 GROUP BY account;

-- name: next_in_line
-- Of each account that has a line as many as may be written beside what is, whoever has waited longest first.
SELECT links.body::text, links.correlation_id, links.traceparent
FROM (SELECT DISTINCT account FROM links WHERE in_line) AS line
JOIN accounts ON accounts.id = line.account AND accounts.connected
CROSS JOIN LATERAL (
    SELECT id FROM links AS waiting
    WHERE waiting.account = line.account AND waiting.in_line
    ORDER BY waiting.due_at
    LIMIT greatest(0, $1 - (SELECT count(*) FROM links AS busy WHERE busy.account = line.account AND busy.in_flight > 0))
) AS called
JOIN links ON links.id = called.id
FOR UPDATE OF links SKIP LOCKED;

-- name: left_behind
SELECT entity, body #>> '{espo,id}' AS espo_id, (body #>> '{espo,read_at}')::timestamptz AS read_at FROM links
WHERE account = $1 AND (body ->> 'moved_away')::boolean;

-- name: links_of_item
SELECT body::text FROM links WHERE espo_id = $1 OR outlook_id = $1;

-- name: pending_links
SELECT count(*) FILTER (WHERE in_flight > 0) AS in_flight, count(*) FILTER (WHERE in_flight = 0) AS due
FROM links WHERE in_flight > 0 OR due_at IS NOT NULL;

-- name: put_unclaimed
INSERT INTO unclaimed (entity, espo_id, account, seen) VALUES ($1, $2, $3, $4::jsonb)
ON CONFLICT (entity, espo_id) DO UPDATE SET seen = excluded.seen;

-- name: unclaimed
SELECT entity, espo_id, seen::text FROM unclaimed
WHERE (entity, espo_id) IN (SELECT * FROM unnest($1::text[], $2::text[]));

-- name: drop_unclaimed
DELETE FROM unclaimed WHERE entity = $1 AND espo_id = $2;

-- name: never_claimed
DELETE FROM unclaimed WHERE (entity, espo_id) IN (
    SELECT entity, espo_id FROM unclaimed
    WHERE at < now() - $1::interval AND NOT EXISTS (
        SELECT 1 FROM links JOIN accounts ON accounts.id = links.account
        WHERE links.account = unclaimed.account AND accounts.connected AND links.due_at IS NOT NULL
        AND 'create' IN (links.body #>> '{espo,flight,verb}', links.body #>> '{espo,asked,verb}')
    )
    LIMIT 100 FOR UPDATE SKIP LOCKED
)
RETURNING seen::text;

-- name: put_skip
INSERT INTO skips (account, side, item, reason) VALUES ($1, $2, $3, $4)
ON CONFLICT (account, side, item) DO UPDATE SET reason = excluded.reason, at = now();

-- name: drop_skip
DELETE FROM skips WHERE account = $1 AND side = $2 AND item = $3;

-- name: drop_skips_of_others
DELETE FROM skips WHERE item = $3 AND side = $2 AND account <> $1;

-- name: drop_skips_of_item
DELETE FROM skips WHERE item = $1 AND side = $2;

-- name: forget_skips
DELETE FROM skips WHERE at < now() - $1::interval;

-- name: restless_links
SELECT count(*) FROM links
WHERE account = $1 AND (body #>> '{spending,writes}')::int >= 5 AND ((body #>> '{spending,since}') COLLATE "C") > $2;

-- name: skips_of_item
SELECT account, side, item, reason, at FROM skips WHERE item = $1;

-- name: held_links
SELECT body::text FROM links WHERE account = $1 AND state = 'held' ORDER BY updated_at FOR UPDATE;

-- name: held_counts
SELECT account, count(*) AS held FROM links WHERE state = 'held' GROUP BY account ORDER BY account;

-- name: meeting_under_way_elsewhere
SELECT EXISTS (
    SELECT 1 FROM links
    WHERE account = $1 AND (in_flight > 0 OR due_at IS NOT NULL) AND id <> $3 AND body #>> '{espo,id}' = $2
      AND coalesce(body #>> '{meeting,flight}', body #>> '{meeting,rest_until}') IS NOT NULL
);

-- name: one_sided_if_ours
SELECT body::text FROM links
WHERE account = $1 AND (espo_id IS NULL OR outlook_id IS NULL) AND in_flight = 0 AND EXISTS (
    SELECT 1 FROM links marked
    WHERE marked.account = $1 AND (marked.espo_id IS NULL OR marked.outlook_id IS NULL) AND marked.body @> '{"ours": true}'
)
ORDER BY updated_at
FOR UPDATE;

-- name: forget_link
DELETE FROM links WHERE id = $1;

-- name: wake_pending
UPDATE links SET due_at = $2 WHERE account = $1 AND state = 'pending' AND in_flight = 0;

-- name: forget_candidates
WITH candidates AS (
    DELETE FROM links
    WHERE account = $1 AND state = 'detached' AND in_flight = 0
      AND (outlook_id IS NULL AND body #>> '{outlook,presence}' = 'absent' AND body #>> '{espo,presence}' = 'present'
        OR espo_id IS NULL AND body #>> '{espo,presence}' = 'absent' AND body #>> '{outlook,presence}' = 'present')
      AND body #>> '{meeting,id}' IS NULL
    RETURNING account, espo_id, outlook_id, body ->> 'reason' AS reason
)
INSERT INTO skips (account, side, item, reason)
SELECT account, CASE WHEN espo_id IS NULL THEN 'outlook' ELSE 'espo' END, coalesce(espo_id, outlook_id), reason FROM candidates
ON CONFLICT (account, side, item) DO UPDATE SET reason = excluded.reason, at = now();

-- name: unlisted_links
SELECT body::text FROM links
WHERE account = $1 AND starts >= $2 AND starts < $3 AND outlook_id IS NOT NULL AND NOT outlook_id = ANY ($4::text[])
  AND state <> 'ended' AND body ->> 'calendar' = $5 AND body #>> '{outlook,presence}' = 'present'
  AND (body #>> '{outlook,read_at}')::timestamptz < $6
ORDER BY starts
LIMIT $7
FOR UPDATE;

-- name: wake_links
UPDATE links SET due_at = now() WHERE account = $1;
