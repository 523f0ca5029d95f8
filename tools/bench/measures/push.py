"""New meetings of EspoCRM become events in Outlook: one mailbox, and twenty at a time."""

import asyncio
import time

from tools.bench.crowd import connect
from tools.bench.process import Meter
from tools.bench.rows import Row, Target
from tools.bench.sides import Sides
from tools.bench.timing import per_event
from tools.bench.whole import API_MS, Whole, spread, titles


async def push(
    whole: Whole, events: int, mailboxes: int, limit: float | None = None, target: Target | None = None
) -> list[Row]:
    """Connect people who have meetings already, and follow them until all are in Outlook.

    The rate is counted from when the first write comes to when the last is answered, as the limit's is; what is read before is
    told beside it.
    """
    crowd = whole.crowd
    people = await crowd.people(mailboxes)
    await crowd.latency(0)
    for who, mine in spread(titles("pushed", events), people):
        await crowd.fill_espo(who, mine)
    await whole.quiet()
    wanted = await whole.sides.events() + events
    await crowd.latency(API_MS)
    await whole.sides.forget_requests()
    meter = Meter(whole.system.supervisor.running)
    began = time.time()
    await asyncio.gather(*(connect(whole.reconciler, who) for who in people))
    await whole.sides.reaches(Sides.events, wanted)
    await whole.quiet()
    used, asked = meter.seconds(), await whole.sides.requests()
    writes = asked.moments("graph", "POST", "/events")
    over = writes[-1] + API_MS / 1000
    where = "one mailbox" if mailboxes == 1 else f"{mailboxes} mailboxes"
    return [
        Row(
            f"push of {events:,} new events, {where}",
            events / (over - writes[0]),
            "events/s",
            target,
            limit,
            f"{events / (over - began):.0f}/s from the moment of connecting",
        ),
        Row(
            f"Graph requests an event, {where}",
            asked.count("graph") / events,
            "requests",
            note=f"{asked.count('graph', 'POST', '/events')} creates, {asked.count('graph', 'GET')} reads",
        ),
        Row(f"EspoCRM requests an event pushed, {where}", asked.count("espo") / events, "requests"),
        *per_event(f"push, {where}", used, events),
    ]
