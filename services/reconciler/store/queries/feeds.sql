-- name: put_feed
-- A feed that stands as it shall is not touched: the sweeps are everybody's, and who connects would wait for who else does.
INSERT INTO feeds (feed, kind, account, place, every_seconds, window_start, window_end, next_look_at, subscribe_at)
SELECT $1, $2, $3, $4, $5, $6, $7, now() + CASE WHEN $2 = 'listing' THEN make_interval(secs => $5) ELSE '0' END, $8
WHERE NOT EXISTS (SELECT FROM feeds WHERE feed = $1 AND window_start IS NOT DISTINCT FROM $6)
ON CONFLICT (feed) DO UPDATE
SET window_start = excluded.window_start, window_end = excluded.window_end, cursor = NULL, look_id = NULL, next_look_at = now(),
    looked_at = NULL
WHERE feeds.window_start IS DISTINCT FROM excluded.window_start;

-- name: drop_feeds_not_in
DELETE FROM feeds WHERE account = $1 AND NOT feed = ANY ($2::text[]);

-- name: feeds_of
SELECT feed, kind, looked_at, subscription_expires_at, failures, reason FROM feeds WHERE account = $1 ORDER BY feed;

-- name: begin_due_looks
-- A calendar that is read from its beginning is read as far ahead as if its account connected today.
-- Somebody's records are read once the sweep of the company stands somewhere: what is made between the two would be read by neither.
UPDATE feeds
SET look_id = gen_random_uuid(),
    looking_since = coalesce(looking_since, now()),
    looking_until = now() + $2::interval,
    look_again = false,
    window_end = CASE WHEN cursor IS NULL AND kind IN ('calendar', 'baseline') THEN now() + $3::interval ELSE window_end END,
    next_look_at = now() + make_interval(secs => every_seconds * (0.9 + random() * 0.2))
WHERE feed IN (
    SELECT due.feed FROM feeds AS due
    WHERE next_look_at <= now() AND (look_id IS NULL OR looking_until < now())
      AND NOT (kind = 'owner' AND EXISTS (
          SELECT FROM feeds AS sweep WHERE sweep.feed = 'espo/' || due.place AND sweep.cursor IS NULL AND NOT sweep.refused
      ))
    ORDER BY next_look_at
    LIMIT $1
    FOR UPDATE SKIP LOCKED
)
RETURNING feed, kind, account, place, cursor, window_start, window_end, look_id;

-- name: read_calendars_anew
UPDATE feeds SET cursor = NULL, look_id = NULL, looking_until = NULL, look_again = false, next_look_at = now()
WHERE account = $1 AND (kind = 'calendar' OR kind = 'baseline' AND looked_at IS NULL);

-- name: move_windows_on
-- A look under way still tells what it finds. Those that cannot be looked at now are left until they can.
UPDATE feeds SET cursor = NULL, look_id = NULL, looking_until = NULL, look_again = false, next_look_at = now()
WHERE feed IN (
    SELECT feed FROM feeds
    WHERE kind = 'calendar' AND cursor IS NOT NULL AND window_end < now() + $1::interval
      AND failures = 0 AND next_look_at IS NOT NULL
    ORDER BY window_end
    LIMIT $2
    FOR UPDATE SKIP LOCKED
);

-- name: touch_feed
UPDATE feeds SET next_look_at = now(), look_again = look_id IS NOT NULL WHERE feed = $1 RETURNING true;

-- name: advance_cursor
UPDATE feeds
SET cursor = $3, looking_since = now(), looking_until = now() + $4::interval, failures = 0, reason = ''
WHERE feed = $1 AND look_id = $2;

-- name: end_look
UPDATE feeds
SET cursor = $3, look_id = NULL, looking_since = NULL, looking_until = NULL, looked_at = now(), failures = 0, reason = '', refused = false,
    next_look_at = CASE WHEN look_again THEN now() WHEN kind IN ('owner', 'baseline') THEN NULL ELSE next_look_at END,
    look_again = false
WHERE feed = $1 AND look_id = $2
RETURNING true;

-- name: lose_cursor
UPDATE feeds
SET cursor = NULL, look_id = NULL, looking_until = NULL, next_look_at = now(),
    reason = 'the cursor was lost; reading everything again'
WHERE feed = $1 AND look_id = $2
RETURNING true;

-- name: read_owners_anew
-- A sweep begins behind what is there, so what was made since it lost its place is read by owner.
UPDATE feeds SET cursor = NULL, look_again = look_id IS NOT NULL, next_look_at = now()
WHERE kind = 'owner' AND place = (SELECT sweep.place FROM feeds AS sweep WHERE sweep.feed = $1 AND sweep.kind = 'entity');

-- name: fail_look
UPDATE feeds
SET look_id = NULL, looking_until = NULL, failures = failures + 1, reason = $4, next_look_at = $3
WHERE feed = $1 AND look_id = $2;

-- name: refuse_look
UPDATE feeds
SET look_id = NULL, looking_until = NULL, failures = failures + 1, reason = $4, next_look_at = $3, refused = true
WHERE feed = $1 AND look_id = $2;

-- name: begin_due_subscriptions
UPDATE feeds
SET subscribe_at = now() + $2::interval
WHERE feed IN (
    SELECT feed FROM feeds WHERE subscribe_at <= now() ORDER BY subscribe_at LIMIT $1 FOR UPDATE SKIP LOCKED
)
RETURNING feed, account, place, subscription_id;

-- name: keep_subscription
UPDATE feeds
SET subscription_id = $2, subscription_expires_at = $3, subscribe_at = now() + ($3 - now()) * 0.6, every_seconds = $4
WHERE feed = $1;

-- name: lose_subscription
UPDATE feeds
SET subscription_expires_at = NULL, every_seconds = $3, reason = $2,
    next_look_at = least(next_look_at, now() + make_interval(secs => $3))
WHERE feed = $1;

-- name: care_for_subscription
UPDATE feeds SET subscribe_at = now() WHERE feed = $1;

-- name: looking
SELECT count(*) FROM feeds
WHERE look_id IS NOT NULL AND NOT (kind = 'entity' AND cursor IS NOT NULL) OR next_look_at <= now() AND kind <> 'entity';

-- name: next_upcoming
SELECT espo_id FROM links
WHERE entity = $1 AND espo_id > $2 AND ends_at > now() - interval '1 day' AND state NOT IN ('ended', 'detached')
ORDER BY espo_id
LIMIT $3;
