"""The product in one process: the parts that its services compose, on the simulated bus and network, and the real database."""

from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
from prometheus_client import CollectorRegistry

from bus.consuming.delivery import Delivery, Reader
from bus.telling.story import telling
from contracts.looks import EspoLook, OutlookLook
from contracts.notices import RecordTouched
from contracts.topics import ESPO_LOOKS, ESPO_NOTICES, ESPO_WRITES, OUTLOOK_LOOKS, OUTLOOK_WRITES
from contracts.writes import EspoWrite, OutlookWrite
from espo_connector.main import build
from espo_connector.metrics import Metrics as EspoMetrics
from espo_connector.settings import Settings as EspoSettings
from graph.asking.client import GraphClient, now_in_utc
from graph.permission.sign_in import SignIn
from graph.permission.tokens import AppTokens
from outlook_connector.echoes import Echoes
from outlook_connector.looks import Looks
from outlook_connector.metrics import Metrics as OutlookMetrics
from outlook_connector.subscribing.subscriptions import Subscriber
from outlook_connector.writes import Writes
from reconciler.handlers.dispatch import Dispatcher, Message
from reconciler.main import READS
from reconciler.metrics import Metrics as ReconcilerMetrics
from reconciler.outbox.relay import Relay
from reconciler.schedule import Schedule
from reconciler.settings import ReconcilerSettings
from reconciler.store import Database
from sandbox.graph.config import TENANT_ID
from simulation.bus import Bus
from simulation.network import ESPO, GRAPH

API_KEY = "tandem-api-key"
CLIENT, SECRET = "tandem", "tandem-secret"


@dataclass(frozen=True, slots=True)
class Group:
    """Who reads which topics, so many messages at a time. `forks`: whether its work goes on in several tasks."""

    name: str
    topics: tuple[str, ...]
    reader: Reader[Any]
    handle: Callable[[Sequence[Delivery[Any]]], Coroutine[Any, Any, None]]
    at_once: int
    forks: bool = True


@dataclass(frozen=True, slots=True)
class System:
    """What can be moved: groups that read, the schedule and the relay."""

    database: Database
    settings: ReconcilerSettings
    groups: tuple[Group, ...]
    schedule: Schedule
    relay: Relay


async def start(dsn: str, bus: Bus, network: httpx.AsyncBaseTransport, stack: AsyncExitStack) -> System:
    """Compose everything as the services' own `main.py` do; what is open is closed with the stack."""
    settings = ReconcilerSettings.model_validate({"postgres": dsn})
    database = Database(dsn, ReconcilerMetrics(CollectorRegistry()), settings.brake, 2)
    await stack.enter_async_context(database)
    dispatcher = Dispatcher(database, settings.poll_seconds, settings.poll_unsubscribed_seconds)
    reconciler = Group(
        "reconciler", tuple(topic.name for topic in READS), Reader(Message), dispatcher.handle, 20, forks=False
    )
    groups = (reconciler, *await _outlook(bus, network, stack), *_espo(bus, network, stack))
    return System(database, settings, groups, Schedule(database, 1), Relay(database, bus))


async def _outlook(bus: Bus, network: httpx.AsyncBaseTransport, stack: AsyncExitStack) -> tuple[Group, ...]:
    http = await stack.enter_async_context(httpx.AsyncClient(transport=network))
    sign_in = SignIn(http, f"http://{GRAPH}", TENANT_ID, CLIENT, SECRET, now_in_utc)
    tokens = AppTokens(sign_in, "https://graph.microsoft.com/.default", now_in_utc)
    metrics = OutlookMetrics(CollectorRegistry())
    graph = GraphClient(f"http://{GRAPH}", tokens, observe=metrics.request, network=network)
    stack.push_async_callback(graph.close)
    looks = Looks(graph, Subscriber(graph, "http://tandem.test", b"the simulation's own"), bus, metrics)
    writes = Writes(graph, Echoes(), bus, metrics)
    return (
        Group("outlook looks", (OUTLOOK_LOOKS.name,), Reader(OutlookLook), looks.carry_out_all, 4),
        Group("outlook writes", (OUTLOOK_WRITES.name,), Reader(OutlookWrite), writes.carry_out_all, 4),
    )


def _espo(bus: Bus, network: httpx.AsyncBaseTransport, stack: AsyncExitStack) -> tuple[Group, ...]:
    settings = EspoSettings.model_validate({"kafka": "none:1", "espo_url": f"http://{ESPO}", "espo_api_key": API_KEY})
    connector = build(settings, bus, EspoMetrics(CollectorRegistry()), network=network)
    stack.push_async_callback(connector.client.close)

    async def look(deliveries: Sequence[Delivery[Any]]) -> None:
        for delivery in deliveries:
            with telling(delivery):
                await connector.looks.carry_out(delivery.message)

    return (
        Group("espo looks", (ESPO_LOOKS.name,), Reader(EspoLook), look, 1),
        Group("espo writes", (ESPO_WRITES.name,), Reader(EspoWrite), connector.writes.carry_out, 4),
        Group("espo notices", (ESPO_NOTICES.name,), Reader(RecordTouched), connector.notices.read, 4),
    )
