"""M04 to M07, M11, M13: which way changes flow, from when on, and through which calendars, through all services."""

from datetime import timedelta
from urllib.parse import unquote

import pytest

from support.newcomers import connects, not_connected, syncs
from support.whole import START, Whole, told_apart
from tandem.api import RefusedError
from tandem.people.cast import ANN, Colleague

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


async def all_were_read(whole: Whole) -> None:
    """Whoever syncs both ways has been read on both sides since this was called, and so would be anybody else."""
    here, there = told_apart("Flag"), told_apart("Flag")
    await whole.plans_in_espo(ANN, here)
    await whole.plans_in_outlook(ANN, there)
    await whole.one_in_outlook(ANN, here)
    await whole.one_in_espo(ANN, there)


async def says(whole: Whole, event: str, words: str) -> None:
    """Wait until the product tells of an event in these words, so it has looked at it and decided."""

    async def said() -> bool | None:
        try:
            told = await whole.reconciler.why(event)
        except RefusedError:
            return None  # nothing is known of it yet
        reasons = [story["link"]["reason"] for story in told["stories"]] + [skip["reason"] for skip in told["skips"]]
        return any(words in reason for reason in reasons) or None

    await whole.eventually(said)


async def looks_at_mailbox(whole: Whole, who: Colleague) -> list[str]:
    """What the product read of the calendars of a mailbox."""
    ours = whole.system.addresses.graph.client_id
    return [
        asked["path"]
        for asked in await whole.control_graph("GET", "requests")
        if asked["app"] == ours and asked["method"] == "GET" and who.address in unquote(asked["path"])
    ]


@pytest.mark.rule("M05")
async def test_from_outlook_to_espocrm_alone_an_edit_there_stays_until_outlook_changes_that_field(whole: Whole) -> None:
    dora = await syncs(whole, direction="outlook_to_espo")
    title, theirs, again = told_apart("Board"), told_apart("Theirs"), told_apart("Again")
    event = await whole.plans_in_outlook(dora, title)
    record = (await whole.one_in_espo(dora, title))["id"]
    pushed = told_apart("Never pushed")
    never = await whole.plans_in_espo(dora, pushed)

    await whole.espo(dora, "PUT", f"Meeting/{record}", {"name": theirs})
    await says(whole, record, "title changed in EspoCRM only")
    await whole.outlook(dora, "PATCH", f"events/{event}", {"location": {"displayName": "Room 9"}})

    async def in_room_9() -> bool | None:
        return (await whole.espo(dora, "GET", f"Meeting/{record}"))["location"] == "Room 9" or None

    await whole.eventually(in_room_9)
    await says(whole, never, "the direction does not lead to Outlook")
    await whole.rest()
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
    read = await looks_at_mailbox(whole, dora)
    pulled = told_apart("Never pulled")
    await whole.plans_in_outlook(dora, pulled)

    await whole.outlook(dora, "PATCH", f"events/{event}", {"subject": theirs})
    await all_were_read(whole)
    assert await looks_at_mailbox(whole, dora) == read

    await whole.espo(dora, "PUT", f"Meeting/{record}", {"location": "Room 9"})

    async def in_room_9() -> bool | None:
        return (await whole.outlook(dora, "GET", f"events/{event}"))["location"]["displayName"] == "Room 9" or None

    await whole.eventually(in_room_9)
    await whole.rest()
    (told,) = (await whole.reconciler.why(record))["stories"]
    assert "conflicted" in [entry["what"] for entry in told["journal"]], "the write did not meet the edit in Outlook"
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


@pytest.mark.rule("M11")
@pytest.mark.scenario("W-08")
async def test_another_first_day_brings_the_difference_and_takes_nothing_away(whole: Whole) -> None:
    begins = START + timedelta(days=3)
    dora = await not_connected(whole)
    before, after = told_apart("Before"), told_apart("After")
    await whole.plans_in_outlook(dora, before)
    hours = {
        "dateStart": f"{begins:%Y-%m-%d %H:%M:%S}",
        "dateEnd": f"{begins + timedelta(hours=1):%Y-%m-%d %H:%M:%S}",
    }
    await whole.plans_in_espo(dora, after, **hours)
    await connects(whole, dora, since=f"{begins:%Y-%m-%d}")
    event = await whole.one_in_outlook(dora, after)
    assert await whole.in_espo(dora, before) == []

    await connects(whole, dora, since=f"{START:%Y-%m-%d}")
    await whole.one_in_espo(dora, before)
    assert (await whole.one_in_outlook(dora, after))["changeKey"] == event["changeKey"]

    await connects(whole, dora, since=f"{begins + timedelta(days=3):%Y-%m-%d}")
    await all_were_read(whole)
    for title in (before, after):
        assert len(await whole.in_espo(dora, title)) == len(await whole.in_outlook(dora, title)) == 1


