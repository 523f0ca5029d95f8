-- name: access
SELECT user_id, granted, by, at FROM access ORDER BY user_id;

-- name: put_access
INSERT INTO access (user_id, granted, by) VALUES ($1, $2, $3)
ON CONFLICT (user_id) DO UPDATE SET granted = excluded.granted, by = excluded.by, at = now()
RETURNING user_id, granted, by, at;

-- name: drop_access
DELETE FROM access WHERE user_id = $1 RETURNING true;

-- name: roles_told
SELECT user_id, granted, at FROM roles_told ORDER BY user_id;

-- name: put_roles_told
INSERT INTO roles_told (user_id, granted) VALUES ($1, $2)
ON CONFLICT (user_id) DO UPDATE SET granted = excluded.granted, at = now();
