"""Simulated instances to call, of the release and with the settings that a test names."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from sandbox.espo import Clock, EspoConfig, create_app
from sandbox.serve import serving
from support.needed import oracle
from support.simulated_espo import HOOKS, NOON, Caller, Hooks, Instance


@pytest.fixture
def config(request: pytest.FixtureRequest) -> EspoConfig:
    """The settings of the instance; a test that is parametrized with `config` gives its own."""
    given = getattr(request, "param", {})
    return EspoConfig(**({"dns": {HOOKS: "127.0.0.1"}, "seed": 7} | given))


@pytest.fixture
def hooks() -> Hooks:
    """A receiver of webhooks that is not reachable yet."""
    return Hooks()


@pytest.fixture
async def hooks_url(hooks: Hooks) -> AsyncIterator[str]:
    """The receiver's address, by the name that the simulator's DNS knows."""
    async with serving(hooks.app()) as url:
        yield f"http://{HOOKS}:{urlsplit(url).port}"


@pytest.fixture
async def espo(config: EspoConfig, hooks_url: str) -> AsyncIterator[Instance]:
    """An instance at noon of 23 November 2026, its clock standing, that may send webhooks to the receiver."""
    config.webhook_allowed_addresses += (urlsplit(hooks_url).netloc,)
    clock = Clock(NOON)
    app = create_app(config, clock)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://espo.test") as http:
        yield Instance(http, clock, app.state.shell.simulator.addresses)


@pytest.fixture
async def api(espo: Instance) -> Caller:
    """The connector's API user."""
    return espo.api


@pytest.fixture
async def anna(espo: Instance) -> Caller:
    """A salesperson."""
    return await espo.add("Anna", "anna@corp.example")


@pytest.fixture
async def boris(espo: Instance) -> Caller:
    """Another one, with two addresses."""
    return await espo.add("Boris", "boris@corp.example", "Boris@Home.Example")


@pytest.fixture(scope="session")
def oracles() -> Path:
    """The folder of what real systems said."""
    return oracle()


@pytest.fixture
async def http(espo: Instance) -> httpx.AsyncClient:
    """The bare client, for requests that no caller would make."""
    return espo.http
