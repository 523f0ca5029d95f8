-- By what the record that is being made of an event is known in EspoCRM, or the one that it may have had; nobody asks once both sides are there.
ALTER TABLE links ADD COLUMN key text;
CREATE INDEX links_key ON links (key) WHERE key IS NOT NULL;
