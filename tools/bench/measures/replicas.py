"""What more replicas of a service bring: the same push over many mailboxes with one of each, and with two and four of it.

On a machine whose processors are all busy they bring nothing, which is a figure, too.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tandem.local.programs import replica
from tools.bench.measures.push import push
from tools.bench.rows import Row
from tools.bench.whole import Whole

_SCALED = ("reconciler", "outlook_connector", "espo_connector")


async def replicas(whole: Whole) -> list[Row]:
    """Push the same number of new events with one of each, then with each number of each service that the form names."""
    rows = [await _pushed(whole, "1 of each service")]
    for service in _SCALED:
        for count in whole.form.replicas:
            async with _scaled(whole, service, count):
                rows.append(await _pushed(whole, f"{count} x {service}"))
    return rows


async def _pushed(whole: Whole, with_these: str) -> Row:
    form = whole.form
    await push(whole, form.mailboxes, form.mailboxes)  # by its end partitions are shared out among them
    rate, *_ = await push(whole, form.replicated, form.mailboxes)
    return Row(f"push over {form.mailboxes} mailboxes, {with_these}", rate.value, rate.unit, note=rate.note)


@asynccontextmanager
async def _scaled(whole: Whole, service: str, count: int) -> AsyncIterator[None]:
    """So many replicas of a service within a `with` block, one of which runs anyway."""
    supervisor = whole.system.supervisor
    (first,) = (child.program for child in supervisor.running if child.name == service)
    more = [replica(first, number) for number in range(2, count + 1)]
    await supervisor.start(*more)
    await whole.quiet()
    try:
        yield
    finally:
        for program in more:
            await supervisor.stop(program.name)
        await whole.quiet()
