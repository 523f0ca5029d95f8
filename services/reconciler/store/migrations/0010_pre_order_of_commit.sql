-- In which transaction an entry was written. Ids are given before the commit, so whoever follows them alone misses what commits late.
ALTER TABLE journal ADD COLUMN written_in xid8;
ALTER TABLE journal ALTER COLUMN written_in SET DEFAULT pg_current_xact_id();
CREATE INDEX journal_followed ON journal (written_in, id) WHERE what IN ('created', 'updated', 'removed');
