-- name: put_account
INSERT INTO accounts (id, name, mailbox, addresses, zone, settings)
VALUES ($1, $2, $3, $4, $5, $6::jsonb)
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, mailbox = excluded.mailbox, addresses = excluded.addresses, zone = excluded.zone,
    settings = excluded.settings, connected = true;

-- name: accounts
SELECT id, name, mailbox, addresses, zone, settings::text, awaits, attention, connected_at, began_at FROM accounts WHERE connected ORDER BY name, id;

-- name: accounts_of_people
SELECT id, name, mailbox, addresses, zone, settings::text, awaits, attention, connected_at, began_at
FROM accounts
WHERE connected AND (addresses && $1::text[] OR id = ANY ($2::text[]))
ORDER BY id;

-- name: disconnect_account
UPDATE accounts SET connected = false, attention = '' WHERE id = $1 AND connected RETURNING true;

-- name: awaits
SELECT awaits FROM accounts WHERE id = $1;

-- name: put_awaits
UPDATE accounts SET awaits = $2::text[], began_at = now() WHERE id = $1;

-- name: unread_sides
SELECT DISTINCT CASE kind WHEN 'owner' THEN 'espo' ELSE 'outlook' END AS side
FROM feeds
WHERE account = $1 AND kind IN ('calendar', 'baseline', 'owner') AND looked_at IS NULL AND NOT refused;

-- name: waiting_account_of_feed
SELECT a.id FROM feeds f JOIN accounts a ON a.id = f.account WHERE f.feed = $1 AND a.awaits && ARRAY['outlook', 'espo'];
