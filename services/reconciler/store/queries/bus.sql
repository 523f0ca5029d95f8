-- name: take_in
INSERT INTO inbox (message_id) SELECT DISTINCT unnest($1::uuid[]) ORDER BY 1 ON CONFLICT DO NOTHING RETURNING message_id;

-- name: forget_inbox
DELETE FROM inbox WHERE received_at < now() - $1::interval;

-- name: send
-- PostgreSQL wakes the relay once a transaction, at its commit, however often it is told to.
WITH put AS (
    INSERT INTO outbox (topic, key, message_id, correlation_id, traceparent, body) VALUES ($1, $2, $3, $4, $5, $6)
)
SELECT pg_notify('outbox', '');

-- name: lead_relay
SELECT pg_try_advisory_lock(7316845);

-- name: waiting
SELECT id, topic, key, message_id, correlation_id, traceparent, body FROM outbox ORDER BY id LIMIT $1;

-- name: sent
DELETE FROM outbox WHERE id = ANY ($1::bigint[]);

-- name: outbox_size
SELECT count(*) FROM outbox;
