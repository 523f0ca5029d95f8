"""What the product does in a life, one move at a time: a group reads, the relay relays, the schedule ticks. Any of it may die."""

from collections.abc import Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tools.chaos.invariants import Violation

from bus.errors import Permanent, Transient
from simulation.bus import Bus, Kept, deliveries
from simulation.clock import Clock
from simulation.diary import Diary
from simulation.fate import Fate, dies
from simulation.system import Group, System

_DIES = 0.12
"""The share of moves that do not live to their end, if they last for so many awaits."""
_LONGEST = 40
_FOR_EVER = 1_000_000


@dataclass(slots=True)
class Moves:
    """Moves the product. `connection` is the relay's own; `parked` is what no retry can help."""

    system: System
    bus: Bus
    clock: Clock
    rng: Random
    diary: Diary
    connection: Any
    mortal: bool = True
    parked: list[Violation] = field(default_factory=list)

    async def deliver(self) -> bool:
        """Have a group of readers handle what waits for it; tell whether anything waited for anybody."""
        busy = [group for group in self.system.groups if self.bus.busy(group.topics)]
        if busy:
            await self._hand(self.rng.choice(busy))
        return bool(busy)

    async def relay(self) -> bool:
        """Have the outbox relayed; tell whether anything was in it."""
        waiting = bool(await self.connection.fetchval("SELECT EXISTS (SELECT 1 FROM outbox)"))
        await self._lives("relay", self.system.relay.relay_once(self.connection))
        return waiting

    async def tick(self) -> None:
        """Have the schedule begin what is due."""
        await self._lives("schedule", self.system.schedule.tick())

    async def again(self) -> None:
        """Give what was handled once more, as after a rebalance."""
        done = [log for log in self.bus.logs.values() if log.read]
        if done:
            log = self.rng.choice(done)
            back = self.rng.randint(1, min(log.read, 6))
            log.read -= back
            self.diary.repeats += back
            self.diary.note(f"{log.records[0].topic}: {back} come again")

    async def drain(self) -> None:
        """Go on until no message waits anywhere. Raises RuntimeError where that never comes."""
        for _ in range(5000):
            relayed = await self.relay()
            if not await self.deliver() and not relayed:
                return
        raise RuntimeError(f"life {self.diary.seed}: messages without end")

    async def _hand(self, group: Group) -> None:
        logs = self.bus.busy(group.topics)
        batches: list[tuple[Any, list[Kept]]] = []
        left = group.at_once
        for log in self.rng.sample(logs, self.rng.randint(1, min(len(logs), 3))):
            records = log.waiting(min(left, self.rng.randint(1, group.at_once)))
            left -= len(records)
            batches.append((log, records))
        taken = [record for _, records in batches for record in records]
        what = f"{group.name}: {', '.join(f'{record.topic}@{record.offset}' for record in taken)}"
        if await self._lives(what, group.handle(deliveries(group.reader, taken)), forks=group.forks):
            for log, records in batches:
                log.read += len(records)

    async def _lives(self, what: str, work: Coroutine[Any, Any, Any], *, forks: bool = False) -> bool:
        """Carry a move out; tell whether it has come to its end, so that it need not be done again."""
        await self.clock.show(self.connection)
        doomed = self.mortal and self.rng.random() < _DIES
        fate = Fate(self.rng.randint(1, _LONGEST) if doomed else _FOR_EVER, family=forks)
        try:
            died = await dies(work, fate)
        except Transient as error:
            self.diary.note(f"{what}: put off, {error}")
            return False
        except Permanent as error:
            self.diary.note(f"{what}: parked, {error}")
            self.parked.append(Violation("nothing is parked", "", f"{what}: {error}"))
            return True
        self.diary.deaths += died
        self.diary.note(f"{what}{', which dies' if died else ''}")
        return not died
