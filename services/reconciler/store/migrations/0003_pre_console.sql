-- What the console lists, counts and keeps: events by their start, changes of settings, access, dead letters, and who did what by hand.

-- Of what a link's body says, the part that lists are searched and ordered by. ISO 8601 in UTC, and a plain date, sort as they read.
-- A longer title than any calendar shows would not fit an index.
ALTER TABLE links
    ADD COLUMN starts text COLLATE "C" NOT NULL GENERATED ALWAYS AS (coalesce(
        body #>> '{espo,seen,span,start}', body #>> '{espo,seen,span,first}',
        body #>> '{outlook,seen,span,start}', body #>> '{outlook,seen,span,first}', '')) STORED,
    ADD COLUMN title text NOT NULL GENERATED ALWAYS AS (left(coalesce(
        body #>> '{espo,seen,title}', body #>> '{outlook,seen,title}', ''), 255)) STORED,
    ADD COLUMN pending_since timestamptz;          -- null: nothing is under way
UPDATE links SET pending_since = updated_at WHERE state = 'pending';

CREATE INDEX links_by_start ON links (account, starts, id);
CREATE INDEX links_by_state ON links (account, state, starts, id);
CREATE INDEX links_pending ON links (account, pending_since) WHERE pending_since IS NOT NULL;
DROP INDEX links_account;                          -- links_by_start begins with the same column

-- Unique as before, and now of use to who knows an id alone.
CREATE UNIQUE INDEX links_record ON links (espo_id, entity) WHERE espo_id IS NOT NULL;
CREATE UNIQUE INDEX links_event ON links (outlook_id, account) WHERE outlook_id IS NOT NULL;
DROP INDEX links_espo_id;
DROP INDEX links_outlook_id;

CREATE INDEX skips_by_time ON skips (account, at, side, item);
CREATE INDEX skips_item ON skips (item);
CREATE INDEX feeds_in_trouble ON feeds (feed) WHERE reason <> '';

ALTER TABLE journal ADD COLUMN by text NOT NULL DEFAULT '';   -- who decided by hand; '': the rules did
CREATE INDEX journal_last_change ON journal (account, target, at) WHERE what IN ('created', 'updated', 'removed');

CREATE TABLE settings_changes (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account  text NOT NULL REFERENCES accounts (id),
    at       timestamptz NOT NULL DEFAULT now(),
    by       text NOT NULL,
    before   jsonb,                                -- null: the account was not connected
    after    jsonb                                 -- null: it was disconnected
);
CREATE INDEX settings_changes_account ON settings_changes (account, id);

CREATE TABLE access (                              -- who may connect, where EspoCRM's roles cannot say it (M02)
    user_id  text PRIMARY KEY,
    granted  boolean NOT NULL,
    by       text NOT NULL,
    at       timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE dead_letters (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    service         text NOT NULL,                 -- which could not handle it
    source          text NOT NULL,                 -- topic/partition/offset that the service read it from
    message_id      text NOT NULL,
    correlation_id  text NOT NULL,
    key             bytea,
    body            bytea,
    reason          text NOT NULL,
    at              timestamptz NOT NULL DEFAULT now(),
    status          text NOT NULL DEFAULT 'parked' CHECK (status IN ('parked', 'replayed', 'discarded')),
    by              text NOT NULL DEFAULT '',
    decided_at      timestamptz
);
CREATE UNIQUE INDEX dead_letters_source ON dead_letters (service, source, message_id);   -- a letter that comes again is the same one
CREATE INDEX dead_letters_status ON dead_letters (status, id);
CREATE INDEX dead_letters_service ON dead_letters (service, id);
CREATE INDEX dead_letters_at ON dead_letters (at);
