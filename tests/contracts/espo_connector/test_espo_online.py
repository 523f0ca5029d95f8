"""Teams in EspoCRM: who asks for it, and the link that is stored, against a simulated EspoCRM with our extension or without."""

from collections.abc import AsyncIterator

import httpx
import pytest

from contracts.changes import EspoSeen
from contracts.outcomes import Conflicted, Done, Refused
from contracts.writes import Patch
from sandbox.espo.app import create_app
from sandbox.espo.clock import Clock
from sandbox.espo.config import EspoConfig
from sandbox.ports import free_port
from sandbox.serve import serving
from support.espo import NOON, Espo, Sweeper, Writer

URL = "https://teams.microsoft.com/l/meetup-join/1"
WITH_EXTENSION = EspoConfig(companion_extension=True)
WITHOUT = EspoConfig()
OLDER = EspoConfig(version="9.3.10", join_url_writable=True)


@pytest.fixture
async def espo(request: pytest.FixtureRequest) -> AsyncIterator[Espo]:
    """An EspoCRM as the test sets it up, else with our extension, with Anna as its user."""
    clock, config = Clock(frozen_at=NOON), getattr(request, "param", WITH_EXTENSION)
    async with serving(create_app(config, clock)) as url, httpx.AsyncClient(base_url=url) as http:
        espo = Espo(url, clock, http, f"http://tandem.test:{free_port()}")
        espo.anna = await espo.add_user("Anna", "anna@corp.example")
        yield espo


async def made(espo: Espo, sweeper: Sweeper, **attributes: str) -> EspoSeen:
    await espo.meeting(**attributes)
    (seen,) = await sweeper.sweep()
    return seen


@pytest.mark.scenario("V-01")
async def test_a_meeting_whose_online_location_is_microsoft_asks_for_teams(espo: Espo, sweeper: Sweeper) -> None:
    seen = await made(espo, sweeper, externalService="Microsoft")
    assert (seen.event.online, seen.event.join_url) == (True, "")


async def test_a_meeting_without_an_online_location_does_not(espo: Espo, sweeper: Sweeper) -> None:
    assert (await made(espo, sweeper)).event.online is False


@pytest.mark.parametrize("espo", [OLDER], indirect=True)
async def test_an_espocrm_that_knows_no_online_location_cannot_say(espo: Espo, sweeper: Sweeper) -> None:
    seen = await made(espo, sweeper)
    assert (seen.event.online, seen.event.join_url) == (None, "")


@pytest.mark.parametrize("espo", [WITHOUT], indirect=True)
async def test_where_the_link_is_read_only_the_record_cannot_store_one(
    espo: Espo, sweeper: Sweeper, writer: Writer
) -> None:
    seen = await made(espo, sweeper)
    outcome = await writer.outcome(writer.update(seen, Patch(join_url=URL)))
    assert seen.event.join_url is None
    assert isinstance(outcome, Done)
    assert await espo.requests("PUT") == []


@pytest.mark.scenario("V-01")
async def test_the_link_is_stored_and_a_second_time_nothing_is_written(
    espo: Espo, sweeper: Sweeper, writer: Writer
) -> None:
    seen = await made(espo, sweeper, externalService="Microsoft")
    write = writer.update(seen, Patch(join_url=URL))
    for outcome in [await writer.outcome(write), await writer.outcome(write)]:
        assert isinstance(outcome, Done)
        assert outcome.stored is not None
        assert outcome.stored.event.join_url == URL
    assert (await espo.ask("GET", f"Meeting/{seen.espo_id}"))["joinUrl"] == URL
    assert len(await espo.requests("PUT")) == 1


async def test_a_link_is_taken_back(espo: Espo, sweeper: Sweeper, writer: Writer) -> None:
    seen = await made(espo, sweeper, joinUrl=URL)
    await writer.outcome(writer.update(seen, Patch(join_url="")))
    assert (await espo.ask("GET", f"Meeting/{seen.espo_id}"))["joinUrl"] is None


@pytest.mark.scenario("V-07")
async def test_a_link_that_somebody_put_there_meanwhile_is_a_conflict(
    espo: Espo, sweeper: Sweeper, writer: Writer
) -> None:
    seen = await made(espo, sweeper)
    await espo.ask("PUT", f"Meeting/{seen.espo_id}", {"joinUrl": "https://zoom.example/j/1"})
    outcome = await writer.outcome(writer.update(seen, Patch(join_url=URL)))
    assert isinstance(outcome, Conflicted)
    assert outcome.fresh.event.join_url == "https://zoom.example/j/1"


async def test_a_link_that_is_too_long_is_refused_in_words(espo: Espo, sweeper: Sweeper, writer: Writer) -> None:
    seen = await made(espo, sweeper)
    outcome = await writer.outcome(writer.update(seen, Patch(join_url=URL + "x" * 320)))
    assert isinstance(outcome, Refused)
    assert outcome.reason == "the join link is longer than the 320 characters that EspoCRM takes"


@pytest.mark.scenario("V-06")
async def test_a_new_record_has_its_link_from_the_start(espo: Espo, writer: Writer) -> None:
    outcome = await writer.outcome(writer.creation(writer.event(join_url=URL, online=True)))
    assert isinstance(outcome, Done)
    assert isinstance(outcome.stored, EspoSeen)
    record = await espo.ask("GET", f"Meeting/{outcome.stored.espo_id}")
    assert (record["joinUrl"], record["externalService"]) == (URL, None)


async def test_a_call_knows_no_link(writer: Writer) -> None:
    outcome = await writer.outcome(writer.creation(writer.event(join_url=URL), "Call"))
    assert isinstance(outcome, Done)
    assert outcome.stored is not None
    assert outcome.stored.event.join_url is None
