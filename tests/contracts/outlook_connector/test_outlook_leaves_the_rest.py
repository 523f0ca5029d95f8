"""What our writes leave alone in Outlook, and whom they mail: a change concerns what it names (M14, M20, M33)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.events import Attendee, Event, Timed
from contracts.outcomes import Done, Refused
from contracts.writes import Patch, PeopleChange
from outlook_connector.writes import Writes
from support.outlook import BOB, Bus, Person, Simulator, change, creation, timed

ROOM = {
    "displayName": "Room 12",
    "locationType": "conferenceRoom",
    "locationUri": "room12@contoso.test",
    "address": {"street": "Mill Road 4", "city": "Berlin"},
}
OURS = ("showAs", "isReminderOn", "reminderMinutesBeforeStart", "categories", "importance", "location", "locations")


def guests(*addresses: str) -> list[dict[str, Any]]:
    return [{"type": "required", "emailAddress": {"address": address}} for address in addresses]


@pytest.mark.scenario("B-02", "B-10", "B-11")
async def test_a_new_title_keeps_room_reminder_category_and_how_the_time_is_shown(
    writes: Writes, bus: Bus, ann: Person
) -> None:
    event = await ann.creates(
        location=ROOM, showAs="oof", categories=["Red category"], reminderMinutesBeforeStart=7, importance="high"
    )
    before = await ann.reads(event["id"])

    await writes.carry_out(change(before, Patch(title="New")))

    after = await ann.reads(event["id"])
    assert bus.of(Done)[0].stored.event.title == "New"
    assert {name: after[name] for name in OURS} == {name: before[name] for name in OURS}
    assert after["location"]["address"]["street"] == "Mill Road 4"


@pytest.mark.scenario("Z-13")
async def test_a_new_title_keeps_the_zone_in_which_the_event_was_planned(writes: Writes, ann: Person) -> None:
    planned = {"dateTime": "2026-03-02T18:00:00", "timeZone": "Tokyo Standard Time"}
    event = await ann.creates(start=planned, end={**planned, "dateTime": "2026-03-02T19:00:00"})

    await writes.carry_out(change(event, Patch(title="New")))

    stored = await ann.reads(event["id"])
    assert stored["originalStartTimeZone"] == stored["originalEndTimeZone"] == "Tokyo Standard Time"


@pytest.mark.scenario("U-03")
async def test_only_the_newcomer_is_mailed(writes: Writes, ann: Person, simulator: Simulator) -> None:
    event = await ann.creates(attendees=guests(BOB, "eve@elsewhere.test"))
    before = len(await simulator.mails())

    newcomer = Attendee(address="new@elsewhere.test")
    await writes.carry_out(change(event, Patch(people=PeopleChange(add=(newcomer,)))))

    assert [(mail["kind"], mail["to"]) for mail in (await simulator.mails())[before:]] == [
        ("invite", "new@elsewhere.test")
    ]


@pytest.mark.scenario("T-17")
async def test_who_is_taken_off_gets_one_cancellation_and_nobody_else_a_mail(
    writes: Writes, ann: Person, simulator: Simulator
) -> None:
    event = await ann.creates(attendees=guests(BOB, "eve@elsewhere.test"))
    before = len(await simulator.mails())
    wish = change(event, Patch(people=PeopleChange(remove=("eve@elsewhere.test",))))

    await writes.carry_out(wish)
    await writes.carry_out(wish)

    assert [(mail["kind"], mail["to"]) for mail in (await simulator.mails())[before:]] == [
        ("cancel", "eve@elsewhere.test")
    ]


@pytest.mark.scenario("T-15")
async def test_a_group_stays_a_group_when_somebody_else_is_invited(writes: Writes, ann: Person) -> None:
    group = {"type": "required", "emailAddress": {"name": "All of Sales", "address": "sales@contoso.test"}}
    event = await ann.creates(attendees=[group])

    await writes.carry_out(change(event, Patch(people=PeopleChange(add=(Attendee(address=BOB),)))))

    first, second = (one["emailAddress"] for one in (await ann.reads(event["id"]))["attendees"])
    assert (first["name"], first["address"]) == ("All of Sales", "sales@contoso.test")
    assert second["address"] == BOB


@pytest.mark.scenario("T-19")
async def test_five_hundred_guests_are_invited_and_one_more_is_refused_in_words(
    writes: Writes, bus: Bus, ann: Person
) -> None:
    crowd = tuple(Attendee(address=f"guest{number}@elsewhere.test") for number in range(501))

    await writes.carry_out(creation(Event(title="Party", span=timed(), people=crowd[:500])))
    await writes.carry_out(creation(Event(title="Too many", span=timed(), people=crowd)))

    assert [len(done.stored.event.people) for done in bus.of(Done)] == [500]
    assert all(refused.reason for refused in bus.of(Refused))
    assert len(bus.of(Refused)) == 1
    assert [one["subject"] for one in await ann.lists()] == ["Party"]


@pytest.mark.scenario("A-22")
async def test_an_event_of_no_length_is_stored_and_one_that_ends_before_it_starts_is_refused(
    writes: Writes, bus: Bus, ann: Person
) -> None:
    start = timed().start

    await writes.carry_out(creation(Event(title="Reminder", span=Timed(start=start, end=start))))
    await writes.carry_out(creation(Event(title="Backwards", span=Timed(start=start, end=start - timedelta(hours=1)))))

    assert bus.of(Done)[0].stored.event.span == Timed(start=start, end=start)
    assert bus.of(Refused)[0].reason
    assert [one["subject"] for one in await ann.lists()] == ["Reminder"]


@pytest.mark.scenario("Z-01", "Z-02", "Z-05", "Z-06", "Z-07")
@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/Berlin", datetime(2026, 1, 15, 8, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 7, 15, 7, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 5, 4, 4, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2026, 5, 4, 4, tzinfo=UTC)),
        ("Pacific/Chatham", datetime(2026, 5, 4, 4, tzinfo=UTC)),
    ],
    ids=[
        "winter",
        "summer",
        "before the gap",
        "after the gap",
        "first of two",
        "second of two",
        "5:30",
        "5:45",
        "12:45",
    ],
)
async def test_an_instant_survives_the_owners_zone(writes: Writes, bus: Bus, zone: str, start: datetime) -> None:
    span = Timed(start=start, end=start + timedelta(minutes=45))

    await writes.carry_out(creation(Event(title="Demo", span=span), zone=zone))

    assert bus.of(Done)[0].stored.event.span == span


@pytest.mark.scenario("Z-01", "Z-02")
@pytest.mark.parametrize(("month", "hour_in_utc"), [(1, 8), (7, 7)], ids=["winter", "summer"])
async def test_nine_in_the_morning_in_berlin_is_nine_in_the_morning_in_outlook(
    writes: Writes, ann: Person, month: int, hour_in_utc: int
) -> None:
    start = datetime(2026, month, 15, hour_in_utc, tzinfo=UTC)

    await writes.carry_out(creation(Event(title="Demo", span=Timed(start=start, end=start + timedelta(hours=1)))))

    [listed] = await ann.lists()
    shown = await ann.http.get(
        f"/v1.0/users/{ann.mailbox}/events/{listed['id']}",
        headers={"Prefer": 'outlook.timezone="W. Europe Standard Time"'},
    )
    assert shown.json()["start"]["dateTime"].startswith(f"2026-{month:02}-15T09:00")
    assert listed["originalStartTimeZone"] == "W. Europe Standard Time"
