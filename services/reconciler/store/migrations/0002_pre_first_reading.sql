-- What is on both sides before the first sync is found before anything is made (M31): an account waits for its first readings.

ALTER TABLE accounts ADD COLUMN awaits text[] NOT NULL DEFAULT '{}';      -- outlook, espo: that side is to be read first; word: its owner's

ALTER TABLE feeds ADD COLUMN refused boolean NOT NULL DEFAULT false;      -- the last look will not succeed until somebody mends something

CREATE INDEX links_one_sided ON links (account, ends_at) WHERE espo_id IS NULL OR outlook_id IS NULL;
CREATE INDEX journal_matched ON journal (account, at) WHERE what = 'matched';
