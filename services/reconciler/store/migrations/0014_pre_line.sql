-- Whether an event waits for its turn because many of the same calendar are being written; nearly always none does.
ALTER TABLE links ADD COLUMN in_line boolean NOT NULL DEFAULT false;
CREATE INDEX links_in_line ON links (account, due_at) WHERE in_line;
