-- name: refusals
SELECT body ->> 'reason' AS reason, count(*) AS count, count(DISTINCT account) AS accounts, max(updated_at) AS latest
FROM links
WHERE state = 'refused'
GROUP BY 1
ORDER BY count DESC, reason
LIMIT 100;

-- name: feeds_in_trouble
SELECT f.feed, f.kind, f.account, a.name, f.failures, f.reason, f.looked_at, f.stalled
FROM feeds f LEFT JOIN accounts a ON a.id = f.account
WHERE f.reason <> '' OR f.stalled
ORDER BY f.failures DESC, f.feed
LIMIT 1000;

-- name: dead_letters_parked
SELECT service, count(*) AS count, max(at) AS latest FROM dead_letters WHERE status = 'parked' GROUP BY service ORDER BY service;

-- name: accounts_wanting_attention
SELECT id AS account, name, attention FROM accounts WHERE connected AND attention <> '' ORDER BY name, id LIMIT 1000;
