-- name: put_account
INSERT INTO accounts (id, name, mailbox, addresses, zone, settings)
VALUES ($1, $2, $3, $4, $5, $6::jsonb)
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, mailbox = excluded.mailbox, addresses = excluded.addresses, zone = excluded.zone,
    settings = excluded.settings, connected = true;

-- name: account
SELECT id, name, mailbox, addresses, zone, settings::text, connected_at FROM accounts WHERE id = $1 AND connected;

-- name: accounts
SELECT id, name, mailbox, addresses, zone, settings::text, connected_at FROM accounts WHERE connected ORDER BY name, id;

-- name: accounts_with_address
SELECT id, name, mailbox, addresses, zone, settings::text, connected_at FROM accounts WHERE connected AND addresses @> ARRAY[$1::text];

-- name: disconnect_account
UPDATE accounts SET connected = false WHERE id = $1 AND connected RETURNING true;
