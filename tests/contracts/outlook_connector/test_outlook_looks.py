"""Reading Outlook: everything that changed, then the cursor, and a clear answer where that is not to be had."""

from datetime import timedelta
from typing import Any

import pytest

from bus.errors import Permanent
from contracts.changes import (
    CursorAdvanced,
    CursorLost,
    EventLookDeferred,
    LookDeferred,
    LookRefused,
    OutlookGone,
    OutlookSeen,
    OutlookSkipped,
)
from contracts.looks import LookAtEvent
from outlook_connector.looks import Looks
from sandbox.graph.config import Config
from support.outlook import ACCOUNT, ANN, FEED, START, Bus, Person, Simulator, look, timed

DELTA = "calendarView/delta"


async def cursor_of(looks: Looks, bus: Bus) -> str:
    """Carry out a baseline and forget what it said but for the cursor."""
    await looks.carry_out(look())
    cursor: str = bus.of(CursorAdvanced)[-1].cursor
    bus.published.clear()
    return cursor


def daily() -> dict[str, Any]:
    return {
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "numbered", "startDate": "2026-03-02", "numberOfOccurrences": 3},
    }


@pytest.mark.scenario("W-01")
async def test_a_baseline_tells_every_event_and_then_the_cursor(looks: Looks, bus: Bus, ann: Person) -> None:
    made = [await ann.creates(subject=f"Number {number}") for number in range(3)]
    wish = look()

    await looks.carry_out(wish)

    assert {(topic, key) for topic, key, _ in bus.published} == {("outlook.changes.v1", ACCOUNT)}
    *seen, last = bus.messages
    assert {(one.outlook_id, one.version, one.event.title) for one in seen} == {
        (one["id"], one["@odata.etag"], one["subject"]) for one in made
    }
    assert isinstance(last, CursorAdvanced)
    assert (last.feed, last.look_id, last.changes, last.more) == (FEED, wish.look_id, 3, False)


@pytest.mark.scenario("W-01")
async def test_a_look_from_a_cursor_tells_only_what_changed(looks: Looks, bus: Bus, ann: Person) -> None:
    await ann.creates(subject="Stays")
    moved = await ann.creates(subject="Moves")
    cursor = await cursor_of(looks, bus)
    await ann.edits(moved["id"], subject="Moved")

    await looks.carry_out(look(cursor))

    assert [one.event.title for one in bus.of(OutlookSeen)] == ["Moved"]
    assert bus.of(CursorAdvanced)[0].cursor != cursor


async def test_a_quiet_calendar_tells_nothing_but_the_cursor(looks: Looks, bus: Bus) -> None:
    cursor = await cursor_of(looks, bus)

    await looks.carry_out(look(cursor))

    assert [one.kind for one in bus.messages] == ["cursor_advanced"]


@pytest.mark.scenario("D-13")
async def test_a_tombstone_is_not_taken_for_a_removal(looks: Looks, bus: Bus, ann: Person) -> None:
    event = await ann.creates()
    cursor = await cursor_of(looks, bus)
    await ann.deletes(event["id"])

    await looks.carry_out(look(cursor))

    [gone] = bus.of(OutlookGone)
    assert (gone.outlook_id, gone.confirmed) == (event["id"], False)


@pytest.mark.parametrize("config", [Config(empty_first_page=True)])
async def test_an_empty_first_page_is_not_the_end(looks: Looks, bus: Bus, ann: Person) -> None:
    await ann.creates()

    await looks.carry_out(look())

    assert len(bus.of(OutlookSeen)) == 1
    assert len(bus.of(CursorAdvanced)) == 1


@pytest.mark.parametrize("config", [Config(repeat_in_delta=True)])
async def test_an_event_that_is_repeated_on_a_page_is_told_once(looks: Looks, bus: Bus, ann: Person) -> None:
    await ann.creates()

    await looks.carry_out(look())

    assert len(bus.of(OutlookSeen)) == 1


@pytest.mark.scenario("R-47", "W-03")
async def test_a_series_is_skipped_once_and_counted(looks: Looks, bus: Bus, ann: Person) -> None:
    master = await ann.creates(recurrence=daily())

    await looks.carry_out(look())

    [skipped] = bus.of(OutlookSkipped)
    assert (skipped.outlook_id, skipped.reason) == (master["id"], "recurring")
    assert skipped.detail.startswith("4 items")
    assert bus.of(OutlookSeen) == []


@pytest.mark.scenario("P-01")
async def test_of_a_private_event_only_its_id_leaves_the_connector(looks: Looks, bus: Bus, ann: Person) -> None:
    event = await ann.creates(
        subject="Secret",
        location={"displayName": "Hideout"},
        body={"contentType": "text", "content": "Hush"},
        sensitivity="private",
    )

    await looks.carry_out(look())

    [skipped] = bus.of(OutlookSkipped)
    assert (skipped.outlook_id, skipped.reason, skipped.detail) == (event["id"], "private", "")
    said = "".join(message.model_dump_json() for message in bus.messages)
    assert not any(word in said for word in ("Secret", "Hideout", "Hush"))


