"""Every kind of record, and hours that are easily lost, on their way through all services."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from support.newcomers import connects, not_connected
from support.whole import START, Whole, told_apart
from tandem.people.cast import ANN, BEN, CLEO, Colleague
from times.zones import windows_name

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

ENTITIES = {"Meeting": "", "Call": "C", "CVisit": "V"}


async def visitor(whole: Whole) -> Colleague:
    """Somebody who syncs meetings, calls, and the company's own kind of event."""
    dora = await not_connected(whole)
    await connects(whole, dora, entities=ENTITIES, default_entity="Meeting")
    return dora


async def one_visit(whole: Whole, who: Colleague, title: str) -> dict[str, Any]:
    async def found() -> dict[str, Any] | None:
        rows = (await whole.espo(who, "GET", "CVisit?maxSize=200"))["list"]
        return next((row for row in rows if row["name"] == title), None)

    visit = await whole.eventually(found)
    await whole.rest()
    return visit


@pytest.mark.rule("M10", "M12")
@pytest.mark.scenario("A-19")
async def test_a_custom_event_travels_both_ways_under_its_label(whole: Whole) -> None:
    dora = await visitor(whole)
    title, renamed = told_apart("Factory"), told_apart("Warehouse")
    event = await whole.plans_in_outlook(dora, f"V: {title}", location={"displayName": "Gate 3"})
    visit = await one_visit(whole, dora, title)
    assert (visit["assignedUserId"], visit["location"]) == (whole.id_of(dora), "Gate 3")

    await whole.espo(dora, "PUT", f"CVisit/{visit['id']}", {"name": renamed})

    assert (await whole.one_in_outlook(dora, f"V: {renamed}"))["id"] == event


async def test_a_custom_event_of_espocrm_is_in_outlook_under_its_label_and_leaves_with_its_record(whole: Whole) -> None:
    dora = await visitor(whole)
    title = told_apart("Site")
    hours = {"dateStart": f"{START:%Y-%m-%d %H:%M:%S}", "dateEnd": f"{START + timedelta(hours=1):%Y-%m-%d %H:%M:%S}"}
    visit = await whole.espo(
        dora, "POST", "CVisit", {"name": title, "assignedUserId": whole.id_of(dora), "location": "Gate 1", **hours}
    )
    event = await whole.one_in_outlook(dora, f"V: {title}")
    assert event["location"]["displayName"] == "Gate 1"

    await whole.espo(dora, "DELETE", f"CVisit/{visit['id']}")

    async def gone() -> bool | None:
        return not await whole.in_outlook(dora, f"V: {title}") or None

    assert await whole.eventually(gone)


@pytest.mark.rule("M09")
async def test_a_call_of_a_whole_day_becomes_a_meeting(whole: Whole) -> None:
    dora = await visitor(whole)
    title = told_apart("Hotline")
    day = {"dateTime": f"{START:%Y-%m-%d}T00:00:00", "timeZone": "UTC"}
    after = {"dateTime": f"{START + timedelta(days=1):%Y-%m-%d}T00:00:00", "timeZone": "UTC"}
    await whole.plans_in_outlook(dora, f"C: {title}", isAllDay=True, start=day, end=after)
    meeting = await whole.one_in_espo(dora, f"C: {title}")
    assert (meeting["isAllDay"], meeting["dateStartDate"]) == (True, f"{START:%Y-%m-%d}")


@pytest.mark.scenario("Z-01", "Z-02", "Z-05")
@pytest.mark.parametrize("who", [ANN, BEN, CLEO], ids=["Berlin", "New York", "Kolkata"])
@pytest.mark.parametrize("month", [1, 7], ids=["winter", "summer"])
async def test_nine_in_the_owners_morning_is_nine_in_outlook(whole: Whole, who: Colleague, month: int) -> None:
    title = told_apart(f"Nine, {who.name}")
    nine = datetime(START.year + 1, month, 12, 9, tzinfo=ZoneInfo(who.zone))
    stamps = [f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}" for moment in (nine, nine + timedelta(hours=1))]
    await whole.plans_in_espo(who, title, dateStart=stamps[0], dateEnd=stamps[1])

    event = await whole.one_in_outlook(who, title)

    assert event["start"]["dateTime"][:16] == f"{nine.astimezone(UTC):%Y-%m-%dT%H:%M}"
    assert event["originalStartTimeZone"] in {who.zone, windows_name(who.zone)}


@pytest.mark.scenario("H-03")
async def test_hours_become_a_whole_day_in_outlook_and_hours_again_in_espocrm(whole: Whole) -> None:
    title = told_apart("Flexible")
    record = await whole.plans_in_espo(ANN, title)
    event = await whole.one_in_outlook(ANN, title)
    day, after = START.date(), START.date() + timedelta(days=1)
    whole_day = [{"dateTime": f"{one}T00:00:00", "timeZone": "UTC"} for one in (day, after)]

    await whole.outlook(
        ANN, "PATCH", f"events/{event['id']}", {"isAllDay": True, "start": whole_day[0], "end": whole_day[1]}
    )

    async def all_day() -> bool | None:
        meeting = await whole.espo(ANN, "GET", f"Meeting/{record}")
        return meeting["dateStartDate"] == day.isoformat() or None

    assert await whole.eventually(all_day)
    await whole.rest()
    hours = {"dateStart": f"{day} 10:00:00", "dateEnd": f"{day} 11:00:00"}
    no_days = {"isAllDay": False, "dateStartDate": None, "dateEndDate": None}
    await whole.espo(ANN, "PUT", f"Meeting/{record}", {**hours, **no_days})

    async def timed() -> dict[str, Any] | None:
        shown = await whole.outlook(ANN, "GET", f"events/{event['id']}")
        return shown if not shown["isAllDay"] else None

    assert (await whole.eventually(timed))["start"]["dateTime"][:16] == f"{day}T10:00"
