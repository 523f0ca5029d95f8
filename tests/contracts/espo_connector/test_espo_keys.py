"""A record bears the key of the event that it was made of: then no edit of a person's makes it a stranger (M31)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from contracts.changes import EspoSeen
from contracts.outcomes import Deferred, Done
from contracts.writes import CreateEspoRecord, Patch
from espo_connector.main import build
from espo_connector.metrics import Metrics
from espo_connector.settings import Settings
from support.espo import API_KEY, Bus, Espo, Sweeper, Writer

KEY = "3f0b8a8e-5d5c-5a4e-9a57-0c1d1f7f2b11"
WITH_KEYS = {"key_fields": {"Meeting": "outlookEventKey", "Call": "outlookEventKey", "CVisit": "cOutlookEventKey"}}
RENAMED = {"name": "Renamed"}
MOVED = {"dateStart": "2026-12-02 09:00:00", "dateEnd": "2026-12-02 10:00:00"}

with_keys = pytest.mark.parametrize("espo", [WITH_KEYS], indirect=True)


@pytest.fixture
async def newcomer(espo: Espo) -> AsyncIterator[Writer]:
    """The wishes of somebody whose connector has made nothing yet, as after the death of another one."""
    bus = Bus()
    settings = Settings(kafka="nowhere:1", espo_url=espo.url, espo_api_key=API_KEY, public_url=espo.receiver)
    connector = build(settings, bus, Metrics(CollectorRegistry()), espo.now)
    yield Writer(connector, bus, espo)
    await connector.client.close()


def stored(outcome: object) -> EspoSeen:
    assert isinstance(outcome, Done)
    assert isinstance(outcome.stored, EspoSeen)
    return outcome.stored


def asked_again(write: CreateEspoRecord) -> CreateEspoRecord:
    return write.model_copy(update={"again": True})


async def how_many(espo: Espo, entity: str = "Meeting") -> int:
    total: int = (await espo.ask("GET", entity))["total"]
    return total


@with_keys
@pytest.mark.parametrize("entity", ["Meeting", "Call", "CVisit"])
async def test_a_record_bears_its_key(writer: Writer, entity: str) -> None:
    assert stored(await writer.outcome(writer.creation(entity=entity, key=KEY))).key == KEY


@with_keys
async def test_a_sweep_tells_the_key(writer: Writer, sweeper: Sweeper) -> None:
    await writer.outcome(writer.creation(key=KEY))
    assert [seen.key for seen in await sweeper.sweep()] == [KEY]


@with_keys
@pytest.mark.scenario("M-01")
@pytest.mark.parametrize("edit", [RENAMED, MOVED, {**RENAMED, **MOVED}], ids=["renamed", "moved", "both"])
@pytest.mark.parametrize("entity", ["Meeting", "CVisit"])
async def test_a_record_whose_maker_died_is_found_although_somebody_edited_it(
    espo: Espo, writer: Writer, newcomer: Writer, edit: dict[str, Any], entity: str
) -> None:
    write = writer.creation(entity=entity, key=KEY)
    made = stored(await writer.outcome(write)).espo_id
    await espo.ask("PUT", f"{entity}/{made}", edit)
    outcome = await newcomer.outcome(write)
    assert stored(outcome).espo_id == made
    assert isinstance(outcome, Done)
    assert outcome.found
    assert await how_many(espo, entity) == 1


@with_keys
async def test_a_record_whose_maker_died_is_found_although_somebody_else_owns_it_by_now(
    espo: Espo, writer: Writer, newcomer: Writer
) -> None:
    write = writer.creation(key=KEY)
    made = stored(await writer.outcome(write)).espo_id
    await espo.ask("PUT", f"Meeting/{made}", {"assignedUserId": espo.boris})
    found = stored(await newcomer.outcome(write))
    assert (found.espo_id, found.account) == (made, espo.boris)
    assert await how_many(espo) == 1


@with_keys
async def test_a_lost_answer_is_settled_at_once_although_somebody_was_quick_to_edit(
    espo: Espo, writer: Writer, newcomer: Writer
) -> None:
    write = writer.creation(key=KEY)
    await espo.fault("POST", "/Meeting", drop="after")
    await espo.fault("GET", "/Meeting", status=503)  # of the look-up before
    assert isinstance(await writer.outcome(write), Deferred)
    made = stored(await writer.outcome(write)).espo_id
    await espo.ask("PUT", f"Meeting/{made}", {**RENAMED, **MOVED})
    assert stored(await newcomer.outcome(asked_again(write))).espo_id == made
    assert await how_many(espo) == 1


@with_keys
async def test_an_update_leaves_the_key_alone(espo: Espo, writer: Writer) -> None:
    made = stored(await writer.outcome(writer.creation(key=KEY)))
    await writer.outcome(writer.update(made, Patch(title="Other")))
    assert (await espo.ask("GET", f"Meeting/{made.espo_id}"))["outlookEventKey"] == KEY


@with_keys
async def test_a_persons_record_with_the_key_of_ours_is_not_taken_for_it(
    espo: Espo, writer: Writer, newcomer: Writer
) -> None:
    hers = await espo.meeting(outlookEventKey=KEY)
    write = writer.creation(key=KEY)
    ours = stored(await writer.outcome(write)).espo_id
    assert ours != hers
    assert stored(await newcomer.outcome(write)).espo_id == ours


@with_keys
async def test_two_events_that_look_alike_are_two_records_whoever_asks(
    espo: Espo, writer: Writer, newcomer: Writer
) -> None:
    one, other = writer.creation(key=KEY), writer.creation(key="another key")
    first = stored(await writer.outcome(one)).espo_id
    second = stored(await newcomer.outcome(other)).espo_id
    assert first != second
    assert await how_many(espo) == 2


@with_keys
async def test_a_batch_looks_for_its_keys_in_one_request(espo: Espo, writer: Writer) -> None:
    await writer.outcome(writer.creation(key="an earlier one"))
    await espo.control("requests", method="DELETE")
    await writer.outcomes(*(writer.creation(key=f"key {number}") for number in range(20)))
    assert len(await espo.requests("GET", "/Meeting")) == 1
    assert len(await espo.requests("POST", "/Meeting")) == 20


@with_keys
async def test_a_batch_of_more_than_a_request_line_bears_finds_each_of_its_keys_in_two(
    espo: Espo, writer: Writer, newcomer: Writer
) -> None:
    writes = [writer.creation(key=f"key {number}") for number in range(60)]
    made = [stored(one).espo_id for one in await writer.outcomes(*writes)]
    await espo.control("requests", method="DELETE")
    found = await newcomer.outcomes(*(asked_again(write) for write in writes))
    assert sorted(stored(one).espo_id for one in found) == sorted(made)
    lists = [one for one in await espo.requests("GET", "/Meeting") if one["path"].endswith("/Meeting")]
    assert len(lists) == 2
    assert await how_many(espo) == 60


async def test_a_record_that_was_made_before_there_was_a_field_for_its_key_is_found_by_what_it_looks_like(
    espo: Espo, writer: Writer, newcomer: Writer
) -> None:
    write = writer.creation(key=KEY)
    made = stored(await writer.outcome(write))
    assert made.key == ""
    await espo.ask("POST", "Admin/fieldManager/Meeting", {"name": "outlookEventKey", "type": "varchar"})
    assert stored(await newcomer.outcome(asked_again(write))).espo_id == made.espo_id
    assert await how_many(espo) == 1


@with_keys
async def test_a_field_that_is_not_there_any_more_stops_nothing(espo: Espo, writer: Writer) -> None:
    await writer.outcome(writer.creation(key="an earlier one"))
    await espo.fault(
        "GET", "/Meeting", status=400
    )  # EspoCRM's answer to a filter by an attribute that it does not know
    assert isinstance(await writer.outcome(writer.creation(key=KEY)), Done)


async def test_without_the_field_a_record_is_found_by_what_it_looks_like_and_only_so(
    espo: Espo, writer: Writer, newcomer: Writer
) -> None:
    write = writer.creation(key=KEY)
    made = stored(await writer.outcome(write)).espo_id
    assert stored(await newcomer.outcome(write)).espo_id == made
    await espo.ask("PUT", f"Meeting/{made}", RENAMED)
    later = asked_again(writer.creation(key=KEY))
    assert stored(await newcomer.outcome(later)).espo_id != made


async def test_the_check_names_the_types_without_a_field_for_keys(espo: Espo, desk: Any) -> None:
    await espo.ask("POST", "Admin/fieldManager/Meeting", {"name": "outlookEventKey", "type": "varchar"})
    (step,) = [each for each in (await desk.get("/check")).json()["steps"] if each["step"] == "Event keys"]
    assert step["state"] == "warning"
    assert "Call, CVisit." in step["words"]
