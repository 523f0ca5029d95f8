-- name: note_settings_change
INSERT INTO settings_changes (account, by, before, after) VALUES ($1, $2, $3::jsonb, $4::jsonb);

-- name: settings_changes
SELECT c.id, c.account, a.name, c.at, c.by, c.before::text, c.after::text
FROM settings_changes c JOIN accounts a ON a.id = c.account
WHERE c.id < $1
ORDER BY c.id DESC
LIMIT $2;

-- name: settings_changes_of
SELECT c.id, c.account, a.name, c.at, c.by, c.before::text, c.after::text
FROM settings_changes c JOIN accounts a ON a.id = c.account
WHERE c.account = $3 AND c.id < $1
ORDER BY c.id DESC
LIMIT $2;
