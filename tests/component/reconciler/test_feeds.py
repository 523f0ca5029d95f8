"""When to look, and what the answers do to the cursors."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.changes import (
    CursorAdvanced,
    CursorLost,
    LookDeferred,
    LookRefused,
    SubscriptionFailed,
    SubscriptionKept,
)
from contracts.looks import KeepSubscription, LookAtCalendar, LookAtOwner, LookAtRecords, SweepEntity
from contracts.notices import CalendarTouched, SubscriptionEnded
from support.links import event
from support.reconciling import Reconciling, done, in_espo, in_outlook, now

FEED = "outlook/ann/"


async def first_looks(reconciling: Reconciling) -> dict[type, Any]:
    await reconciling.connect("ann")
    return {type(look): look for look in await reconciling.tick()}


def touched() -> CalendarTouched:
    return CalendarTouched(feed=FEED, account="ann", received_at=now())


def advanced(look: Any, cursor: str = "c1", *, more: bool = False) -> CursorAdvanced:
    return CursorAdvanced(feed=look.feed, look_id=look.look_id, cursor=cursor, more=more)


async def rows(reconciling: Reconciling, feed: str = FEED) -> Any:
    return await reconciling.database.pool.fetchrow("SELECT * FROM feeds WHERE feed = $1", feed)


async def test_a_connected_account_is_read_from_both_sides_and_subscribed(reconciling: Reconciling) -> None:
    looks = await first_looks(reconciling)
    assert set(looks) == {LookAtCalendar, LookAtOwner, SweepEntity, KeepSubscription}
    assert looks[LookAtCalendar].cursor is None


async def test_who_connects_does_not_wait_for_a_sweep_that_is_being_answered(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    async with reconciling.database.pool.acquire() as other, other.transaction():
        await other.execute("UPDATE feeds SET failures = 0 WHERE kind = 'entity'")
        await reconciling.connect("ben")
    assert await rows(reconciling, "outlook/ben/")


async def before_the_first_sweep(reconciling: Reconciling) -> dict[type, Any]:
    await reconciling.connect("ann")
    await reconciling.database.pool.execute("UPDATE feeds SET cursor = NULL WHERE kind = 'entity'")
    return {type(look): look for look in await reconciling.tick()}


async def test_somebodys_records_are_read_once_the_sweep_of_the_company_stands(reconciling: Reconciling) -> None:
    looks = await before_the_first_sweep(reconciling)
    assert set(looks) == {LookAtCalendar, SweepEntity, KeepSubscription}
    sent = await reconciling.hear(advanced(looks[SweepEntity]))
    assert [type(look) for look in sent] == [LookAtOwner]


async def test_where_the_sweep_is_refused_somebodys_records_are_tried_all_the_same(reconciling: Reconciling) -> None:
    sweep = (await before_the_first_sweep(reconciling))[SweepEntity]
    await reconciling.hear(LookRefused(feed=sweep.feed, look_id=sweep.look_id, reason="no such entity type"))
    assert LookAtOwner in {type(look) for look in await reconciling.tick()}


async def test_where_a_sweep_has_lost_its_place_everybodys_records_are_read_anew_once_it_stands_again(
    reconciling: Reconciling,
) -> None:
    looks = await first_looks(reconciling)
    await reconciling.hear(advanced(looks[LookAtOwner]))
    await reconciling.hear(CursorLost(feed=looks[SweepEntity].feed, look_id=looks[SweepEntity].look_id))
    (sweep,) = [look for look in await reconciling.tick() if isinstance(look, SweepEntity)]
    assert sweep.cursor is None
    (owner,) = [look for look in await reconciling.hear(advanced(sweep)) if isinstance(look, LookAtOwner)]
    assert (owner.account, owner.cursor) == ("ann", None)


async def test_the_target_of_a_one_way_account_is_read_once_and_not_for_changes(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", direction="espo_to_outlook")
    looks = {type(look): look for look in await reconciling.tick()}
    assert set(looks) == {LookAtOwner, SweepEntity, LookAtCalendar}
    await reconciling.hear(advanced(looks[LookAtCalendar]))
    assert (
        await reconciling.database.pool.fetchval("SELECT count(next_look_at) FROM feeds WHERE kind = 'baseline'") == 0
    )


@pytest.mark.scenario("W-13")
async def test_a_flood_of_notices_is_one_look_and_one_more_after_it(reconciling: Reconciling) -> None:
    looks = await first_looks(reconciling)
    assert await reconciling.hear(*(touched() for _ in range(100))) == []
    (again,) = await reconciling.hear(advanced(looks[LookAtCalendar]))
    assert isinstance(again, LookAtCalendar)
    assert again.cursor == "c1"
    assert await reconciling.hear(advanced(again, "c2")) == []


async def test_a_notice_while_nothing_is_looked_at_starts_a_look_at_once(reconciling: Reconciling) -> None:
    looks = await first_looks(reconciling)
    await reconciling.hear(advanced(looks[LookAtCalendar]))
    (look,) = await reconciling.hear(touched())
    assert isinstance(look, LookAtCalendar)


@pytest.mark.scenario("Q-03", "W-06")
async def test_a_cursor_in_the_middle_is_kept_and_the_look_goes_on(reconciling: Reconciling) -> None:
    looks = await first_looks(reconciling)
    await reconciling.hear(advanced(looks[LookAtCalendar], "page 2", more=True))
    row = await rows(reconciling)
    assert row["cursor"] == "page 2"
    assert row["look_id"] == looks[LookAtCalendar].look_id


async def test_an_answer_to_a_look_that_was_given_up_changes_nothing(reconciling: Reconciling) -> None:
    await first_looks(reconciling)
    await reconciling.hear(CursorAdvanced(feed=FEED, look_id=uuid4(), cursor="old"))
    assert (await rows(reconciling))["cursor"] is None


@pytest.mark.scenario("W-02")
async def test_a_lost_cursor_means_reading_everything_again(reconciling: Reconciling) -> None:
    looks = await first_looks(reconciling)
    (again,) = [
        look
        for answer in (
            advanced(looks[LookAtCalendar]),
            touched(),
        )
        for look in await reconciling.hear(answer)
    ]
    await reconciling.hear(CursorLost(feed=FEED, look_id=again.look_id))
    (baseline,) = [look for look in await reconciling.tick() if isinstance(look, LookAtCalendar)]
    assert baseline.cursor is None


@pytest.mark.scenario("Q-02")
async def test_a_deferred_look_waits_and_keeps_its_cursor(reconciling: Reconciling) -> None:
    looks = await first_looks(reconciling)
    look = looks[LookAtCalendar]
    until = now() + timedelta(hours=1)
    await reconciling.hear(LookDeferred(feed=FEED, look_id=look.look_id, until=until, reason="throttled"))
    row = await rows(reconciling)
    assert row["next_look_at"] == until
    assert row["reason"] == "throttled"
    assert not [look for look in await reconciling.tick() if isinstance(look, LookAtCalendar)]


async def test_what_one_user_owned_is_read_once(reconciling: Reconciling) -> None:
    looks = await first_looks(reconciling)
    await reconciling.hear(advanced(looks[LookAtOwner]))
    assert (await rows(reconciling, "espo/Meeting/ann"))["next_look_at"] is None


@pytest.mark.scenario("W-16")
async def test_with_a_subscription_polling_is_only_a_fallback(reconciling: Reconciling) -> None:
    await first_looks(reconciling)
    kept = SubscriptionKept(feed=FEED, account="ann", subscription_id="s", expires_at=now() + timedelta(days=3))
    await reconciling.hear(kept)
    row = await rows(reconciling)
    assert row["every_seconds"] == 900
    assert row["subscribe_at"] < kept.expires_at


@pytest.mark.scenario("W-09")
async def test_without_a_subscription_the_calendar_is_polled_and_the_reason_shown(reconciling: Reconciling) -> None:
    await first_looks(reconciling)
    await reconciling.hear(SubscriptionFailed(feed=FEED, account="ann", reason="the handshake timed out"))
    row = await rows(reconciling)
    assert row["every_seconds"] == 30
    assert row["reason"] == "the handshake timed out"


@pytest.mark.scenario("W-10")
async def test_a_subscription_that_ends_is_cared_for_and_the_calendar_read(reconciling: Reconciling) -> None:
    looks = await first_looks(reconciling)
    await reconciling.hear(advanced(looks[LookAtCalendar]))
    ended = SubscriptionEnded(feed=FEED, account="ann", lifecycle="subscriptionRemoved", received_at=now())
    (look,) = await reconciling.hear(ended)
    assert isinstance(look, LookAtCalendar)
    assert [look for look in await reconciling.tick() if isinstance(look, KeepSubscription)]


async def test_upcoming_records_are_read_again_now_and_then(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    soon = event(span={"kind": "timed", "start": now(), "end": now() + timedelta(hours=1)})
    (create,) = await reconciling.hear(in_espo("m1", soon))
    await reconciling.hear(done(create, in_outlook("o1", soon)))
    looks = [look for look in await reconciling.tick() if isinstance(look, LookAtRecords)]
    assert [look.espo_ids for look in looks] == [("m1",)]


@pytest.mark.scenario("T-10")
async def test_a_disconnected_account_is_not_looked_at_any_more(reconciling: Reconciling) -> None:
    await first_looks(reconciling)
    async with reconciling.database.unit() as unit:
        await unit.run("drop_feeds_not_in", "ann", [])
        await unit.run("disconnect_account", "ann")
    assert await reconciling.hear(touched()) == []


@pytest.mark.scenario("U-05")
async def test_the_main_and_the_other_calendars_are_read(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", main_calendar="work", other_calendars=["travel"])
    read = [look.calendar for look in await reconciling.tick() if isinstance(look, LookAtCalendar)]
    assert sorted(read) == ["travel", "work"]


async def test_a_calendar_that_is_taken_off_the_settings_is_not_read_any_more(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", other_calendars=["travel"])
    await reconciling.connect("ann")
    assert [look.calendar for look in await reconciling.tick() if isinstance(look, LookAtCalendar)] == [""]


@pytest.mark.scenario("U-08")
@pytest.mark.parametrize("direction", ["both", "espo_to_outlook"])
async def test_a_mailbox_that_got_another_name_is_read_by_it(reconciling: Reconciling, direction: str) -> None:
    await reconciling.connect("ann", direction=direction)
    (look,) = [look for look in await reconciling.tick() if isinstance(look, LookAtCalendar)]
    old = "https://graph.test/v1.0/users/ann@contoso.test/calendarView/delta?$deltatoken=x"
    await reconciling.hear(advanced(look, old, more=True))
    await reconciling.connect("ann", mailbox="ann.lee@contoso.test", direction=direction)
    looks = [look for look in await reconciling.tick() if isinstance(look, LookAtCalendar)]
    assert [(look.mailbox, look.cursor) for look in looks] == [("ann.lee@contoso.test", None)]


async def test_a_mailbox_whose_name_is_written_otherwise_is_read_on(reconciling: Reconciling) -> None:
    looks = await first_looks(reconciling)
    await reconciling.hear(advanced(looks[LookAtCalendar]))
    await reconciling.connect("ann", mailbox="Ann@Contoso.test")
    assert [look for look in await reconciling.tick() if isinstance(look, LookAtCalendar)] == []


@pytest.mark.scenario("A-19", "K-11")
async def test_a_change_of_settings_writes_nothing(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", event()))
    await reconciling.hear(done(create, in_outlook("o1", event())))
    await reconciling.connect("ann", direction="outlook_to_espo", entities={"Meeting": "M"}, contacts_and_leads=True)
    assert await reconciling.hear(in_espo("m1", event()), in_outlook("o1", event())) == []
