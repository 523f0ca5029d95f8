"""Looks at a load from outside: the memory of each service, what waits, and how far the other side is behind."""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import asyncpg
import httpx
from prometheus_client.parser import text_string_to_metric_families

from tandem.addresses import Addresses
from tandem.local.processes import Running
from tandem.polling import until
from tools.bench.form import SERVICES
from tools.bench.process import usages

_LOOK_SECONDS = 0.25
_LAG = "bus_lag_messages"
_CROSSED = "SELECT count(*) FROM links WHERE state = 'in sync'"
_WAITING = "SELECT count(*) FROM outbox"


@dataclass(frozen=True, slots=True)
class Sample:
    """One look: memory in bytes by service, messages that wait on the bus and in the outbox, changes that have not crossed."""

    at: float
    memory: dict[str, int]
    waiting: int
    behind: int


class Watch:
    """Compares what people made with what has crossed. Use it as a context."""

    def __init__(self, at: Addresses, http: httpx.AsyncClient, running: Callable[[], tuple[Running, ...]]) -> None:
        self._http = http
        self._running = running
        self._postgres = at.postgres
        self._services = (at.reconciler, at.outlook_connector, at.espo_connector, at.teams_meeting)
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._before = 0
        self.made: list[Collection[str]] = []
        """What people have made since the beginning, or are still making: each of it ends in one more link in sync."""

    async def __aenter__(self) -> Self:
        self._pool = await asyncpg.create_pool(self._postgres, min_size=1, max_size=2)
        self._before = await self._count(_CROSSED)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            await self._pool.close()

    async def behind(self) -> int:
        """Count the changes that have not crossed."""
        return sum(map(len, self.made)) - (await self._count(_CROSSED) - self._before)

    async def caught_up(self, patience: float, but: int = 0) -> float:
        """Wait until all but so many have crossed; give the seconds that took. Raises TimeoutError after `patience` seconds."""
        began = time.monotonic()

        async def caught_up() -> bool | None:
            return await self.behind() <= but or None

        if await until(caught_up, patience, _LOOK_SECONDS) is None:
            raise TimeoutError(f"{await self.behind() - but} changes had not crossed after {patience:.0f} s")
        return time.monotonic() - began

    async def sample(self) -> Sample:
        """Look once."""
        memory = {name: used.memory for name, used in usages(self._running()).items() if name in SERVICES}
        lags = await asyncio.gather(*(self._lag(url) for url in self._services))
        return Sample(time.monotonic(), memory, sum(lags) + await self._count(_WAITING), await self.behind())

    async def samples(self, every_seconds: float, into: list[Sample]) -> None:
        """Look again and again, for ever."""
        while True:
            into.append(await self.sample())
            await asyncio.sleep(every_seconds)

    async def _count(self, query: str) -> int:
        if self._pool is None:
            raise RuntimeError("the watch has not begun")
        return int(await self._pool.fetchval(query))

    async def _lag(self, url: str) -> int:
        told = (await self._http.get(f"{url}/metrics")).raise_for_status().text
        return round(
            sum(
                sample.value
                for family in text_string_to_metric_families(told)
                for sample in family.samples
                if sample.name == _LAG
            )
        )


def most_grown(samples: Sequence[Sample]) -> dict[str, int]:
    """Give by how many bytes each service has grown from the first quarter of the samples to the last, at its largest in each."""
    quarter = max(1, len(samples) // 4)

    def largest(name: str, of: Sequence[Sample]) -> int:
        return max(sample.memory[name] for sample in of)

    return {name: largest(name, samples[-quarter:]) - largest(name, samples[:quarter]) for name in samples[0].memory}
