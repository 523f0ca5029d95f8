-- name: account_of_link
SELECT account FROM links WHERE id = $1;

-- name: refused_links
SELECT body::text FROM links WHERE account = $1 AND state = 'refused' ORDER BY updated_at LIMIT $2 FOR UPDATE;

-- name: forget_cursors
UPDATE feeds
SET cursor = NULL, look_id = NULL, looking_until = NULL, look_again = false, next_look_at = now(), failures = 0, looked_at = NULL,
    subscribe_at = CASE WHEN kind = 'calendar' THEN now() END
WHERE account = $1 AND kind <> 'listing'
RETURNING feed;

-- name: note_resync
INSERT INTO journal (account, what, reason, by) VALUES ($1, 'read anew', 'by hand', $2);
