"""What surrounds an instance: the faults, the latency and the log of requests that tests and measurements need."""

import asyncio
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

import httpx

from sandbox.espo.clock import Clock
from sandbox.espo.config import EspoConfig
from sandbox.espo.simulator import Simulator
from sandbox.espo.web.faults import Faults

_REMEMBERED_REQUESTS = 200_000


@dataclass(frozen=True, slots=True)
class Logged:
    """One request of the API; `status` None where the connection was closed without an answer."""

    method: str
    path: str
    query: str
    status: int | None
    time: str
    user: str | None

    def shown(self) -> dict[str, Any]:
        """Give the entry as JSON."""
        return asdict(self)


class Shell:
    """Holds the instance, replaced whole by a reset, and what outlives it: the clock and the network."""

    def __init__(self, config: EspoConfig, clock: Clock, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._config = config
        self._transport = transport
        self.clock = clock
        self.latency_ms = config.latency_ms
        self.faults = Faults()
        self.requests: deque[Logged] = deque(maxlen=_REMEMBERED_REQUESTS)
        self.simulator = Simulator(config, clock, transport)
        self._job = asyncio.Lock()

    def reset(self) -> None:
        """Start over: a fresh instance, no faults, no log, the configured latency."""
        self.faults.clear()
        self.requests.clear()
        self.latency_ms = self._config.latency_ms
        self.simulator = Simulator(self._config, self.clock, self._transport)

    async def run_webhook_job(self) -> int:
        """Run the webhook job, never two at a time; give how many batches it sent."""
        async with self._job:
            return await self.simulator.delivery.run()

    async def cron(self) -> None:
        """Run the webhook job periodically, until cancelled."""
        while True:
            await asyncio.sleep(self._config.cron_seconds)
            await self.run_webhook_job()
