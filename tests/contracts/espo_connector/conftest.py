"""What real instances of EspoCRM said, and a connector that talks to a simulated one."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from starlette.applications import Starlette

from bus.serving.guard import guarded
from espo_connector.main import Connector, build
from espo_connector.metrics import Metrics
from espo_connector.settings import Settings
from sandbox.espo.app import create_app
from sandbox.espo.clock import Clock
from sandbox.espo.config import EspoConfig
from sandbox.ports import free_port
from sandbox.serve import serving
from support.espo import API_KEY, NOON, Bus, Espo, Sweeper, Writer
from support.needed import oracle

RECEIVER = "tandem.test"
SECRET = "between-our-processes"


def _oracle(name: str) -> Any:
    return json.loads(oracle(name).read_text())


@pytest.fixture(scope="session")
def transcripts() -> list[dict[str, Any]]:
    """Every recorded exchange with real EspoCRM 9.2.7, 9.3.10 and 10.0.0, in order."""
    recorded: list[dict[str, Any]] = _oracle("espocrm-recordings.json")["transcripts"]
    return recorded


@pytest.fixture(scope="session")
def openapi() -> dict[str, Any]:
    """The OpenAPI document that EspoCRM 10.0.0 generated."""
    document: dict[str, Any] = _oracle("espocrm-openapi.json")
    return document


@pytest.fixture
async def espo(request: pytest.FixtureRequest) -> AsyncIterator[Espo]:
    """An EspoCRM of the version that the test names, else the newest, with Anna and Boris as its users.

    A test may also name settings of the simulated instance.
    """
    clock, port = Clock(frozen_at=NOON), free_port()
    param = getattr(request, "param", {})
    named: dict[str, Any] = {"version": param} if isinstance(param, str) else param
    settings: dict[str, Any] = {
        "location_fields": {"Meeting": "cLocation", "Call": "location"},
        "webhook_allowed_addresses": (f"{RECEIVER}:{port}",),
        "dns": {RECEIVER: "127.0.0.1"},
    }
    config = EspoConfig(**settings | named)
    async with serving(create_app(config, clock)) as url, httpx.AsyncClient(base_url=url) as http:
        espo = Espo(url, clock, http, f"http://{RECEIVER}:{port}")
        espo.anna = await espo.add_user("Anna", "anna@corp.example")
        espo.boris = await espo.add_user("Boris", "boris@corp.example", "Boris@Home.example")
        yield espo


@pytest.fixture
def bus() -> Bus:
    """A bus that keeps what is published."""
    return Bus()


@pytest.fixture
async def connector(espo: Espo, bus: Bus) -> AsyncIterator[Connector]:
    """The connector, composed as in production, on that bus and towards that EspoCRM."""
    settings = Settings(kafka="nowhere:1", espo_url=espo.url, espo_api_key=API_KEY, public_url=espo.receiver)
    connector = build(settings, bus, Metrics(CollectorRegistry()), espo.now)
    yield connector
    await connector.client.close()


@pytest.fixture
async def desk(connector: Connector) -> AsyncIterator[httpx.AsyncClient]:
    """The connector's internal routes, as another process of ours reaches them."""
    async with (
        serving(Starlette(routes=guarded(connector.api.routes(), SecretStr(SECRET)))) as url,
        httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {SECRET}"}) as http,
    ):
        yield http


@pytest.fixture
async def sweeper(connector: Connector, bus: Bus) -> Sweeper:
    """A sweep that has just begun: it has told nothing yet."""
    sweeper = Sweeper(connector, bus)
    await sweeper.sweep()
    return sweeper


@pytest.fixture
def writer(connector: Connector, bus: Bus, espo: Espo) -> Writer:
    """Somebody who wishes for writes."""
    return Writer(connector, bus, espo)
