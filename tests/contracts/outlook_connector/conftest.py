"""A simulated Graph over real HTTP, and the connector's parts against it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client import CollectorRegistry

from broker.wire import MemoryWire
from contracts.topics import TOPICS
from graph.asking.client import GraphClient, now_in_utc
from graph.asking.transport import plain_http
from graph.permission.sign_in import SignIn
from graph.permission.tokens import AppTokens
from outlook_connector.echoes import Echoes
from outlook_connector.looks import Looks
from outlook_connector.metrics import Metrics
from outlook_connector.subscribing.subscriptions import Subscriber
from outlook_connector.writes import Writes
from sandbox.graph.app import create_app
from sandbox.graph.config import TENANT_ID, Config
from sandbox.kafka.memory import MemoryKafka
from sandbox.serve import serving
from support.connector import Browser, replica
from support.outlook import ANN, BOB, SECRET, Bus, Person, Simulator


@pytest.fixture
def config() -> Config:
    return Config()


@pytest.fixture
async def simulator(config: Config) -> AsyncIterator[Simulator]:
    async with serving(create_app(config)) as url, httpx.AsyncClient(base_url=url) as http:
        yield Simulator(url, http)


async def _outlook(simulator: Simulator) -> httpx.AsyncClient:
    form = {
        "grant_type": "client_credentials",
        "client_id": "outlook-app",
        "client_secret": "outlook-secret",
        "scope": "https://graph.microsoft.com/.default",
    }
    granted = await simulator.http.post(f"/{TENANT_ID}/oauth2/v2.0/token", data=form)
    headers = {"Authorization": f"Bearer {granted.json()['access_token']}", "Prefer": 'IdType="ImmutableId"'}
    return httpx.AsyncClient(base_url=simulator.url, headers=headers)


@pytest.fixture
async def ann(simulator: Simulator) -> AsyncIterator[Person]:
    async with await _outlook(simulator) as http:
        yield Person(ANN, http)


@pytest.fixture
async def bob(simulator: Simulator) -> AsyncIterator[Person]:
    async with await _outlook(simulator) as http:
        yield Person(BOB, http)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(CollectorRegistry())


@pytest.fixture
async def graph(simulator: Simulator, metrics: Metrics) -> AsyncIterator[GraphClient]:
    async with plain_http() as http:
        sign_in = SignIn(http, simulator.url, TENANT_ID, "tandem", "tandem-secret", now_in_utc)
        tokens = AppTokens(sign_in, "https://graph.microsoft.com/.default", now_in_utc)
        client = GraphClient(simulator.url, tokens, observe=metrics.request)
        yield client
        await client.close()


@pytest.fixture
def bus() -> Bus:
    return Bus()


@pytest.fixture
def looks(graph: GraphClient, bus: Bus, metrics: Metrics) -> Looks:
    return Looks(graph, Subscriber(graph, "http://127.0.0.1:9", SECRET), bus, metrics)


@pytest.fixture
def writes(graph: GraphClient, bus: Bus, metrics: Metrics) -> Writes:
    return Writes(graph, Echoes(), bus, metrics)


@pytest.fixture
async def wire() -> AsyncIterator[MemoryWire]:
    async with MemoryKafka([(topic.name, 1) for topic in TOPICS]) as kafka:
        yield MemoryWire(kafka)


@pytest.fixture
async def service(wire: MemoryWire, simulator: Simulator) -> AsyncIterator[httpx.AsyncClient]:
    async with replica(wire, simulator.url) as http:
        yield http


@pytest.fixture
def browser(simulator: Simulator) -> Browser:
    return Browser(simulator.http)
