"""The running whole that most measures share: the product as processes, both simulators, and a crowd."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from network.transport import Network
from tandem.api import Reconciler
from tandem.local.system import System, running
from tandem.local.wanted import Wanted
from tandem.polling import until
from tools.bench.crowd import CONNECTIONS, Crowd, Person, connect, crowd
from tools.bench.form import Form
from tools.bench.sides import Sides

DIRECTORY = Path(".local/bench")
API_MS = 50
"""How long every answer of both sides takes while something is measured."""

_EVERY_SECONDS = 0.25
_AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class Company:
    """The product at work for as many people as somebody wants. Whatever is waited for may take `patience` seconds."""

    system: System
    reconciler: Reconciler
    crowd: Crowd
    sides: Sides
    patience: float

    async def many_connected(self, count: int) -> list[Person]:
        """Make and connect people, some at a time."""
        people: list[Person] = []
        while len(people) < count:
            people += await self.connected(min(_AT_ONCE, count - len(people)))
        return people

    async def connected(self, count: int) -> list[Person]:
        """Make people and connect them; return once both their sides have been read and all is quiet."""
        people = await self.crowd.people(count)
        await self.crowd.latency(0)
        await asyncio.gather(*(connect(self.reconciler, who) for who in people))
        for who in people:
            await self._is_read(who)
        await self.quiet()
        return people

    async def _is_read(self, who: Person) -> None:
        async def is_running() -> bool | None:
            return (await self.reconciler.preview(who.espo_id))["phase"] == "running" or None

        if await until(is_running, self.patience, _EVERY_SECONDS) is None:
            raise TimeoutError(f"the first reading was not over after {self.patience:.0f} s")

    async def quiet(self) -> None:
        """Wait until nothing is under way. Raises TimeoutError after the form's patience."""
        calm = 0

        async def nothing_left() -> bool | None:
            nonlocal calm
            pending = await self.reconciler.pending()
            busy = pending["in_flight"] or pending["outbox"] or pending["due"] or pending["looking"]
            calm = 0 if busy else calm + 1
            return calm > 2 or None  # noqa: PLR2004  # between two hops nothing is counted anywhere

        if await until(nothing_left, self.patience, _EVERY_SECONDS) is None:
            raise TimeoutError(f"still busy after {self.patience:.0f} s: {await self.reconciler.pending()}")


@dataclass(frozen=True, slots=True)
class Whole(Company):
    """Everything that a measure may use."""

    form: Form


@asynccontextmanager
async def whole(form: Form, directory: Path = DIRECTORY) -> AsyncIterator[Whole]:
    """Start the product on free ports, with nobody in it, for the measures of a form."""
    async with company(form.patience, directory, form.kafka) as started:
        yield Whole(started.system, started.reconciler, started.crowd, started.sides, started.patience, form)


@asynccontextmanager
async def company(patience: float, directory: Path, kafka: str) -> AsyncIterator[Company]:
    """Start the product on free ports, with nobody in it."""
    wanted = Wanted(kafka=kafka, empty=True, port_base=0, directory=directory)
    async with running(wanted) as system:
        at = system.addresses
        async with (
            Reconciler(at.reconciler, at.service_secret) as reconciler,
            crowd(at, Network(CONNECTIONS)) as people,
        ):
            yield Company(system, reconciler, people, Sides(people.http, at, patience), patience)


def titles(prefix: str, count: int) -> list[str]:
    """Name so many events, each once in a run."""
    stamp = time.monotonic_ns()
    return [f"{prefix} {stamp} {number}" for number in range(count)]


def spread(values: Sequence[str], over: Sequence[Person]) -> list[tuple[Person, list[str]]]:
    """Deal values out to people in turn."""
    return [(who, list(values[place :: len(over)])) for place, who in enumerate(over)]
