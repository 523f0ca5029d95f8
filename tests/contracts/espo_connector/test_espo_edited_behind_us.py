"""Somebody edits a record after we have written it, and before we have read it back."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry

from contracts.changes import EspoSeen
from contracts.events import AllDay
from contracts.outcomes import Done
from contracts.writes import Patch
from espo_connector.main import build
from espo_connector.metrics import Metrics
from espo_connector.settings import Settings
from network.transport import Network
from support.espo import API_KEY, Bus, Espo, Sweeper, Writer

FAIR = AllDay(first=date(2026, 12, 10), last=date(2026, 12, 12))


class BehindUs(httpx.AsyncBaseTransport):
    """A network on which something happens as soon as a change of ours has been answered."""

    def __init__(self) -> None:
        self.happens: Callable[[], Awaitable[Any]] | None = None
        self._network = Network(4)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._network.handle_async_request(request)
        if request.method == "PUT" and self.happens:
            await self.happens()
        return answer

    async def aclose(self) -> None:
        await self._network.aclose()


@pytest.fixture
def behind_us() -> BehindUs:
    return BehindUs()


@pytest.fixture
async def writer(espo: Espo, bus: Bus, behind_us: BehindUs) -> AsyncIterator[Writer]:
    settings = Settings(kafka="nowhere:1", espo_url=espo.url, espo_api_key=API_KEY)
    connector = build(settings, bus, Metrics(CollectorRegistry()), espo.now, behind_us)
    yield Writer(connector, bus, espo)
    await connector.client.close()


async def updated(writer: Writer, seen: EspoSeen) -> Done:
    """Make it last for days, which is read back, and move it to Room 32."""
    outcome = await writer.outcome(writer.update(seen, Patch(span=FAIR, location="Room 32")))
    assert isinstance(outcome, Done)
    assert isinstance(outcome.stored, EspoSeen)
    return outcome


async def test_what_is_told_as_stored_may_hold_that_edit_and_says_so(
    espo: Espo, sweeper: Sweeper, writer: Writer, behind_us: BehindUs
) -> None:
    espo_id = await espo.meeting()
    (seen,) = await sweeper.sweep()
    behind_us.happens = lambda: espo.ask("PUT", f"Meeting/{espo_id}", {"cLocation": "Room 40"})
    outcome = await updated(writer, seen)
    assert outcome.found
    assert outcome.stored is not None
    assert (outcome.stored.event.span, outcome.stored.event.location) == (FAIR, "Room 40")


async def test_what_nobody_edited_is_told_as_our_own_writing(espo: Espo, sweeper: Sweeper, writer: Writer) -> None:
    await espo.meeting()
    (seen,) = await sweeper.sweep()
    outcome = await updated(writer, seen)
    assert not outcome.found
    assert outcome.stored is not None
    assert outcome.stored.event.location == "Room 32"
