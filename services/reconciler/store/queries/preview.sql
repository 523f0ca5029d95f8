-- name: preview
SELECT count(*) FILTER (WHERE outlook_id IS NULL AND state = 'pending') AS to_outlook,
       count(*) FILTER (WHERE espo_id IS NULL AND state = 'pending') AS to_espo,
       count(*) FILTER (WHERE outlook_id IS NOT NULL) AS outlook_read,
       count(*) FILTER (WHERE espo_id IS NOT NULL) AS espo_read
FROM links WHERE account = $1;

-- name: matched
SELECT count(*) FROM journal WHERE account = $1 AND what = 'matched' AND at >= $2;

-- name: invitations
SELECT count(*)
FROM links, jsonb_path_query(body, '$.espo.seen.people[*]') AS person
WHERE account = $1 AND outlook_id IS NULL AND state = 'pending' AND ends_at > now()
  AND ($2 OR person ->> 'kind' IS NULL OR person ->> 'kind' = 'user')
  AND NOT EXISTS (SELECT FROM unnest($3::text[]) AS blocked
                  WHERE right('.' || split_part(person ->> 'address', '@', 2), length(blocked) + 1) = '.' || blocked);
