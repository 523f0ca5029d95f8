-- What is watched: a message keeps its place in a trace and tells how long it waits, an account since when it syncs.

ALTER TABLE outbox
    ADD COLUMN traceparent  text NOT NULL DEFAULT '',          -- the span that sent it, as W3C writes it; '': nothing is traced
    ADD COLUMN at           timestamptz NOT NULL DEFAULT now();

-- From when on a change counts as late if it is written late; what is older waited for the connection, or for its owner's word.
ALTER TABLE accounts ADD COLUMN began_at timestamptz NOT NULL DEFAULT now();

-- The counts of links by state read this index and no row.
CREATE INDEX links_state ON links (state);

-- A link whose time has come goes on with the story that it was left in.
ALTER TABLE links
    ADD COLUMN correlation_id  text NOT NULL DEFAULT '',          -- '': left before stories were kept
    ADD COLUMN traceparent     text NOT NULL DEFAULT '';
