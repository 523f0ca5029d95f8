-- A feed that nobody reads is noticed although nothing failed: its looks were lost, or nobody began one (M35).

ALTER TABLE feeds ADD COLUMN looking_since timestamptz;  -- since when looks got nowhere; null: the last one came to its end

-- Twice its own rhythm, and ten minutes at least, is longer than any look takes that gets anywhere.
CREATE FUNCTION stalled(feed feeds) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        coalesce(feed.looking_since, feed.next_look_at)
        < now() - greatest(interval '10 minutes', make_interval(secs => 2 * feed.every_seconds)), false)
$$;
