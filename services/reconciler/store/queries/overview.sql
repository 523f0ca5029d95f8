-- name: account_known
SELECT EXISTS (SELECT 1 FROM accounts WHERE id = $1);

-- name: mailbox_taken
SELECT EXISTS (SELECT 1 FROM accounts WHERE lower(mailbox) = lower($2) AND id <> $1);

-- name: overview
SELECT one.account,
       (SELECT coalesce(jsonb_agg(to_jsonb(known) ORDER BY known.feed), '[]')
        FROM (SELECT f.feed, f.kind, f.looked_at, f.subscription_expires_at, f.failures, f.reason, f.stalled
              FROM feeds f WHERE f.account = one.account) AS known
       )::text AS feeds,
       (SELECT coalesce(jsonb_object_agg(counted.state, counted.n), '{}')
        FROM (SELECT state, count(*) AS n FROM links WHERE account = one.account GROUP BY state) AS counted
       )::text AS counts,
       (SELECT count(*) FROM skips WHERE account = one.account) AS skipped,
       (SELECT max(at) FROM journal
        WHERE account = one.account AND target = 'espo' AND what IN ('created', 'updated', 'removed')) AS to_espo,
       (SELECT max(at) FROM journal
        WHERE account = one.account AND target = 'outlook' AND what IN ('created', 'updated', 'removed')) AS to_outlook,
       (SELECT extract(epoch FROM now() - min(pending_since))::float8 FROM links
        WHERE account = one.account AND pending_since IS NOT NULL) AS oldest_pending_seconds
FROM unnest($1::text[]) AS one (account);
