"""M04 to M07, M11, M13: which way changes flow, from when on, and through which calendars, through all services."""

from datetime import timedelta

import pytest

from support.newcomers import connects, not_connected, syncs
from support.whole import START, Whole, told_apart
from tandem.people.cast import Colleague

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


async def arrives_in_espo(whole: Whole, who: Colleague) -> None:
    """Outlook has been read and EspoCRM written since this was called."""
    title = told_apart("Flag")
    await whole.plans_in_outlook(who, title)
    await whole.one_in_espo(who, title)


async def arrives_in_outlook(whole: Whole, who: Colleague) -> None:
    """EspoCRM has been read and Outlook written since this was called."""
    title = told_apart("Flag")
    await whole.plans_in_espo(who, title)
    await whole.one_in_outlook(who, title)


@pytest.mark.rule("M05")
async def test_from_outlook_to_espocrm_alone_an_edit_there_stays_until_outlook_changes_that_field(whole: Whole) -> None:
    dora = await syncs(whole, direction="outlook_to_espo")
    title, theirs, again = told_apart("Board"), told_apart("Theirs"), told_apart("Again")
    event = await whole.plans_in_outlook(dora, title)
    record = (await whole.one_in_espo(dora, title))["id"]
    pushed = told_apart("Never pushed")
    await whole.plans_in_espo(dora, pushed)

    await whole.espo(dora, "PUT", f"Meeting/{record}", {"name": theirs})
    await whole.outlook(dora, "PATCH", f"events/{event}", {"location": {"displayName": "Room 9"}})
    await arrives_in_espo(whole, dora)
    assert (await whole.espo(dora, "GET", f"Meeting/{record}"))["name"] == theirs
    assert (await whole.outlook(dora, "GET", f"events/{event}"))["subject"] == title
    assert await whole.in_outlook(dora, pushed) == []

    await whole.outlook(dora, "PATCH", f"events/{event}", {"subject": again})
    assert (await whole.one_in_espo(dora, again))["id"] == record


@pytest.mark.rule("M06")
async def test_from_espocrm_to_outlook_alone_an_edit_there_stays_until_espocrm_changes_that_field(whole: Whole) -> None:
    dora = await syncs(whole, direction="espo_to_outlook")
    title, theirs, again = told_apart("Demo"), told_apart("Theirs"), told_apart("Again")
    record = await whole.plans_in_espo(dora, title)
    event = (await whole.one_in_outlook(dora, title))["id"]
    pulled = told_apart("Never pulled")
    await whole.plans_in_outlook(dora, pulled)

    await whole.outlook(dora, "PATCH", f"events/{event}", {"subject": theirs})
    later = START + timedelta(hours=3)
    await whole.espo(dora, "PUT", f"Meeting/{record}", {"dateStart": f"{later:%Y-%m-%d %H:%M:%S}"})
    await arrives_in_outlook(whole, dora)
    assert (await whole.outlook(dora, "GET", f"events/{event}"))["subject"] == theirs
    assert (await whole.espo(dora, "GET", f"Meeting/{record}"))["name"] == title
    assert await whole.in_espo(dora, pulled) == []

    await whole.espo(dora, "PUT", f"Meeting/{record}", {"name": again})
    assert (await whole.one_in_outlook(dora, again))["id"] == event


@pytest.mark.rule("M11")
async def test_what_ended_before_the_day_that_the_sync_begins_with_stays_where_it_is(whole: Whole) -> None:
    begins = START + timedelta(days=3)
    dora = await not_connected(whole)
    before, after = told_apart("Before"), told_apart("After")
    early, late = told_apart("Early"), told_apart("Late")
    await whole.plans_in_outlook(dora, before)
    await whole.plans_in_espo(dora, early)
    day = begins + timedelta(days=1)
    span = {
        "start": {"dateTime": f"{day:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
        "end": {"dateTime": f"{day + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
    }
    await whole.plans_in_outlook(dora, after, **span)
    hours = {"dateStart": f"{day:%Y-%m-%d %H:%M:%S}", "dateEnd": f"{day + timedelta(hours=1):%Y-%m-%d %H:%M:%S}"}
    await whole.plans_in_espo(dora, late, **hours)

    await connects(whole, dora, since=f"{begins:%Y-%m-%d}")

    await whole.one_in_espo(dora, after)
    await whole.one_in_outlook(dora, late)
    assert await whole.in_espo(dora, before) == await whole.in_outlook(dora, early) == []


@pytest.mark.rule("M13")
async def test_new_events_go_to_the_main_calendar_and_the_others_are_read(whole: Whole) -> None:
    dora = await not_connected(whole)
    main = (await whole.outlook(dora, "POST", "calendars", {"name": "Sales"}))["id"]
    other = (await whole.outlook(dora, "POST", "calendars", {"name": "Travel"}))["id"]
    await connects(whole, dora, main_calendar=main, other_calendars=[other])
    planned, travels = told_apart("Planned"), told_apart("Travels")

    await whole.plans_in_espo(dora, planned)
    await whole.outlook(
        dora,
        "POST",
        f"calendars/{other}/events",
        {
            "subject": travels,
            "start": {"dateTime": f"{START:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
            "end": {"dateTime": f"{START + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
        },
    )

    await whole.one_in_espo(dora, travels)

    async def in_sales() -> list[str] | None:
        events = (await whole.outlook(dora, "GET", f"calendars/{main}/events?$top=100"))["value"]
        return [event["subject"] for event in events] or None

    assert await whole.eventually(in_sales) == [planned]


@pytest.mark.rule("M04")
async def test_nothing_is_written_before_the_first_save_and_other_settings_rewrite_nothing(whole: Whole) -> None:
    dora = await not_connected(whole)
    title = told_apart("Already there")
    await whole.plans_in_outlook(dora, title)
    record = await whole.plans_in_espo(dora, told_apart("Here too"))
    assert await whole.in_espo(dora, title) == []
    await connects(whole, dora, entities={"Meeting": ""}, default_entity="Meeting")
    pulled = await whole.one_in_espo(dora, title)
    versions = [(await whole.espo(dora, "GET", f"Meeting/{one}"))["modifiedAt"] for one in (record, pulled["id"])]

    await connects(whole, dora, entities={"Meeting": "M", "Call": ""}, default_entity="Call")
    flag = told_apart("Flag")
    await whole.plans_in_espo(dora, flag)
    await whole.one_in_outlook(dora, f"M: {flag}")

    after = [(await whole.espo(dora, "GET", f"Meeting/{one}"))["modifiedAt"] for one in (record, pulled["id"])]
    assert after == versions
    assert len(await whole.in_outlook(dora, title)) == 1
