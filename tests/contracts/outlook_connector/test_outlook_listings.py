"""Listing a calendar, against a simulated Graph: ids and nothing else, for removals that a delta never told (D-15)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.changes import CalendarListed, LookDeferred, LookRefused
from contracts.looks import ListCalendar
from outlook_connector.looks import Looks
from support.outlook import ACCOUNT, ANN, START, Bus, Person, Simulator

FEED = f"listing/{ACCOUNT}/"


def listing(**other: Any) -> ListCalendar:
    usual = {
        "feed": FEED,
        "look_id": uuid4(),
        "account": ACCOUNT,
        "mailbox": ANN,
        "window_start": START - timedelta(days=1),
        "window_end": START + timedelta(days=60),
    }
    return ListCalendar.model_validate(usual | other)


@pytest.mark.scenario("D-15")
async def test_a_listing_names_what_is_in_the_window_and_tells_no_content(
    looks: Looks, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    kept, removed = await ann.creates(subject="Kept"), await ann.creates(subject="Removed")
    await ann.deletes(removed["id"])
    await simulator.forget_requests()
    look = listing()
    await looks.carry_out(look)
    (listed,) = bus.of(CalendarListed)
    assert listed.outlook_ids == (kept["id"],)
    assert (listed.feed, listed.look_id) == (look.feed, look.look_id)
    assert "Kept" not in listed.model_dump_json()
    assert len(await simulator.requests()) == 1


@pytest.mark.scenario("D-15")
async def test_a_long_listing_is_read_to_its_end(looks: Looks, bus: Bus, ann: Person, simulator: Simulator) -> None:
    last = (await ann.creates())["id"]
    window = "startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-04-01T00:00:00Z"
    rest = f"{simulator.url}/v1.0/users/{ANN}/calendarView?{window}"
    first_page = {"value": [{"id": "first"}], "@odata.nextLink": rest}
    await simulator.fault(method="GET", path="calendar[vV]iew", times=1, status=200, body=first_page)
    await looks.carry_out(listing())
    (listed,) = bus.of(CalendarListed)
    assert listed.outlook_ids == ("first", last)


async def test_a_listing_of_another_calendar_names_only_what_is_in_it(looks: Looks, bus: Bus, ann: Person) -> None:
    await ann.creates()
    await looks.carry_out(listing(calendar=await ann.calendar("Clients")))
    (listed,) = bus.of(CalendarListed)
    assert listed.outlook_ids == ()


async def test_a_listing_that_has_to_wait_is_deferred(looks: Looks, bus: Bus, simulator: Simulator) -> None:
    await simulator.fault(method="GET", path="calendar[vV]iew", times=9, status=503, headers={"Retry-After": "30"})
    await looks.carry_out(listing())
    assert [answer.feed for answer in bus.of(LookDeferred)] == [FEED]


async def test_a_mailbox_that_is_gone_is_refused_and_not_taken_for_an_empty_one(looks: Looks, bus: Bus) -> None:
    await looks.carry_out(listing(mailbox="nobody@contoso.test"))
    assert bus.of(CalendarListed) == []
    assert [answer.feed for answer in bus.of(LookRefused)] == [FEED]