@pytest.mark.scenario("M-12", "Q-12")
async def test_an_item_that_cannot_be_read_spoils_only_itself(looks: Looks, bus: Bus, simulator: Simulator) -> None:
    page = {
        "value": [
            {"id": "strange", "subject": {"not": "text"}},
            {
                "id": "timeless",
                "@odata.etag": "e",
                "lastModifiedDateTime": "2026-03-02T09:00:00Z",
                "subject": "Whisper",
            },
        ],
        "@odata.deltaLink": f"{simulator.url}/v1.0/users/{ANN}/calendarView/delta?$deltatoken=x",
    }
    await simulator.fault(method="GET", path=DELTA, status=200, body=page)

    await looks.carry_out(look())

    assert {(one.outlook_id, one.reason) for one in bus.of(OutlookSkipped)} == {
        ("strange", "unreadable"),
        ("timeless", "unreadable"),
    }
    assert "Whisper" not in "".join(message.model_dump_json() for message in bus.messages)
    assert bus.of(CursorAdvanced)[0].changes == 2


async def test_an_invitation_names_its_organizer_and_not_as_an_attendee(looks: Looks, bus: Bus, bob: Person) -> None:
    await bob.creates(attendees=[{"type": "required", "emailAddress": {"address": ANN}}])

    await looks.carry_out(look())

    [seen] = bus.of(OutlookSeen)
    assert (seen.organizer, seen.is_organizer) == ("bob@contoso.test", False)
    assert [one.address for one in seen.event.people] == [ANN]
    assert seen.event.cancelled is False


@pytest.mark.scenario("D-06", "E-06", "U-04")
async def test_a_meeting_that_its_organizer_cancelled_is_told_as_cancelled(looks: Looks, bus: Bus, bob: Person) -> None:
    event = await bob.creates(attendees=[{"type": "required", "emailAddress": {"address": ANN}}])
    await bob.deletes(event["id"])

    await looks.carry_out(look())

    assert [one.event.cancelled for one in bus.of(OutlookSeen)] == [True]


@pytest.mark.scenario("W-02")
async def test_a_cursor_that_graph_has_forgotten_is_lost(looks: Looks, bus: Bus, simulator: Simulator) -> None:
    cursor = await cursor_of(looks, bus)
    await simulator.post("delta/expire")
    wish = look(cursor)

    await looks.carry_out(wish)

    assert bus.messages == [CursorLost(feed=FEED, look_id=wish.look_id)]


@pytest.mark.scenario("Q-02")
@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ({"status": 429, "headers": {"Retry-After": "60"}}, 60),
        ({"status": 429}, 10),
        ({"status": 503, "headers": {"Retry-After": "2.5"}}, 2.5),
        ({"status": 504}, 5),
    ],
)
async def test_a_look_that_has_to_wait_is_deferred(
    looks: Looks, bus: Bus, simulator: Simulator, fault: dict[str, Any], seconds: float
) -> None:
    await simulator.fault(method="GET", path=DELTA, **fault)

    await looks.carry_out(look())

    [deferred] = bus.messages
    assert isinstance(deferred, LookDeferred)
    waits = deferred.until - looks._graph.clock()
    assert timedelta(seconds=seconds - 1) < waits <= timedelta(seconds=seconds)


