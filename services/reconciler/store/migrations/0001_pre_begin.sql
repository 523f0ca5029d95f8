-- The ground: accounts, feeds, links, journal, outbox, inbox.

CREATE TABLE accounts (
    id            text PRIMARY KEY,                    -- the EspoCRM user's id
    name          text NOT NULL,
    mailbox       text NOT NULL,                       -- user principal name or object id in Graph
    addresses     text[] NOT NULL,                     -- every address of the mailbox, in lower case
    zone          text NOT NULL,                       -- IANA name: what the owner sees
    settings      jsonb NOT NULL,
    connected     boolean NOT NULL DEFAULT true,       -- a disconnected account keeps its links: it may come back
    connected_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX accounts_mailbox ON accounts (lower(mailbox));
CREATE INDEX accounts_addresses ON accounts USING gin (addresses);

CREATE TABLE feeds (
    feed                    text PRIMARY KEY,          -- outlook/<account>/<calendar>, espo/<entity>, espo/<entity>/<account>
    kind                    text NOT NULL,             -- calendar, entity, owner, upcoming
    account                 text REFERENCES accounts (id),
    place                   text NOT NULL,             -- the calendar's id, or the entity type
    cursor                  text,
    window_start            timestamptz,
    window_end              timestamptz,
    every_seconds           double precision NOT NULL, -- how often to look without being told to
    next_look_at            timestamptz,               -- null: only when told to
    look_id                 uuid,                      -- the look under way
    looking_until           timestamptz,               -- after this the look is taken for lost
    look_again              boolean NOT NULL DEFAULT false,
    looked_at               timestamptz,               -- when a look last came to its end
    failures                integer NOT NULL DEFAULT 0,
    reason                  text NOT NULL DEFAULT '',
    subscription_id         text,
    subscription_expires_at timestamptz,
    subscribe_at            timestamptz                -- when the subscription wants care; null: never
);
CREATE INDEX feeds_next_look_at ON feeds (next_look_at) WHERE next_look_at IS NOT NULL;
CREATE INDEX feeds_subscribe_at ON feeds (subscribe_at) WHERE subscribe_at IS NOT NULL;
CREATE INDEX feeds_account ON feeds (account);

CREATE TABLE links (
    id              uuid PRIMARY KEY,
    account         text NOT NULL REFERENCES accounts (id),
    entity          text NOT NULL,
    espo_id         text,
    outlook_id      text,
    ical_uid        text,
    transaction_id  text NOT NULL,
    state           text NOT NULL,
    in_flight       smallint NOT NULL,
    due_at          timestamptz,
    ends_at         timestamptz NOT NULL,
    body            jsonb NOT NULL,                    -- the link as the core knows it
    updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX links_espo_id ON links (entity, espo_id) WHERE espo_id IS NOT NULL;
CREATE UNIQUE INDEX links_outlook_id ON links (account, outlook_id) WHERE outlook_id IS NOT NULL;
CREATE INDEX links_transaction_id ON links (transaction_id);
CREATE INDEX links_ical_uid ON links (ical_uid) WHERE ical_uid IS NOT NULL;
CREATE INDEX links_due_at ON links (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX links_upcoming ON links (entity, espo_id, ends_at) WHERE espo_id IS NOT NULL;
CREATE INDEX links_held ON links (account) WHERE state = 'held';
CREATE INDEX links_account ON links (account);
CREATE INDEX links_in_flight ON links (account) WHERE in_flight > 0;

CREATE TABLE skips (                                   -- events that are not synced, and why
    account   text NOT NULL REFERENCES accounts (id),
    side      text NOT NULL,
    item      text NOT NULL,
    reason    text NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account, side, item)
);

CREATE TABLE unclaimed (                               -- records of our own making, seen before their outcome arrived
    entity   text NOT NULL,
    espo_id  text NOT NULL,
    account  text NOT NULL,
    seen     jsonb NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (entity, espo_id)
);
CREATE INDEX unclaimed_at ON unclaimed (at);

CREATE TABLE journal (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT now(),
    account     text NOT NULL,
    link        uuid,
    what        text NOT NULL,
    source      text,
    target      text,
    entity      text,
    fields      text[] NOT NULL DEFAULT '{}',
    reason      text NOT NULL,
    latency_ms  integer,
    details     jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX journal_link ON journal (link, id);
CREATE INDEX journal_removals ON journal (account, at) WHERE what = 'to be removed';
CREATE INDEX journal_synced ON journal (id) WHERE what IN ('created', 'updated', 'removed');

CREATE TABLE outbox (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic           text NOT NULL,
    key             text NOT NULL,
    message_id      uuid NOT NULL,
    correlation_id  text NOT NULL,
    body            text NOT NULL
);

CREATE TABLE inbox (                                   -- messages already handled
    message_id   uuid PRIMARY KEY,
    received_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX inbox_received_at ON inbox (received_at);
