"""New meetings of EspoCRM become events in Outlook: one mailbox, and twenty at a time."""

import asyncio
from datetime import datetime

from contracts.topics import OUTLOOK_OUTCOMES
from tools.bench.crowd import connect
from tools.bench.process import Meter
from tools.bench.rows import Row, Target
from tools.bench.tap import Heard, tap
from tools.bench.timing import done, per_event
from tools.bench.whole import API_MS, Whole, spread, titles


async def push(whole: Whole, events: int, mailboxes: int, limit: float, target: Target) -> list[Row]:
    """Connect people who have meetings already, and follow them until all are in Outlook.

    The rate is counted from the first write to the last; what is read before is told beside it.
    """
    crowd = whole.crowd
    people = await crowd.people(mailboxes)
    await crowd.latency(0)
    for who, mine in spread(titles("pushed", events), people):
        await crowd.fill_espo(who, mine)
    await whole.quiet()
    await crowd.latency(API_MS)
    await crowd.forget_requests()
    async with tap(whole.system.addresses.kafka, [OUTLOOK_OUTCOMES]) as listening:
        meter = Meter(whole.system.supervisor.running)
        began = datetime.now().astimezone()
        await asyncio.gather(*(connect(whole.reconciler, who) for who in people))
        outcomes = await listening.until(events, done, whole.form.patience)
        used = meter.seconds()
    asked = await crowd.requests()
    finished = _finished(outcomes)
    seconds = (finished[-1] - finished[0]).total_seconds() or 1e-3
    where = "one mailbox" if mailboxes == 1 else f"{mailboxes} mailboxes"
    whole_way = len(finished) / (finished[-1] - began).total_seconds()
    return [
        Row(
            f"push of {events:,} new events, {where}",
            (len(finished) - 1) / seconds,
            "events/s",
            target,
            limit,
            f"{whole_way:.0f}/s from the moment of connecting",
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


def _finished(outcomes: list[Heard]) -> list[datetime]:
    return sorted(datetime.fromisoformat(one.message["finished_at"]) for one in outcomes if done(one))
