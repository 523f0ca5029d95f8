-- Of an account with many events, those that something is under way for: found without reading the others.
CREATE INDEX links_under_way ON links (account) WHERE in_flight > 0 OR due_at IS NOT NULL;

-- A message waits for milliseconds: compressing it costs more than the room that it takes.
ALTER TABLE outbox SET (toast_tuple_target = 8160);