@pytest.mark.scenario("Q-03")
async def test_an_outage_between_pages_keeps_what_was_told_and_moves_no_cursor(
    looks: Looks, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    await ann.creates()
    first = look()
    await simulator.fault(method="GET", path=r"skiptoken", status=503, times=None)
    many = [await ann.creates(subject=str(number)) for number in range(250)]

    await looks.carry_out(first)

    assert 0 < len(bus.of(OutlookSeen)) < len(many)
    assert isinstance(bus.messages[-1], LookDeferred)
    assert bus.of(CursorAdvanced) == []


async def test_a_connection_that_breaks_once_while_reading_is_nobodys_business(
    looks: Looks, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    await ann.creates()
    await simulator.fault(method="GET", path=DELTA, drop="before")

    await looks.carry_out(look())

    assert [one.kind for one in bus.messages] == ["outlook_seen", "cursor_advanced"]


@pytest.mark.scenario("D-28")
async def test_a_mailbox_that_does_not_exist_is_refused_in_words(looks: Looks, bus: Bus) -> None:
    await looks.carry_out(look(mailbox="nobody@contoso.test"))

    [refused] = bus.of(LookRefused)
    assert "no such" in refused.reason


@pytest.mark.scenario("O-13")
async def test_a_mailbox_without_exchange_is_refused_in_words(looks: Looks, bus: Bus, simulator: Simulator) -> None:
    await simulator.post("mailboxes", upn="guest@contoso.test", mailbox=False)

    await looks.carry_out(look(mailbox="guest@contoso.test"))

    assert "not in Exchange Online" in bus.of(LookRefused)[0].reason


async def test_a_cursor_that_leads_to_a_foreign_host_gets_no_token(looks: Looks, bus: Bus) -> None:
    await looks.carry_out(look("https://evil.example/v1.0/users/x/calendarView/delta?$deltatoken=1"))

    assert "away from the configured Graph host" in bus.of(LookRefused)[0].reason


async def test_a_link_to_a_foreign_host_is_not_followed(looks: Looks, bus: Bus, simulator: Simulator) -> None:
    page = {"value": [], "@odata.nextLink": "https://evil.example/v1.0/users/x/calendarView/delta?$skiptoken=1"}
    await simulator.fault(method="GET", path=DELTA, status=200, body=page)

    await looks.carry_out(look())

    assert len(bus.of(LookRefused)) == 1


async def test_a_secondary_calendar_is_a_feed_of_its_own(looks: Looks, bus: Bus, ann: Person) -> None:
    calendar = await ann.calendar("Projects")
    await ann.creates(subject="Elsewhere")
    await ann._ask("POST", f"calendars/{calendar}/events", ann._timed({"subject": "Here"}))

    await looks.carry_out(look(calendar=calendar))

    assert [(one.calendar, one.event.title) for one in bus.of(OutlookSeen)] == [(calendar, "Here")]


@pytest.mark.scenario("M-15", "Z-13")
async def test_every_request_asks_for_ids_that_last_and_times_in_utc(looks: Looks, bus: Bus, ann: Person) -> None:
    event = await ann.creates()

    await looks.carry_out(look())

    [seen] = bus.of(OutlookSeen)
    assert seen.outlook_id == event["id"]
    assert seen.event.span.start == START


def at(outlook_id: str) -> LookAtEvent:
    return LookAtEvent(account=ACCOUNT, mailbox=ANN, outlook_id=outlook_id)


async def test_an_event_that_is_there_is_told(looks: Looks, bus: Bus, ann: Person) -> None:
    event = await ann.creates()

    await looks.carry_out(at(event["id"]))

    assert [one.version for one in bus.of(OutlookSeen)] == [event["@odata.etag"]]


async def test_an_event_that_is_gone_is_confirmed(looks: Looks, bus: Bus, ann: Person) -> None:
    event = await ann.creates()
    await ann.deletes(event["id"])

    await looks.carry_out(at(event["id"]))

    assert [(one.outlook_id, one.confirmed) for one in bus.of(OutlookGone)] == [(event["id"], True)]


async def test_a_single_event_that_cannot_be_read_now_comes_again(looks: Looks, bus: Bus, simulator: Simulator) -> None:
    await simulator.fault(method="GET", path="/events/", status=503)

    await looks.carry_out(at("any"))

    [answer] = bus.of(EventLookDeferred)
    assert answer.outlook_id == "any"


async def test_a_single_event_that_may_not_be_read_is_parked(looks: Looks, simulator: Simulator) -> None:
    await simulator.fault(method="GET", path="/events/", status=403)

    with pytest.raises(Permanent):
        await looks.carry_out(at("any"))


@pytest.mark.scenario("W-06", "Q-03")
async def test_a_long_look_moves_the_cursor_on_its_way(looks: Looks, bus: Bus, simulator: Simulator) -> None:
    link = f"{simulator.url}/v1.0/users/{ANN}/calendarView/delta?"
    tombstone = {"id": "gone", "@removed": {"reason": "deleted"}}
    await simulator.fault(
        method="GET",
        path=DELTA,
        times=10,
        status=200,
        body={"value": [tombstone], "@odata.nextLink": f"{link}$skiptoken=on"},
    )
    await simulator.fault(
        method="GET", path=DELTA, status=200, body={"value": [tombstone], "@odata.deltaLink": f"{link}$deltatoken=end"}
    )

    await looks.carry_out(look())

    assert [(one.more, one.changes, one.cursor.rpartition("=")[2]) for one in bus.of(CursorAdvanced)] == [
        (True, 10, "on"),
        (False, 1, "end"),
    ]
    assert isinstance(bus.messages[10], CursorAdvanced)


@pytest.mark.scenario("D-28")
async def test_a_mailbox_that_is_gone_is_not_taken_for_an_event_that_is_gone(
    looks: Looks, bus: Bus, simulator: Simulator
) -> None:
    await simulator.fault(method="GET", path="/events/", status=404, body={"error": {"code": "ResourceNotFound"}})

    with pytest.raises(Permanent):
        await looks.carry_out(at("any"))

    assert bus.messages == []


async def test_a_later_window_tells_what_lay_behind_the_end_of_the_first_and_removes_nothing(
    looks: Looks, bus: Bus, ann: Person
) -> None:
    near, far = timed(), timed(hours=24 * 500)
    for span in (near, far):
        await ann.creates(
            start={"dateTime": f"{span.start:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
            end={"dateTime": f"{span.end:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
        )
    await looks.carry_out(look(await cursor_of(looks, bus)))
    assert bus.of(OutlookSeen) == []
    await looks.carry_out(look(window_start=START + timedelta(days=1), window_end=START + timedelta(days=600)))
    assert [seen.event.span for seen in bus.of(OutlookSeen)] == [far]
    assert bus.of(OutlookGone) == []
