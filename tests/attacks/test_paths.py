"""Ids that try to be paths: whatever an id says, a request goes to the one address that it is for."""

from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client import CollectorRegistry
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from espo_connector.asking.client import Client
from espo_connector.errors import NotThere
from espo_connector.metrics import Metrics
from sandbox.serve import serving

TRICKS = (
    "../../me",
    "x/../y",
    "%2e%2e",
    "x%2fy",
    "x?select=id",
    "x#y",
    "x\0y",
    "\uff0e\uff0e",
    "a b",
    "\r\nHost: evil",
)
STEPS = ("", ".", "..")


class Listener:
    """Writes down the raw paths that it is asked for."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer anything with a record."""
        if scope["type"] == "http":
            self.paths.append(scope["raw_path"].decode())
            await JSONResponse({"id": "x"})(scope, receive, send)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
async def espo(listener: Listener) -> AsyncIterator[Client]:
    async with serving(listener) as url:
        client = Client(url, "key", Metrics(CollectorRegistry()))
        yield client
        await client.close()


@pytest.mark.parametrize("trick", TRICKS)
async def test_a_records_id_stays_one_step_of_espocrms_path(listener: Listener, espo: Client, trick: str) -> None:
    await espo.read("Meeting", trick)
    await espo.update("Meeting", trick, {})
    await espo.delete("Meeting", trick)
    assert len(listener.paths) == 3
    for path in listener.paths:
        assert path.startswith("/api/v1/Meeting/")
        assert path.count("/") == 4
        assert httpx.URL(f"http://x{path}").path == f"/api/v1/Meeting/{trick}"


@pytest.mark.parametrize("step", STEPS)
async def test_an_id_that_is_a_step_of_a_path_is_nobodys(listener: Listener, espo: Client, step: str) -> None:
    for asking in (espo.read("Meeting", step), espo.update("Meeting", step, {}), espo.delete("Meeting", step)):
        with pytest.raises(NotThere):
            await asking
    assert listener.paths == []
