"""One run: start everything, let people work and faults strike for a while, come to rest, judge."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import httpx

from tandem.api import Reconciler
from tandem.local.system import running
from tandem.local.wanted import Wanted
from tandem.people.cast import CLEO
from tandem.people.stage import Stage, stage
from tools.chaos.consent import Consent
from tools.chaos.ending import come_to_rest
from tools.chaos.faults import FAULTS, Fault
from tools.chaos.field import Field
from tools.chaos.ideas import Ideas
from tools.chaos.load import Load
from tools.chaos.report import Report, report
from tools.chaos.storm import Storm

_LATENCY_MS = {"graph": 50, "espo": 30}
_APART_SECONDS = 150
"""How far the clocks of Graph and of EspoCRM are from ours at most; they are twice as far from each other."""
_DAYS_AHEAD = 3
_IMPATIENT = {
    "TANDEM_POLL_SECONDS": "15",
    "TANDEM_POLL_UNSUBSCRIBED_SECONDS": "5",
    "TANDEM_UPCOMING_SECONDS": "20",
    "TANDEM_LISTING_SECONDS": "60",
    "TANDEM_BRAKE_FEW": "100000",
    "TANDEM_KAFKA_RETRY_CEILING_SECONDS": "5",
}
"""What takes minutes or hours in real life takes seconds here, and people's many removals are meant."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run goes: `seconds` of load and faults, `edits` a second, a fault about every `every` seconds (0: none)."""

    seconds: float
    seed: int
    kafka: str
    directory: Path
    edits: float = 2.0
    every: float = 3.0
    patience: float = 330.0


async def chaos(plan: Plan, faults: Mapping[str, Fault] = FAULTS) -> Report:
    """Carry a plan out, with these faults. Raises CommandError if the system does not start."""
    wanted = Wanted(kafka=plan.kafka, port_base=0, directory=plan.directory)
    async with AsyncExitStack() as stack:
        stack.enter_context(_impatient())
        system = await stack.enter_async_context(running(wanted))
        at = system.addresses
        on = await stack.enter_async_context(stage(at, system.directory))
        reconciler = await stack.enter_async_context(Reconciler(at.reconciler, at.service_secret))
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=30))
        consent = Consent(http, at, CLEO, system.directory[CLEO.address].id)
        field = Field(system, http, consent, Random(f"{plan.seed} field"))
        return await _played(plan, faults, on, reconciler, field)


@contextmanager
def _impatient() -> Iterator[None]:
    """Lend the services, which take over our environment, their impatience."""
    before = dict(os.environ)
    os.environ.update(_IMPATIENT)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


async def _played(plan: Plan, faults: Mapping[str, Fault], on: Stage, reconciler: Reconciler, field: Field) -> Report:
    first = (datetime.now(UTC) + timedelta(days=_DAYS_AHEAD)).date()
    load = Load(on, Random(f"{plan.seed} load"), Ideas(Random(f"{plan.seed} ideas"), first))
    storm = Storm(field, faults, Random(f"{plan.seed} storm"))
    await field.graph("POST", "latency", {"ms": _LATENCY_MS["graph"]})
    await field.espo("POST", "latency", {"ms": _LATENCY_MS["espo"]})
    for control in (field.graph, field.espo):
        await control("POST", "clock", {"advance_seconds": field.rng.uniform(-_APART_SECONDS, _APART_SECONDS)})
    await field.consent.give()
    keeper = asyncio.create_task(field.keep(), name="keeper")
    try:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(plan.seconds, stop.set)
        async with asyncio.TaskGroup() as group:
            group.create_task(load.work(stop, plan.edits), name="load")
            if plan.every:
                group.create_task(storm.rage(stop, plan.every), name="storm")
        await field.calm()
        end = await come_to_rest(on, reconciler, load.histories, plan.patience, field.broke)
        return await report(plan.seed, on, reconciler, load, storm, field=field, end=end)
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
