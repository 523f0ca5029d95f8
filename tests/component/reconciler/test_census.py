"""What only the database knows is counted now and then, at a bounded cost."""

import pytest

from contracts.changes import CursorAdvanced, GrantLost, LookDeferred
from contracts.looks import LookAtCalendar
from contracts.outcomes import Refused
from reconciler.census import ACCOUNT_STATES, FEED_KINDS, Census
from reconciler.store.sql import QUERIES
from support.links import event
from support.reconciling import Reconciling, done, in_espo, in_outlook, now


@pytest.fixture
def counted(reconciling: Reconciling) -> Census:
    return Census(reconciling.database, reconciling.metrics.registry, 60, clock=lambda: 1000.0)


def told(reconciling: Reconciling, name: str, **labels: str) -> float | None:
    return reconciling.metrics.registry.get_sample_value(f"reconciler_{name}", labels)


async def test_an_empty_database_counts_to_nothing_and_every_state_is_told(
    reconciling: Reconciling, counted: Census
) -> None:
    await counted.take()
    assert {told(reconciling, "accounts", state=state) for state in ACCOUNT_STATES} == {0}
    assert {told(reconciling, "feeds", kind=kind, state="well") for kind in FEED_KINDS} == {0}
    assert told(reconciling, "subscription_expiry_timestamp_seconds") == 0
    assert told(reconciling, "census_timestamp_seconds") == 1000


async def test_an_account_counts_once_by_what_matters_most_to_its_user(
    reconciling: Reconciling, counted: Census
) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben", read=False)
    await reconciling.connect("cleo", read=False)
    await reconciling.hear(GrantLost(account="cleo", reason="connect again"))
    await counted.take()
    assert {state: told(reconciling, "accounts", state=state) for state in ACCOUNT_STATES} == {
        "running": 1,
        "first reading": 1,
        "attention": 1,
        "stalled": 0,
        "disconnected": 0,
    }


async def the_look(reconciling: Reconciling) -> LookAtCalendar:
    (look,) = [look for look in await reconciling.tick() if isinstance(look, LookAtCalendar)]
    return look


async def an_hour_passes(reconciling: Reconciling) -> None:
    await reconciling.database.pool.execute(
        "UPDATE feeds SET next_look_at = next_look_at - interval '1 hour', looking_since = looking_since - interval '1 hour',"
        " looking_until = looking_until - interval '1 hour' WHERE feed = 'outlook/ann/'"
    )


async def standing(reconciling: Reconciling, census: Census) -> tuple[float | None, float | None]:
    await census.take()
    return (
        told(reconciling, "accounts", state="stalled"),
        told(reconciling, "feeds", kind="calendar", state="stalled"),
    )


@pytest.mark.scenario("X-04")
async def test_an_account_whose_looks_are_lost_is_stalled_although_nothing_failed_until_one_comes_to_its_end(
    reconciling: Reconciling, counted: Census
) -> None:
    await reconciling.connect("ann")
    await the_look(reconciling)
    assert await standing(reconciling, counted) == (0, 0)
    await an_hour_passes(reconciling)
    assert await standing(reconciling, counted) == (1, 1)
    look = await the_look(reconciling)
    assert await standing(reconciling, counted) == (1, 1)
    await reconciling.hear(CursorAdvanced(feed=look.feed, look_id=look.look_id, cursor="c", more=False))
    assert await standing(reconciling, counted) == (0, 0)


@pytest.mark.scenario("X-04")
async def test_an_account_at_which_nobody_begins_to_look_is_stalled_too(
    reconciling: Reconciling, counted: Census
) -> None:
    await reconciling.connect("ann")
    await an_hour_passes(reconciling)
    assert await standing(reconciling, counted) == (1, 1)


async def test_a_long_reading_that_gets_on_is_not_stalled(reconciling: Reconciling, counted: Census) -> None:
    await reconciling.connect("ann")
    look = await the_look(reconciling)
    await an_hour_passes(reconciling)
    await reconciling.hear(CursorAdvanced(feed=look.feed, look_id=look.look_id, cursor="page 2", more=True))
    assert await standing(reconciling, counted) == (0, 0)


async def test_a_feed_that_fails_for_long_is_failing_and_its_account_stalled(
    reconciling: Reconciling, counted: Census
) -> None:
    await reconciling.connect("ann")
    look = await the_look(reconciling)
    await an_hour_passes(reconciling)
    await reconciling.hear(LookDeferred(feed=look.feed, look_id=look.look_id, until=now(), reason="throttled"))
    assert await standing(reconciling, counted) == (1, 0)
    assert told(reconciling, "feeds", kind="calendar", state="failing") == 1


async def test_links_are_counted_by_state(reconciling: Reconciling, counted: Census) -> None:
    await reconciling.connect("ann")
    (first,) = await reconciling.hear(in_espo("m1", event()))
    await reconciling.hear(done(first, in_outlook("o1", event(), transaction_id=first.transaction_id)))
    (second,) = await reconciling.hear(in_espo("m2", event()))
    named = {"write_id": second.write_id, "link_id": second.link_id, "account": "ann", "finished_at": now()}
    await reconciling.hear(Refused.model_validate({**named, "reason": "no"}))
    await reconciling.hear(in_espo("m3", event()))
    await counted.take()
    assert [told(reconciling, "links", state=state) for state in ("in sync", "refused", "pending", "held")] == [
        1,
        1,
        1,
        0,
    ]


async def test_a_link_that_waits_is_told_with_its_age_unless_its_account_waits_too(
    reconciling: Reconciling, counted: Census
) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben", read=False)
    await reconciling.hear(in_espo("m1", event()), in_espo("m2", event(), account="ben"))
    for account, minutes in (("ann", 5), ("ben", 50)):
        await reconciling.database.pool.execute(
            "UPDATE links SET pending_since = now() - make_interval(mins => $2) WHERE account = $1", account, minutes
        )
    await counted.take()
    assert told(reconciling, "oldest_pending_seconds") == pytest.approx(300, abs=30)


async def test_what_waits_in_the_outbox_is_told_with_its_age(reconciling: Reconciling, counted: Census) -> None:
    pool = reconciling.database.pool
    await pool.execute(
        "INSERT INTO outbox (topic, key, message_id, correlation_id, body, at)"
        " VALUES ('t', 'k', gen_random_uuid(), 'c', '{}', now() - interval '2 minutes')"
    )
    await counted.take()
    assert told(reconciling, "outbox_messages") == 1
    assert told(reconciling, "outbox_age_seconds") == pytest.approx(120, abs=30)


async def test_the_count_of_links_reads_an_index_and_no_row(reconciling: Reconciling) -> None:
    async with reconciling.database.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        plan = await connection.fetch(f"EXPLAIN {QUERIES['census_links']}")
    assert any("Index Only Scan using links_state" in row[0] for row in plan), plan
