"""A running simulator, and the people and programs that talk to it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
import pytest

from sandbox.graph.app import create_app
from sandbox.graph.config import OUTLOOK, TENANT_ID, Application, Config
from sandbox.serve import serving

Connect = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def config() -> Config:
    return Config()


@pytest.fixture
async def base_url(config: Config) -> AsyncIterator[str]:
    async with serving(create_app(config)) as url:
        yield url


@pytest.fixture
def connect(base_url: str) -> Connect:
    """Open a client of Graph with an app-only token; `path` is what its requests are relative to."""

    @asynccontextmanager
    async def connected(path: str = "", app: Application = OUTLOOK) -> AsyncIterator[httpx.AsyncClient]:
        async with httpx.AsyncClient(base_url=f"{base_url}/v1.0/{path}") as client:
            form = {
                "grant_type": "client_credentials",
                "client_id": app.client_id,
                "client_secret": app.secret,
                "scope": "https://graph.microsoft.com/.default",
            }
            answer = await client.post(f"{base_url}/{TENANT_ID}/oauth2/v2.0/token", data=form)
            client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            yield client

    return connected


@pytest.fixture
async def graph(connect: Connect) -> AsyncIterator[httpx.AsyncClient]:
    async with connect() as client:
        yield client


@pytest.fixture
async def ann(connect: Connect) -> AsyncIterator[httpx.AsyncClient]:
    async with connect("users/ann@contoso.test/") as client:
        yield client


@pytest.fixture
async def bob(connect: Connect) -> AsyncIterator[httpx.AsyncClient]:
    async with connect("users/bob@contoso.test/") as client:
        yield client


@pytest.fixture
async def control(base_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{base_url}/_control/") as client:
        yield client


@pytest.fixture
def draft() -> Callable[..., dict[str, Any]]:
    """Give an event to create: an hour on 2 March 2026 at 9:00 UTC, with whatever a test changes."""

    def event(**changes: Any) -> dict[str, Any]:
        return {
            "subject": "Budget",
            "start": {"dateTime": "2026-03-02T09:00:00", "timeZone": "UTC"},
            "end": {"dateTime": "2026-03-02T10:00:00", "timeZone": "UTC"},
            **changes,
        }

    return event


@pytest.fixture
def weekly(draft: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """Give a series to create: four Mondays from 2 March 2026."""
    return draft(
        recurrence={
            "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"]},
            "range": {"type": "numbered", "startDate": "2026-03-02", "numberOfOccurrences": 4},
        },
    )
