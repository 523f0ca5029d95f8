"""Making events in Outlook: once, whatever happens to the answer."""

from typing import Any

import pytest

from contracts.events import AllDay, Attendee, Event
from contracts.outcomes import Deferred, Done, Refused, Vanished
from outlook_connector.writes import Writes
from sandbox.graph.config import Config
from support.outlook import ACCOUNT, ANN, Bus, Person, Simulator, creation, timed

EVENTS = r"/events$"


@pytest.mark.scenario("M-17")
async def test_a_created_event_is_answered_as_outlook_stored_it(writes: Writes, bus: Bus, ann: Person) -> None:
    wish = creation()

    await writes.carry_out(wish)

    [(topic, key, outcome)] = bus.published
    assert (topic, key) == ("outlook.outcomes.v1", ACCOUNT)
    assert isinstance(outcome, Done)
    assert (outcome.write_id, outcome.link_id) == (wish.write_id, wish.link_id)
    assert outcome.stored is not None
    assert outcome.stored.event == wish.event.model_copy(update={"people": (), "online": False, "join_url": ""})
    [listed] = await ann.lists()
    assert outcome.stored.kind == "outlook_seen"
    assert (outcome.stored.outlook_id, outcome.stored.version) == (listed["id"], listed["@odata.etag"])
    assert outcome.stored.transaction_id == wish.transaction_id
    assert outcome.stored.read_at <= outcome.stored.modified_at <= outcome.finished_at


async def test_one_create_costs_one_request(writes: Writes, simulator: Simulator) -> None:
    await writes.carry_out(creation())

    assert [one["method"] for one in await simulator.requests()] == ["POST"]


@pytest.mark.scenario("Z-01", "Z-05")
async def test_outlook_shows_the_time_in_the_owners_zone(writes: Writes, ann: Person) -> None:
    await writes.carry_out(creation(zone="Asia/Kolkata"))

    [listed] = await ann.lists()
    assert listed["originalStartTimeZone"] == "India Standard Time"
    assert listed["start"] == {"dateTime": "2026-03-02T09:00:00.0000000", "timeZone": "UTC"}


@pytest.mark.scenario("H-01", "H-02")
async def test_an_all_day_event_keeps_its_dates(writes: Writes, bus: Bus, ann: Person) -> None:
    span = AllDay.model_validate({"first": "2026-03-02", "last": "2026-03-03"})

    await writes.carry_out(creation(Event(title="Fair", span=span), zone="America/New_York"))

    [listed] = await ann.lists()
    assert listed["isAllDay"] is True
    assert listed["start"]["dateTime"].startswith("2026-03-02T00:00")
    assert listed["end"]["dateTime"].startswith("2026-03-04T00:00")
    assert bus.of(Done)[0].stored.event.span == span


async def test_people_are_invited_and_rooms_booked(writes: Writes, bus: Bus, simulator: Simulator) -> None:
    people = (
        Attendee(address="Bob@contoso.test", name="Bob Ray"),
        Attendee(address="room@contoso.test", resource=True),
    )

    await writes.carry_out(creation(Event(title="Demo", span=timed(), people=people)))

    stored = bus.of(Done)[0].stored.event
    assert [(one.address, one.resource) for one in stored.people] == [
        ("bob@contoso.test", False),
        ("room@contoso.test", True),
    ]
    assert "invite" in {mail["kind"] for mail in await simulator.mails()}


@pytest.mark.scenario("M-02", "M-03")
async def test_a_create_that_arrives_twice_makes_one_event(writes: Writes, bus: Bus, ann: Person) -> None:
    wish = creation()

    await writes.carry_out(wish)
    await writes.carry_out(wish)

    [first, second] = bus.of(Done)
    assert second.stored.outlook_id == first.stored.outlook_id
    assert len(await ann.lists()) == 1


@pytest.mark.parametrize("config", [Config(duplicate_transaction_status=400)])
async def test_a_duplicate_is_known_by_its_code_whatever_the_status(writes: Writes, bus: Bus, ann: Person) -> None:
    wish = creation()

    await writes.carry_out(wish)
    await writes.carry_out(wish)

    assert len(bus.of(Done)) == 2
    assert len(await ann.lists()) == 1


