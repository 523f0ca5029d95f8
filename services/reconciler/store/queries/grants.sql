-- name: put_grant
INSERT INTO grants (account, owner, mailbox, addresses) VALUES ($1, $2, $3, $4)
ON CONFLICT (account) DO UPDATE
SET owner = excluded.owner, mailbox = excluded.mailbox, addresses = excluded.addresses;

-- name: grant_and_mailbox
SELECT g.mailbox AS granted, g.owner, g.addresses, a.mailbox AS synced, a.owner AS synced_owner
FROM grants g JOIN accounts a ON a.id = g.account
WHERE g.account = $1;

-- name: put_owner
UPDATE accounts SET owner = g.owner FROM grants g WHERE g.account = accounts.id AND accounts.id = $1;

-- name: put_attention
UPDATE accounts SET attention = $2 WHERE id = $1 AND attention <> $2;

-- name: attention_by_feed
UPDATE accounts SET attention = f.reason
FROM feeds f
WHERE f.feed = $1 AND f.kind IN ('calendar', 'baseline') AND f.refused AND f.account = accounts.id;

-- name: no_attention_by_feed
UPDATE accounts SET attention = ''
FROM feeds f
WHERE f.feed = $1 AND f.kind IN ('calendar', 'baseline') AND f.account = accounts.id AND accounts.attention <> ''
  AND NOT EXISTS (
      SELECT 1 FROM feeds other
      WHERE other.account = accounts.id AND other.kind IN ('calendar', 'baseline') AND other.refused
  )
RETURNING accounts.id;

-- name: give_up_outlook_looks
UPDATE feeds
SET look_id = NULL, looking_until = NULL, look_again = false, failures = failures + 1, reason = $2, next_look_at = now() + $3::interval,
    subscribe_at = CASE WHEN kind = 'calendar' THEN now() + $3::interval END
WHERE account = $1 AND (kind IN ('calendar', 'listing') OR kind = 'baseline' AND looked_at IS NULL);

-- name: stop_outlook_looks
UPDATE feeds
SET look_id = NULL, looking_until = NULL, look_again = false, reason = $2, next_look_at = NULL, subscribe_at = NULL
WHERE account = $1 AND kind IN ('calendar', 'listing', 'baseline');

-- name: look_at_outlook_now
UPDATE feeds
SET next_look_at = now() + make_interval(secs => CASE kind WHEN 'listing' THEN every_seconds ELSE 0 END),
    look_again = look_id IS NOT NULL, subscribe_at = CASE WHEN kind = 'calendar' THEN now() END
WHERE account = $1 AND (kind IN ('calendar', 'listing') OR kind = 'baseline' AND looked_at IS NULL);

-- name: resting_links
SELECT body::text FROM links
WHERE account = $1 AND due_at > now() AND in_flight = 0
ORDER BY due_at
LIMIT $2
FOR UPDATE;

-- name: forget_links_of
DELETE FROM links WHERE account = $1;

-- name: forget_skips_of
DELETE FROM skips WHERE account = $1;
