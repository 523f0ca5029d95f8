"""A removal that the delta never told is found by listing the calendar, and only a look at the event confirms it (D-15)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.changes import CalendarListed
from contracts.events import Event, Timed
from contracts.looks import ListCalendar, LookAtEvent
from contracts.writes import DeleteEspoRecord
from support.links import event
from support.pairs import born_in_outlook, gone_from_outlook, later
from support.reconciling import Reconciling

FEED = "listing/ann/"


def in_days(days: int) -> Event:
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)
    return event(span=Timed(start=start, end=start + timedelta(hours=1)))


async def due(reconciling: Reconciling) -> ListCalendar:
    await reconciling.database.pool.execute("UPDATE feeds SET next_look_at = now() WHERE feed = $1", FEED)
    (look,) = [look for look in await reconciling.tick() if isinstance(look, ListCalendar)]
    return look


def listed(look: ListCalendar, *numbers: int, read_at: datetime | None = None) -> CalendarListed:
    answer: dict[str, Any] = look.model_dump(exclude={"kind", "mailbox"})
    ids = [f"o{number}" for number in numbers]
    return CalendarListed.model_validate({**answer, "read_at": read_at or later(), "outlook_ids": ids})


async def connected(reconciling: Reconciling, *days: int) -> ListCalendar:
    await reconciling.connect("ann")
    for number, ahead in enumerate(days):
        await born_in_outlook(reconciling, number, in_days(ahead))
    return await due(reconciling)


@pytest.mark.scenario("D-15")
async def test_an_event_that_is_missing_from_the_calendar_is_looked_at_and_then_removed(
    reconciling: Reconciling,
) -> None:
    look = await connected(reconciling, 3, 4)
    (again,) = await reconciling.hear(listed(look, 1))
    assert isinstance(again, LookAtEvent)
    assert again.outlook_id == "o0"
    (delete,) = await reconciling.hear(gone_from_outlook(0))
    assert isinstance(delete, DeleteEspoRecord)


@pytest.mark.scenario("D-15")
async def test_a_calendar_that_holds_everything_is_left_alone(reconciling: Reconciling) -> None:
    look = await connected(reconciling, 3, 4)
    assert await reconciling.hear(listed(look, 0, 1)) == []


async def test_what_lies_outside_the_window_is_not_missed(reconciling: Reconciling) -> None:
    look = await connected(reconciling, -3, 300)
    assert await reconciling.hear(listed(look)) == []


async def test_an_event_that_was_made_after_the_calendar_was_listed_is_not_missed(reconciling: Reconciling) -> None:
    look = await connected(reconciling, 3)
    assert await reconciling.hear(listed(look, read_at=later(-60))) == []


async def test_an_event_of_another_calendar_is_not_missed_in_this_one(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, 1, in_days(3), calendar="clients")
    assert await reconciling.hear(listed(await due(reconciling))) == []


@pytest.mark.scenario("D-15")
async def test_every_calendar_that_is_read_is_listed_four_times_a_day(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", other_calendars=["clients"])
    assert [look for look in await reconciling.tick() if isinstance(look, ListCalendar)] == []
    rows = await reconciling.database.pool.fetch(
        "SELECT feed, every_seconds, next_look_at > now() + interval '5 hours' AS later FROM feeds WHERE kind = 'listing'"
    )
    assert {tuple(row) for row in rows} == {(FEED, 21600, True), (f"{FEED}clients", 21600, True)}


async def test_a_listing_ends_its_look(reconciling: Reconciling) -> None:
    look = await connected(reconciling)
    await reconciling.hear(listed(look))
    row = await reconciling.database.pool.fetchrow("SELECT look_id, looked_at, cursor FROM feeds WHERE feed = $1", FEED)
    assert row is not None
    assert (row["look_id"], row["cursor"]) == (None, "")
    assert isinstance(look.look_id, UUID)
    assert row["looked_at"] is not None
