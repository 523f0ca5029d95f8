"""Who has to wait for whom: one mailbox is throttled, another imports its past, and everybody else goes on working."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

from tools.bench.crowd import Person, connect
from tools.bench.measures.latency import TO_ESPO, Trip, trips_of
from tools.bench.tap import marks, since
from tools.bench.whole import API_MS, Company, titles
from tools.load.form import Form
from tools.load.traffic import TOPICS, work
from tools.load.watch import Sample, Watch

_RETRY_AFTER_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Fairness:
    """What became of everybody. Moments are seconds since 1970."""

    normal: list[Trip]
    normal_made: int
    imported_at: float
    """When the last event of the import was there."""
    import_seconds: float
    throttled_waiting: int
    """Events of the throttled mailbox that had not crossed when everything else had."""
    samples: list[Sample]

    @property
    def overtaken(self) -> int:
        """How many of the others' changes were visible before the import had come to its end."""
        return sum(trip.visible < self.imported_at for trip in self.normal)


async def fairness(company: Company, people: Sequence[Person], form: Form, watch: Watch) -> Fairness:
    """Let the import, the throttled one and the others begin at the same time, and wait until all are served."""
    throttled, *others = people
    (importing,) = await company.crowd.people(1)
    await company.crowd.latency(0)
    past = titles("imported", form.imported)
    await company.crowd.fill_outlook(importing, past)
    await company.crowd.latency(API_MS)
    begin, samples = await marks(company.system.addresses.kafka, TOPICS), list[Sample]()
    watching = asyncio.create_task(watch.samples(form.sample_seconds, samples), name="watching")
    try:
        async with _throttling(company, throttled):
            began = time.time()
            held = titles("throttled", form.throttled)
            watch.made += [past, held]
            await company.crowd.fill_espo(throttled, held)
            await connect(company.reconciler, importing)
            made = await work(company, others, form.normal, form.normal_rate, watch)
            await watch.caught_up(form.patience, but=form.throttled)
            heard = await since(company.system.addresses.kafka, begin)
            throttled_waiting = await watch.behind()
        await watch.caught_up(form.patience)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    samples.append(await watch.sample())
    imported = trips_of(dict.fromkeys(past, began), TO_ESPO, heard)
    imported_at = max(trip.visible for trip in imported)
    normal = [trip for side in made for trip in side.trips(heard)]
    return Fairness(normal, form.normal, imported_at, imported_at - began, throttled_waiting, samples)


@asynccontextmanager
async def _throttling(company: Company, who: Person) -> AsyncIterator[None]:
    """Have Graph answer everything that the product asks of a mailbox with 429."""
    graph = company.system.addresses.graph
    faults = f"{graph.url}/_control/faults"
    throttled = {
        "path": f"/users/{who.login}(@|%40)",
        "times": None,
        "status": HTTPStatus.TOO_MANY_REQUESTS,
        "headers": {"Retry-After": str(_RETRY_AFTER_SECONDS)},
        "caller": graph.client_id,
    }
    (await company.crowd.http.post(faults, json=[throttled])).raise_for_status()
    try:
        yield
    finally:
        (await company.crowd.http.delete(faults)).raise_for_status()
