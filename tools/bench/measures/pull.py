"""The first pull: a mailbox with a past is connected, and all of it appears in EspoCRM."""

import time

from tools.bench.crowd import connect
from tools.bench.process import Meter
from tools.bench.rows import Row, Target
from tools.bench.sides import Sides
from tools.bench.timing import per_event
from tools.bench.whole import API_MS, Whole, titles

_TARGET = Target(600)


async def pull(whole: Whole, events: int, limit: float) -> list[Row]:
    """Connect somebody whose mailbox is full; count from that moment until EspoCRM has everything."""
    crowd = whole.crowd
    (who,) = await crowd.people(1)
    await crowd.latency(0)
    await crowd.fill_outlook(who, titles("pulled", events))
    await whole.quiet()
    wanted = await whole.sides.meetings() + events
    await crowd.latency(API_MS)
    await whole.sides.forget_requests()
    meter = Meter(whole.system.supervisor.running)
    began = time.time()
    await connect(whole.reconciler, who)
    await whole.sides.reaches(Sides.meetings, wanted)
    await whole.quiet()
    used, asked = meter.seconds(), await whole.sides.requests()
    pages = [
        one for one in asked.of("graph", "GET", "delta") if "deltatoken" not in one.path
    ]  # the later looks have it
    read = pages[-1].at + API_MS / 1000
    made = asked.moments("espo", "POST", "/Meeting")[-1] + API_MS / 1000
    what = f"first pull of {events:,} events"
    return [
        Row(
            what,
            events / (made - began),
            "events/s",
            _TARGET,
            limit,
            f"read from Outlook at {events / (read - began):,.0f}/s",
        ),
        Row(
            f"{what}: Graph requests",
            asked.count("graph"),
            "requests",
            note=f"{len(pages)} pages",
        ),
        Row(
            f"{what}: EspoCRM requests an event",
            asked.count("espo") / events,
            "requests",
            note=f"{asked.count('espo', 'POST', '/Meeting')} creates, {asked.count('espo', 'GET')} reads",
        ),
        *per_event(what, used, events),
    ]
