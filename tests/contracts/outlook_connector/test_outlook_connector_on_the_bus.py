"""The whole service, between an in-memory Kafka and a simulated Graph."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from pydantic import BaseModel, TypeAdapter

from broker.wire import QUICK, MemoryWire
from contracts.changes import OutlookChange
from contracts.looks import KeepSubscription
from contracts.notices import OutlookNotice
from contracts.outcomes import AnyOutcome
from contracts.topics import TOPICS
from outlook_connector.main import compose
from outlook_connector.settings import Settings
from sandbox.graph.config import TENANT_ID
from sandbox.kafka.memory import MemoryKafka
from sandbox.ports import free_port
from sandbox.serve import serving
from support.outlook import ACCOUNT, ANN, FEED, Person, Simulator, creation, look


@pytest.fixture
async def wire() -> AsyncIterator[MemoryWire]:
    async with MemoryKafka([(topic.name, 1) for topic in TOPICS]) as kafka:
        yield MemoryWire(kafka)


@pytest.fixture
async def service(wire: MemoryWire, simulator: Simulator) -> AsyncIterator[str]:
    """Run the connector as its own process would, and give its address."""
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
            "public_url": f"http://127.0.0.1:{port}",
            "notification_secret": "only-the-connector-knows-this",
            "service_secret": "what all services know",
            "http_port": port,
        }
    )
    app, _ = compose(settings, CollectorRegistry())
    async with serving(app, port=port) as url:
        yield url


async def ask(wire: MemoryWire, topic: str, message: BaseModel) -> None:
    await wire.send(topic, message.model_dump_json().encode(), key=ACCOUNT)


async def told(wire: MemoryWire, topic: str, union: Any, count: int) -> list[Any]:
    records = await wire.read(topic, count)
    assert {record.key for record in records} == {ACCOUNT.encode()}
    return [TypeAdapter(union).validate_json(record.value or b"") for record in records]


@pytest.mark.usefixtures("service")
async def test_a_look_is_answered_with_changes_and_then_the_cursor(wire: MemoryWire, ann: Person) -> None:
    await ann.creates(subject="Demo")

    await ask(wire, "outlook.looks.v1", look())

    seen, cursor = await told(wire, "outlook.changes.v1", OutlookChange, 2)
    assert (seen.event.title, cursor.kind) == ("Demo", "cursor_advanced")


@pytest.mark.usefixtures("service")
async def test_a_write_is_answered_with_its_outcome(wire: MemoryWire, ann: Person) -> None:
    wish = creation()

    await ask(wire, "outlook.writes.v1", wish)

    [outcome] = await told(wire, "outlook.outcomes.v1", AnyOutcome, 1)
    assert (outcome.kind, outcome.write_id) == ("done", wish.write_id)
    assert len(await ann.lists()) == 1


@pytest.mark.usefixtures("service")
async def test_an_edit_in_outlook_arrives_as_a_notice(wire: MemoryWire, ann: Person) -> None:
    await ask(wire, "outlook.looks.v1", KeepSubscription(feed=FEED, account=ACCOUNT, mailbox=ANN))
    [kept] = await told(wire, "outlook.changes.v1", OutlookChange, 1)
    assert kept.kind == "subscription_kept"

    await ann.creates()

    [notice] = await told(wire, "outlook.notices.v1", OutlookNotice, 1)
    assert (notice.kind, notice.feed) == ("calendar_touched", FEED)


@pytest.mark.usefixtures("service")
async def test_what_no_retry_can_help_is_parked(wire: MemoryWire) -> None:
    await wire.send("outlook.looks.v1", b'{"kind": "unheard_of"}', key=ACCOUNT)

    [letter] = await wire.read("outlook_connector.dead-letters.v1", 1)
    assert letter.value == b'{"kind": "unheard_of"}'


@pytest.mark.scenario("P-08")
async def test_its_numbers_name_nobody(service: str, wire: MemoryWire) -> None:
    await ask(wire, "outlook.writes.v1", creation())
    await told(wire, "outlook.outcomes.v1", AnyOutcome, 1)

    async with httpx.AsyncClient(base_url=service) as http:
        numbers = (await http.get("/metrics")).text

    assert 'outlook_writes_total{kind="create_outlook_event",outcome="done"} 1.0' in numbers
    assert 'operation="create_event"' in numbers
    assert "ann@" not in numbers
    assert ACCOUNT not in numbers
