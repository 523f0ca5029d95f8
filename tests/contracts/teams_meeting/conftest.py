"""A simulated Graph over real HTTP, and the service's handler against it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client import CollectorRegistry

from graph.access import Access
from graph.permission.granted_tokens import KeptElsewhere
from graph.settings import GrantSettings
from sandbox.graph.app import create_app
from sandbox.graph.config import TENANT_ID, Config
from sandbox.serve import serving
from support.grants import nobody
from support.outlook import ANN, Bus, Person, Simulator
from teams_meeting.metrics import Metrics
from teams_meeting.writes import Writes


@pytest.fixture
def config() -> Config:
    return Config()


@pytest.fixture
async def simulator(config: Config) -> AsyncIterator[Simulator]:
    async with serving(create_app(config)) as url, httpx.AsyncClient(base_url=url) as http:
        yield Simulator(url, http)


@pytest.fixture
async def ann(simulator: Simulator) -> AsyncIterator[Person]:
    """Ann in Outlook and Teams, through another application than ours."""
    form = {
        "grant_type": "client_credentials",
        "client_id": "outlook-app",
        "client_secret": "outlook-secret",
        "scope": "https://graph.microsoft.com/.default",
    }
    granted = await simulator.http.post(f"/{TENANT_ID}/oauth2/v2.0/token", data=form)
    headers = {"Authorization": f"Bearer {granted.json()['access_token']}", "Prefer": 'IdType="ImmutableId"'}
    async with httpx.AsyncClient(base_url=simulator.url, headers=headers) as http:
        yield Person(ANN, http)


@pytest.fixture
def bus() -> Bus:
    return Bus()


@pytest.fixture
async def writes(simulator: Simulator, bus: Bus) -> AsyncIterator[Writes]:
    settings = GrantSettings.model_validate(
        {
            "graph_url": simulator.url,
            "login_url": simulator.url,
            "tenant": TENANT_ID,
            "client_id": "tandem",
            "client_secret": "tandem-secret",
        }
    )
    metrics = Metrics(CollectorRegistry())
    access = Access(settings, metrics.request, nobody(), KeptElsewhere())
    yield Writes(access.client, bus, metrics)
    await access.close()
