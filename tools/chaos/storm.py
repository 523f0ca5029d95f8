"""The order of the faults: each kind once in turn, then at random; two at a time at most, so that they also meet."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from random import Random

from tools.chaos.faults import Fault
from tools.chaos.field import Field

_AT_ONCE = 2


class Storm:
    """Strikes until it is told to stop, and counts what struck."""

    def __init__(self, field: Field, faults: Mapping[str, Fault], rng: Random) -> None:
        self._field = field
        self._faults = faults
        self._rng = rng
        self.struck: Counter[str] = Counter()

    async def rage(self, stop: asyncio.Event, every_seconds: float) -> None:
        """Strike about every so many seconds; every fault that began is put right again before this returns."""
        room = asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for name in self._names():
                await asyncio.sleep(self._rng.uniform(0.5, 1.5) * every_seconds)
                await room.acquire()
                if stop.is_set():
                    return
                group.create_task(self._strike(name, room), name=name)

    async def _strike(self, name: str, room: asyncio.Semaphore) -> None:
        try:
            self.struck[name] += await self._faults[name](self._field)
        finally:
            room.release()

    def _names(self) -> Iterator[str]:
        yield from self._rng.sample(list(self._faults), len(self._faults))
        while True:
            yield self._rng.choice(list(self._faults))