@pytest.mark.scenario("M-02")
async def test_a_duplicate_without_a_pointer_is_found_by_the_hidden_property(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    wish = creation()
    await writes.carry_out(wish)
    await simulator.fault(
        method="POST", path=EVENTS, status=409, body={"error": {"code": "ErrorDuplicateTransactionId"}}
    )

    await writes.carry_out(wish)

    [first, second] = bus.of(Done)
    assert (first.found, second.found) == (False, True)
    assert second.stored == first.stored.model_copy(update={"read_at": second.stored.read_at})
    assert len(await ann.lists()) == 1


@pytest.mark.scenario("M-01", "Q-10")
async def test_a_lost_answer_is_settled_by_looking(writes: Writes, bus: Bus, ann: Person, simulator: Simulator) -> None:
    await simulator.fault(method="POST", path=EVENTS, drop="after")

    await writes.carry_out(creation())

    assert [done.found for done in bus.of(Done)] == [True]
    assert len(await ann.lists()) == 1
    assert [one["method"] for one in await simulator.requests()] == ["POST", "GET"]


@pytest.mark.scenario("Q-10")
async def test_a_request_that_never_arrived_is_sent_again(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    await simulator.fault(method="POST", path=EVENTS, drop="before")

    await writes.carry_out(creation())

    assert len(bus.of(Done)) == 1
    assert len(await ann.lists()) == 1


@pytest.mark.scenario("M-01")
async def test_answers_that_stay_lost_are_deferred_and_settled_later(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    await simulator.fault(method="POST", path=EVENTS, drop="after")
    await simulator.fault(method="GET", path="singleValueExtendedProperties", times=2, status=504)
    wish = creation()

    await writes.carry_out(wish)
    await writes.carry_out(wish)

    assert [message.kind for message in bus.messages] == ["deferred", "done"]
    assert len(await ann.lists()) == 1


@pytest.mark.scenario("D-11")
async def test_an_event_that_was_removed_before_its_create_was_settled_has_vanished(
    writes: Writes, bus: Bus, ann: Person
) -> None:
    wish = creation()
    await writes.carry_out(wish)
    await ann.deletes(bus.of(Done)[0].stored.outlook_id)

    await writes.carry_out(wish)

    assert isinstance(bus.messages[-1], Vanished)
    assert await ann.lists() == []


async def test_another_event_of_the_same_record_is_not_taken_for_this_one(
    writes: Writes, bus: Bus, simulator: Simulator, ann: Person
) -> None:
    await writes.carry_out(creation())
    await simulator.fault(method="POST", path=EVENTS, drop="before")

    await writes.carry_out(creation())

    assert bus.of(Done)[0].stored.outlook_id != bus.of(Done)[1].stored.outlook_id
    assert len(await ann.lists()) == 2


@pytest.mark.scenario("Q-01")
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "30"}, 30), ({"Retry-After": "2.128"}, 2.128), ({}, 10)],
    ids=["whole seconds", "fractional seconds", "no time named"],
)
async def test_a_throttled_create_is_deferred_until_graph_says(
    writes: Writes, bus: Bus, simulator: Simulator, headers: dict[str, str], seconds: float
) -> None:
    await simulator.fault(
        method="POST", path=EVENTS, status=429, headers=headers, body={"error": {"code": "TooManyRequests"}}
    )

    await writes.carry_out(creation())

    [outcome] = bus.of(Deferred)
    waits = (outcome.until - outcome.finished_at).total_seconds()
    assert seconds - 1 < waits <= seconds


async def test_a_pause_of_less_than_a_second_is_waited_for(writes: Writes, bus: Bus, simulator: Simulator) -> None:
    await simulator.fault(method="POST", path=EVENTS, status=429, headers={"Retry-After": "0.05"})

    await writes.carry_out(creation())

    assert len(bus.of(Done)) == 1


async def test_a_throttled_mailbox_is_left_alone_until_its_time(writes: Writes, bus: Bus, simulator: Simulator) -> None:
    await simulator.fault(method="POST", path=EVENTS, status=429, headers={"Retry-After": "30"})

    await writes.carry_out(creation())
    await writes.carry_out(creation())

    assert len(bus.of(Deferred)) == 2
    assert len(await simulator.requests()) == 1


async def test_a_refusal_is_said_in_words_without_content(writes: Writes, bus: Bus) -> None:
    await writes.carry_out(creation(mailbox="nobody@contoso.test"))

    [outcome] = bus.of(Refused)
    assert outcome.reason.startswith("there is no such")
    assert "nobody@" not in outcome.reason


async def test_a_zone_that_exchange_does_not_know_falls_back_to_utc(
    writes: Writes, bus: Bus, simulator: Simulator
) -> None:
    await simulator.fault(
        method="POST", path=EVENTS, status=400, body={"error": {"code": "TimeZoneNotSupportedException"}}
    )

    await writes.carry_out(creation())

    assert bus.of(Done)[0].stored.event.span == timed()


async def test_our_own_credentials_refused_defer_the_write(writes: Writes, bus: Bus, simulator: Simulator) -> None:
    await simulator.fault(method="POST", path="oauth2/v2.0/token", status=401, body={"error": "invalid_client"})

    await writes.carry_out(creation())

    [outcome] = bus.of(Deferred)
    assert "credentials" in outcome.reason


@pytest.mark.scenario("O-02")
async def test_a_revoked_token_is_replaced_on_the_way(writes: Writes, bus: Bus, simulator: Simulator) -> None:
    await writes.carry_out(creation())
    await simulator.post("tokens/revoke", access=True)

    await writes.carry_out(creation())

    assert len(bus.of(Done)) == 2


async def test_a_secondary_calendar_gets_its_own_events(writes: Writes, bus: Bus, ann: Person) -> None:
    calendar = await ann.calendar("Projects")

    await writes.carry_out(creation(calendar=calendar))

    assert bus.of(Done)[0].stored.calendar == calendar
    assert await _in(ann, calendar) == ["Demo"]


@pytest.mark.parametrize("lost", [False, True], ids=["asked once", "asked again"])
async def test_a_calendar_that_was_removed_is_no_removal_of_the_event_that_was_to_be_made_in_it(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator, lost: bool
) -> None:
    calendar = await ann.calendar("Projects")
    await ann.removes_calendar(calendar)
    if lost:
        await simulator.fault(method="POST", path=EVENTS, status=504)

    await writes.carry_out(creation(calendar=calendar))

    [outcome] = bus.messages
    assert isinstance(outcome, Refused)
    assert outcome.reason == "the calendar that it is to be made in is not there any more"


async def _in(person: Person, calendar: str) -> list[Any]:
    answer = await person.http.get(f"/v1.0/users/{ANN}/calendars/{calendar}/events")
    return [one["subject"] for one in answer.json()["value"]]