@pytest.mark.rule("M13")
async def test_new_events_go_to_the_main_calendar_and_that_and_the_others_are_read(whole: Whole) -> None:
    dora = await not_connected(whole)
    main = (await whole.outlook(dora, "POST", "calendars", {"name": "Sales"}))["id"]
    other = (await whole.outlook(dora, "POST", "calendars", {"name": "Travel"}))["id"]
    await connects(whole, dora, main_calendar=main, other_calendars=[other])
    planned, elsewhere = told_apart("Planned"), told_apart("In the mailbox's own calendar")
    record = await whole.plans_in_espo(dora, planned)
    await whole.plans_in_outlook(dora, elsewhere)

    async def in_sales() -> list[str] | None:
        events = (await whole.outlook(dora, "GET", f"calendars/{main}/events?$top=100"))["value"]
        return [event["id"] for event in events if event["subject"] == planned] or None

    (event,) = await whole.eventually(in_sales)
    for calendar in (main, other):
        title = told_apart("Made in Outlook")
        await whole.plans_in_calendar(dora, calendar, title)
        await whole.one_in_espo(dora, title)
    renamed = told_apart("Renamed")
    await whole.outlook(dora, "PATCH", f"events/{event}", {"subject": renamed})

    assert (await whole.one_in_espo(dora, renamed))["id"] == record
    await all_were_read(whole)
    assert await whole.in_espo(dora, elsewhere) == []


@pytest.mark.rule("M13")
@pytest.mark.scenario("U-05")
async def test_holidays_and_birthdays_stay_out_unless_their_calendar_is_chosen(whole: Whole) -> None:
    dora = await syncs(whole)
    holidays = (await whole.outlook(dora, "POST", "calendars", {"name": "Holidays"}))["id"]
    holiday, own = told_apart("Midsummer"), told_apart("Own")

    await whole.plans_in_calendar(dora, holidays, holiday)
    await whole.plans_in_outlook(dora, own)
    await whole.one_in_espo(dora, own)
    await all_were_read(whole)
    assert await whole.in_espo(dora, holiday) == []

    await connects(whole, dora, other_calendars=[holidays])
    await whole.one_in_espo(dora, holiday)


@pytest.mark.rule("M04")
async def test_nothing_is_read_or_written_before_the_first_save_and_other_settings_rewrite_nothing(
    whole: Whole,
) -> None:
    dora = await not_connected(whole)
    title, ours = told_apart("Already there"), told_apart("Here too")
    event = await whole.plans_in_outlook(dora, title)
    record = await whole.plans_in_espo(dora, ours)
    await all_were_read(whole)
    assert await whole.in_espo(dora, title) == await whole.in_outlook(dora, ours) == []
    assert await looks_at_mailbox(whole, dora) == []

    await connects(whole, dora, entities={"Meeting": ""}, default_entity="Meeting")
    pulled = (await whole.one_in_espo(dora, title))["id"]
    pushed = (await whole.one_in_outlook(dora, ours))["id"]

    async def versions() -> list[str]:
        records = [await whole.espo(dora, "GET", f"Meeting/{one}") for one in (record, pulled)]
        events = [await whole.outlook(dora, "GET", f"events/{one}") for one in (event, pushed)]
        return [one["modifiedAt"] for one in records] + [one["changeKey"] for one in events]

    before = await versions()
    await connects(whole, dora, entities={"Meeting": "M", "Call": ""}, default_entity="Call")
    flag = told_apart("Flag")
    await whole.plans_in_espo(dora, flag)
    await whole.one_in_outlook(dora, f"M: {flag}")
    await whole.reconciler.resync(whole.id_of(dora), "olga")
    await whole.rest()

    assert await versions() == before
    assert len(await whole.in_outlook(dora, title)) == len(await whole.in_espo(dora, ours)) == 1
