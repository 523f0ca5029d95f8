"""The network between the services and the two systems: inside the process, and as bad as a real one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import Context
from random import Random
from typing import Any

import httpx
from starlette.types import ASGIApp

from simulation.clock import Clock

GRAPH = "graph.test"
ESPO = "espo.test"


def hosts(graph: ASGIApp, espo: ASGIApp) -> dict[str, httpx.ASGITransport]:
    """Give both systems by name."""
    return {GRAPH: httpx.ASGITransport(graph), ESPO: httpx.ASGITransport(espo, client=("127.0.0.1", 1))}


class Roads(httpx.AsyncBaseTransport):
    """Over which people reach both systems; time passes on the way."""

    def __init__(self, to: dict[str, httpx.ASGITransport], clock: Clock) -> None:
        self._to = to
        self._clock = clock

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request there and its answer back."""
        self._clock.between(0.005, 0.3)
        return await self._to[request.url.host].handle_async_request(request)


class BadRoads(Roads):
    """Over which the product reaches them: what gets lost, gets lost here, and people go on acting meanwhile."""

    def __init__(
        self, to: dict[str, httpx.ASGITransport], clock: Clock, rng: Random, meanwhile: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(to, clock)
        self._rng = rng
        self._meanwhile = meanwhile
        self.bad = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request there and its answer back, if all goes well. Who asks may die before and after."""
        await asyncio.sleep(0)
        luck = self._rng.random() if self.bad else 1.0
        if luck < 0.01:
            raise httpx.ConnectError("the road is closed", request=request)
        if luck < 0.05:
            await _apart(self._meanwhile)
        answer = await super().handle_async_request(request)
        if luck > 0.985 and self.bad:
            raise httpx.ReadError("the answer got lost", request=request)
        await asyncio.sleep(0)
        return answer


class NobodyHome(httpx.AsyncBaseTransport):
    """Where notifications lead: nobody can be reached, so calendars are polled, and hints come from the life itself."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Refuse. Raises ConnectError."""
        raise httpx.ConnectError("nobody is at home", request=request)


async def _apart(work: Callable[[], Awaitable[None]]) -> None:
    """Have something done that does not share the fate of whoever happens to ask."""

    async def done() -> None:
        await work()

    await asyncio.get_running_loop().create_task(done(), context=Context())


@asynccontextmanager
async def alive(app: ASGIApp) -> AsyncIterator[None]:
    """Run the lifespan of an application, as a server would."""
    asked: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    answered: asyncio.Queue[Any] = asyncio.Queue()
    lifespan = asyncio.create_task(_run(app, asked, answered), name="lifespan")
    await asked.put({"type": "lifespan.startup"})
    await answered.get()
    try:
        yield
    finally:
        await asked.put({"type": "lifespan.shutdown"})
        await lifespan


async def _run(app: ASGIApp, asked: "asyncio.Queue[dict[str, Any]]", answered: "asyncio.Queue[Any]") -> None:
    await app({"type": "lifespan", "asgi": {"version": "3.0"}}, asked.get, answered.put)
