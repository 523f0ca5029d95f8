-- What would grow or go on for ever is bounded.

-- Events that are written to over and over, which the budget of a mailbox counts (L-04); the number is `core/budget.py`'s.
CREATE INDEX links_restless ON links (account, ((body #>> '{spending,since}') COLLATE "C"))
    WHERE (body #>> '{spending,writes}')::int >= 5;

-- Explanations of events that nobody has told of for very long are forgotten.
CREATE INDEX skips_at ON skips (at);

-- Accounts that were connected before calendars were listed for removals have theirs listed, too, spread over the hours.
INSERT INTO feeds (feed, kind, account, place, every_seconds, next_look_at)
SELECT 'listing/' || account || '/' || place, 'listing', account, place, 21600, now() + random() * interval '6 hours'
FROM feeds WHERE kind = 'calendar'
ON CONFLICT (feed) DO NOTHING;
