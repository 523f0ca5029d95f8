-- name: events_of_account
SELECT id, entity, espo_id, outlook_id, title, starts, state, body ->> 'reason' AS reason, updated_at,
       coalesce(body #> '{espo,seen,span}', body #> '{outlook,seen,span}')::text AS span
FROM links
WHERE account = $1 AND (starts, id) < ($2, $3) AND strpos(lower(title), lower($4)) > 0
ORDER BY starts DESC, id DESC
LIMIT $5;

-- name: events_of_account_in_state
SELECT id, entity, espo_id, outlook_id, title, starts, state, body ->> 'reason' AS reason, updated_at,
       coalesce(body #> '{espo,seen,span}', body #> '{outlook,seen,span}')::text AS span
FROM links
WHERE account = $1 AND (starts, id) < ($2, $3) AND strpos(lower(title), lower($4)) > 0 AND state = $6
ORDER BY starts DESC, id DESC
LIMIT $5;

-- name: skips_of_account
SELECT side, item, reason, at
FROM skips
WHERE account = $1 AND (at, side, item) < ($2, $3, $4) AND NOT EXISTS (
    SELECT 1 FROM links
    WHERE links.account = skips.account AND links.updated_at > skips.at
      AND (skips.side = 'outlook' AND links.outlook_id = skips.item OR skips.side = 'espo' AND links.espo_id = skips.item)
)
ORDER BY at DESC, side DESC, item DESC
LIMIT $5;

-- name: alike
SELECT id, espo_id, outlook_id
FROM links
WHERE account = $1 AND starts = (SELECT starts FROM links WHERE id = $2) AND id <> $2 AND state <> 'ended'
  AND lower(btrim(title)) = (SELECT lower(btrim(title)) FROM links WHERE id = $2) AND title <> ''
ORDER BY id
LIMIT 20;

-- name: link_to_tell
SELECT body::text FROM links WHERE id = $1;
