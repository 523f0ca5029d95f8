"""Teams and calendars: asked for in the one creation, told with what was read."""

from dataclasses import replace

import pytest

from contracts.changes import OutlookSeen
from contracts.events import Attendee, Event
from contracts.outcomes import Done
from outlook_connector.looks import Looks
from outlook_connector.writes import Writes
from sandbox.graph.config import ANN as ANN_LEE
from sandbox.graph.config import Config
from support.outlook import Bus, Person, Simulator, creation, look, timed

ONLINE = Event(title="Demo", span=timed(), online=True, people=(Attendee(address="bob@contoso.test"),))
TEAMS = {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}


@pytest.mark.scenario("V-01")
async def test_a_teams_meeting_is_asked_for_in_the_one_creation_and_its_guests_get_one_mail(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    await writes.carry_out(creation(ONLINE))

    [listed] = await ann.lists()
    stored = bus.of(Done)[0].stored.event
    assert (stored.online, stored.join_url) == (True, listed["onlineMeeting"]["joinUrl"])
    assert [one["method"] for one in await simulator.requests()] == ["POST"]
    assert [mail["kind"] for mail in await simulator.mails()] == ["invite"]


async def test_the_teams_block_is_no_part_of_the_description_that_we_wrote(writes: Writes, bus: Bus) -> None:
    await writes.carry_out(creation(ONLINE.model_copy(update={"description": "Bring cake"})))

    assert bus.of(Done)[0].stored.event.description == "Bring cake"


async def test_without_a_wish_for_teams_none_is_made(writes: Writes, bus: Bus) -> None:
    await writes.carry_out(creation())

    stored = bus.of(Done)[0].stored.event
    assert (stored.online, stored.join_url) == (False, "")


@pytest.mark.scenario("V-05")
@pytest.mark.parametrize("config", [Config(people=(replace(ANN_LEE, teams=False),))])
async def test_a_mailbox_without_teams_gets_the_event_and_says_that_it_is_not_online(
    writes: Writes, bus: Bus, ann: Person
) -> None:
    await writes.carry_out(creation(ONLINE))

    stored = bus.of(Done)[0].stored.event
    assert (stored.online, stored.join_url) == (False, "")
    assert len(await ann.lists()) == 1


@pytest.mark.scenario("V-01")
@pytest.mark.parametrize("config", [Config(join_url_after=30)])
async def test_a_link_that_comes_later_comes_with_a_look(
    writes: Writes, looks: Looks, bus: Bus, simulator: Simulator
) -> None:
    await writes.carry_out(creation(ONLINE))
    made = bus.of(Done)[0].stored.event
    await simulator.post("clock", advance_seconds=31)

    await looks.carry_out(look())

    assert (made.online, made.join_url) == (True, "")
    assert bus.of(OutlookSeen)[0].event.join_url.startswith("https://teams.microsoft.com/")


@pytest.mark.scenario("V-06")
async def test_a_teams_event_made_in_outlook_is_told_with_its_link(looks: Looks, bus: Bus, ann: Person) -> None:
    made = await ann.creates(**TEAMS)

    await looks.carry_out(look())

    event = bus.of(OutlookSeen)[0].event
    assert (event.online, event.join_url) == (True, made["onlineMeeting"]["joinUrl"])
