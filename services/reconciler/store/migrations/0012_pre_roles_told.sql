CREATE TABLE roles_told (                          -- what EspoCRM's roles said of a user's access when the user last signed in (M02)
    user_id  text PRIMARY KEY,
    granted  boolean NOT NULL,
    at       timestamptz NOT NULL DEFAULT now()
);
