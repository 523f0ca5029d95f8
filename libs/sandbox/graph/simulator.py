"""The simulator as a whole: one tenant with everything around it, replaceable in one go by a reset."""

import contextlib
from collections import deque
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import httpx

from sandbox.graph.calendars.tenant import Tenant
from sandbox.graph.login.pages import LoginPages
from sandbox.graph.login.tokens import Tokens
from sandbox.graph.notices.delivery import Delivery
from sandbox.graph.notices.subscriptions import Subscriptions
from sandbox.graph.web.faults import Faults, Record
from sandbox.graph.web.service import Graph

if TYPE_CHECKING:
    from sandbox.graph.clock import Clock
    from sandbox.graph.config import Config

_RECORDS = 200_000


class Simulator:
    """Everything that a request or the control surface may reach; its parts exist inside `running`.

    `transport` replaces the network over which notifications leave.
    """

    tenant: Tenant
    tokens: Tokens
    pages: LoginPages
    subscriptions: Subscriptions
    delivery: Delivery
    graph: Graph

    def __init__(self, config: "Config", clock: "Clock", transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.config = config
        self.clock = clock
        self._transport = transport
        self.faults = Faults()
        self.records: deque[Record] = deque(maxlen=_RECORDS)
        self._stack = contextlib.AsyncExitStack()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the tenant and its background work; all of it has ended on leaving."""
        async with httpx.AsyncClient(trust_env=False, transport=self._transport) as self._client:
            await self._begin()
            try:
                yield
            finally:
                await self._stack.aclose()

    async def reset(self) -> None:
        """Begin anew: data, tokens, faults and records are gone; time goes on."""
        await self._stack.aclose()
        self.faults.clear()
        self.records.clear()
        await self._begin()

    async def _begin(self) -> None:
        self.tenant = Tenant(self.config, self.clock)
        self.tokens = Tokens(self.config, self.clock)
        self.pages = LoginPages(self.config, self.clock, self.tenant.people, self.tokens)
        self.subscriptions = Subscriptions(self.tenant)
        self.delivery = Delivery(self.tenant, self.subscriptions, self._client)
        self.graph = Graph(self.tenant, self.tokens, self.subscriptions, self.delivery, self.config.latency_ms)
        self._stack = contextlib.AsyncExitStack()
        await self._stack.enter_async_context(self.delivery.running())
