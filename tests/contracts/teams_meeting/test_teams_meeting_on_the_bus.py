"""The whole service, between an in-memory Kafka and a simulated Graph."""

from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client import CollectorRegistry
from pydantic import TypeAdapter

from broker.wire import QUICK, MemoryWire
from contracts.outcomes import AnyOutcome
from contracts.topics import TOPICS
from sandbox.graph.config import TENANT_ID
from sandbox.kafka.memory import MemoryKafka
from sandbox.ports import free_port
from sandbox.serve import serving
from support.outlook import ACCOUNT, Simulator
from support.teams_requests import creation
from teams_meeting.main import compose
from teams_meeting.settings import Settings


@pytest.fixture
async def wire() -> AsyncIterator[MemoryWire]:
    async with MemoryKafka([(topic.name, 1) for topic in TOPICS]) as kafka:
        yield MemoryWire(kafka)


@pytest.fixture
async def service(wire: MemoryWire, simulator: Simulator) -> AsyncIterator[str]:
    """Run the service as its own process would, and give its address."""
    port = free_port()
    settings = Settings.model_validate(
        {
            **QUICK,
            "kafka": wire.bootstrap,
            "graph_url": simulator.url,
            "login_url": simulator.url,
            "tenant": TENANT_ID,
            "client_id": "tandem",
            "client_secret": "tandem-secret",
            "http_port": port,
        }
    )
    app, _ = compose(settings, CollectorRegistry())
    async with serving(app, port=port) as url:
        yield url


async def test_a_request_is_answered_and_counted_without_naming_anybody(service: str, wire: MemoryWire) -> None:
    wish = creation()
    await wire.send("teams.requests.v1", wish.model_dump_json().encode(), key=ACCOUNT)

    [record] = await wire.read("teams.outcomes.v1", 1)
    outcome = TypeAdapter(AnyOutcome).validate_json(record.value or b"")
    assert (record.key, outcome.kind, outcome.write_id) == (ACCOUNT.encode(), "meeting_ready", wish.write_id)
    async with httpx.AsyncClient(base_url=service) as http:
        numbers = (await http.get("/metrics")).text
    assert 'teams_writes_total{kind="create_meeting",outcome="meeting_ready"} 1.0' in numbers
    assert "ann@" not in numbers
    assert ACCOUNT not in numbers


@pytest.mark.usefixtures("service")
async def test_what_no_retry_can_help_is_parked(wire: MemoryWire) -> None:
    await wire.send("teams.requests.v1", b'{"kind": "unheard_of"}', key=ACCOUNT)

    [letter] = await wire.read("teams_meeting.dead-letters.v1", 1)
    assert letter.value == b'{"kind": "unheard_of"}'
