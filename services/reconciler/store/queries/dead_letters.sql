-- name: put_dead_letter
INSERT INTO dead_letters (service, source, message_id, correlation_id, key, body, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (service, source, message_id) DO NOTHING;

-- name: dead_letters
SELECT id, service, source, message_id, correlation_id, reason, at, status, by, decided_at
FROM dead_letters
WHERE id < $1 AND ($2::text IS NULL OR service = $2) AND ($3::text IS NULL OR status = $3)
ORDER BY id DESC
LIMIT $4;

-- name: dead_letter
SELECT id, service, source, message_id, correlation_id, key, body, reason, at, status, by, decided_at
FROM dead_letters WHERE id = $1;

-- name: lock_dead_letter
SELECT id, service, source, message_id, correlation_id, key, body, reason, at, status, by, decided_at
FROM dead_letters WHERE id = $1 FOR UPDATE;

-- name: decide_dead_letter
UPDATE dead_letters SET status = $2, by = $3, decided_at = now() WHERE id = $1;

-- name: forget_dead_letters
DELETE FROM dead_letters WHERE at < now() - $1::interval;
