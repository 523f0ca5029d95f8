-- A consent that is lost is told to its user, and one that is given lets the sync go on, in the same mailbox only.

ALTER TABLE accounts
    ADD COLUMN attention text NOT NULL DEFAULT '',  -- what its user has to do, in words; '': nothing
    ADD COLUMN owner text NOT NULL DEFAULT '';      -- object id of the mailbox's user that the links belong to; '': nobody consented yet

CREATE INDEX accounts_attention ON accounts (name, id) WHERE attention <> '';

CREATE TABLE grants (                               -- who consented last, before and after settings are saved; no credentials
    account    text PRIMARY KEY,
    owner      text NOT NULL,
    mailbox    text NOT NULL,
    addresses  text[] NOT NULL
);
