-- name: bound_census
SET LOCAL statement_timeout = '5s';

-- name: census_accounts
SELECT CASE
           WHEN NOT connected THEN 'disconnected'
           WHEN attention <> '' THEN 'attention'
           WHEN EXISTS (SELECT 1 FROM feeds f WHERE f.account = accounts.id AND f.stalled) THEN 'stalled'
           WHEN awaits <> '{}' THEN 'first reading'
           ELSE 'running'
       END AS state,
       count(*) AS count
FROM accounts GROUP BY 1;

-- name: census_links
SELECT state, count(*) AS count FROM links GROUP BY state;

-- name: census_feeds
SELECT k.kind,
       count(f.feed) FILTER (WHERE f.failures = 0 AND NOT f.refused AND NOT f.stalled) AS well,
       count(f.feed) FILTER (WHERE f.failures > 0 OR f.refused) AS failing,
       count(f.feed) FILTER (WHERE f.failures = 0 AND NOT f.refused AND f.stalled) AS stalled
FROM unnest($1::text[]) AS k (kind) LEFT JOIN feeds f ON f.kind = k.kind
GROUP BY k.kind;

-- name: census_subscriptions
SELECT count(*) FILTER (WHERE subscription_expires_at IS NULL OR subscription_expires_at < now()) AS unsubscribed,
       coalesce(extract(epoch FROM min(subscription_expires_at)), 0)::float8 AS expiry
FROM feeds WHERE subscribe_at IS NOT NULL;

-- name: census_waiting
SELECT (SELECT count(*) FROM outbox) AS outbox,
       (SELECT coalesce(extract(epoch FROM now() - min(at)), 0)::float8 FROM outbox) AS outbox_age,
       (SELECT coalesce(extract(epoch FROM now() - min(l.pending_since)), 0)::float8
        FROM links l JOIN accounts a ON a.id = l.account
        WHERE l.pending_since IS NOT NULL AND a.connected AND a.awaits = '{}' AND a.attention = '') AS pending_age,
       (SELECT coalesce(extract(epoch FROM now() - min(next_look_at)), 0)::float8
        FROM feeds WHERE next_look_at < now() AND look_id IS NULL) AS overdue,
       (SELECT count(*) FROM dead_letters WHERE status = 'parked') AS dead_letters,
       pg_database_size(current_database()) AS database_size;
