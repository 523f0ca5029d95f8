"""What more replicas of a service bring: the same push over many mailboxes with one, two and four of it.

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
    """Push the same number of new events with each number of replicas that the form names, one service after the other."""
    form = whole.form
    rows = []
    for service in _SCALED:
        for count in form.replicas:
            async with _scaled(whole, service, count):
                await push(whole, form.mailboxes, form.mailboxes)  # by its end partitions are shared out among them
                rate, *_ = await push(whole, form.replicated, form.mailboxes)
            rows.append(
                Row(f"push over {form.mailboxes} mailboxes, {count} x {service}", rate.value, rate.unit, note=rate.note)
            )
    return rows


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
