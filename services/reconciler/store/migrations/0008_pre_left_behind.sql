-- A record that changed hands is not begun anew by what was read of it before.
CREATE INDEX links_left_behind ON links (account) WHERE (body ->> 'moved_away')::boolean;
