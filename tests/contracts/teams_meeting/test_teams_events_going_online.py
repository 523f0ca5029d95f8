"""Making an event that is in Outlook a Teams meeting: once, and only where Teams is."""

from dataclasses import replace

import pytest

from contracts.outcomes import Deferred, MeetingReady, Refused, Vanished
from sandbox.graph.config import ANN as ANN_LEE
from sandbox.graph.config import BOB as BOB_RAY
from sandbox.graph.config import Config
from support.outlook import ACCOUNT, BOB, Bus, Person, Simulator
from support.teams_requests import going_online
from teams_meeting.going_online import NO_TEAMS, NOT_THE_ORGANIZER
from teams_meeting.writes import Writes

EVENT = r"/events/[^/]+$"
WITHOUT_TEAMS = Config(people=(replace(ANN_LEE, teams=False), BOB_RAY))


@pytest.mark.scenario("V-01")
async def test_the_event_becomes_a_teams_meeting_and_its_link_is_answered(
    writes: Writes, bus: Bus, ann: Person
) -> None:
    made = await ann.creates(body={"contentType": "html", "content": "Bring cake"})
    wish = going_online(made["id"])

    await writes.carry_out(wish)

    [(topic, key, ready)] = bus.published
    assert isinstance(ready, MeetingReady)
    event = await ann.reads(made["id"])
    assert (topic, key) == ("teams.outcomes.v1", ACCOUNT)
    assert (ready.write_id, ready.link_id, ready.meeting_id) == (wish.write_id, wish.link_id, None)
    assert (event["isOnlineMeeting"], event["onlineMeeting"]["joinUrl"]) == (True, ready.join_url)
    assert "Bring cake" in event["body"]["content"]


async def test_asked_twice_it_is_changed_once(writes: Writes, bus: Bus, ann: Person, simulator: Simulator) -> None:
    made = await ann.creates()
    wish = going_online(made["id"])

    await writes.carry_out(wish)
    await writes.carry_out(wish)

    [first, second] = bus.of(MeetingReady)
    assert first.join_url == second.join_url
    assert len(await simulator.requests("PATCH")) == 1


@pytest.mark.scenario("V-01")
@pytest.mark.parametrize("config", [Config(join_url_after=30)])
async def test_a_link_that_has_not_come_yet_is_answered_as_none(writes: Writes, bus: Bus, ann: Person) -> None:
    made = await ann.creates()

    await writes.carry_out(going_online(made["id"]))

    assert bus.of(MeetingReady)[0].join_url == ""


@pytest.mark.scenario("V-05")
@pytest.mark.parametrize("config", [WITHOUT_TEAMS])
async def test_a_mailbox_without_teams_is_refused_in_words_and_the_event_is_not_touched(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    made = await ann.creates()

    await writes.carry_out(going_online(made["id"]))

    assert bus.of(Refused)[0].reason == NO_TEAMS
    assert await simulator.requests("PATCH") == []


@pytest.mark.scenario("V-05")
@pytest.mark.parametrize("config", [WITHOUT_TEAMS])
async def test_a_success_that_made_nothing_is_a_refusal(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    made = await ann.creates()
    promise = {"allowedOnlineMeetingProviders": ["teamsForBusiness"]}
    await simulator.fault(method="GET", path=r"/calendar(\?|$)", status=200, body=promise)

    await writes.carry_out(going_online(made["id"]))

    assert bus.of(Refused)[0].reason == NO_TEAMS
    assert len(await simulator.requests("PATCH")) == 1


async def test_a_guest_cannot_make_somebody_elses_meeting_a_teams_meeting(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    bob = Person(BOB, ann.http)
    await bob.creates(attendees=[{"type": "required", "emailAddress": {"address": ann.mailbox}}])
    [copy] = await ann.lists()

    await writes.carry_out(going_online(copy["id"]))

    assert bus.of(Refused)[0].reason == NOT_THE_ORGANIZER
    assert await simulator.requests("PATCH") == []


async def test_an_event_in_another_calendar_goes_online_there(writes: Writes, bus: Bus, ann: Person) -> None:
    calendar = await ann.calendar("Projects")
    made = (await ann.http.post(f"/v1.0/users/{ann.mailbox}/calendars/{calendar}/events", json=hour())).json()

    await writes.carry_out(going_online(made["id"], calendar=calendar))

    assert bus.of(MeetingReady)[0].join_url


async def test_an_event_that_is_gone_has_vanished(writes: Writes, bus: Bus, ann: Person) -> None:
    made = await ann.creates()
    await ann.deletes(made["id"])

    await writes.carry_out(going_online(made["id"]))

    assert len(bus.of(Vanished)) == 1


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_lost_answer_is_settled_by_asking_again(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator, drop: str
) -> None:
    made = await ann.creates()
    wish = going_online(made["id"])
    await simulator.fault(method="PATCH", path=EVENT, drop=drop)

    await writes.carry_out(wish)
    await writes.carry_out(wish)

    assert [message.kind for message in bus.messages] == ["deferred", "meeting_ready"]


async def test_a_throttled_mailbox_is_asked_again_later(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    made = await ann.creates()
    await simulator.fault(method="GET", path=EVENT, status=429, headers={"Retry-After": "30"})

    await writes.carry_out(going_online(made["id"]))

    [deferred] = bus.of(Deferred)
    assert 25 < (deferred.until - deferred.finished_at).total_seconds() <= 30


async def test_an_edit_made_at_the_same_moment_is_not_overwritten(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    made = await ann.creates()
    await simulator.fault(method="PATCH", path=EVENT, status=412, body={"error": {"code": "ErrorIrresolvableConflict"}})

    await writes.carry_out(going_online(made["id"]))

    assert len(bus.of(Deferred)) == 1


def hour() -> dict[str, object]:
    edges = {"start": "2026-03-02T09:00:00", "end": "2026-03-02T10:00:00"}
    return {"subject": "Demo", **{edge: {"dateTime": at, "timeZone": "UTC"} for edge, at in edges.items()}}
