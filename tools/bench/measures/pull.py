"""The first pull: a mailbox with a past is connected, and all of it appears in EspoCRM."""

from datetime import datetime

from contracts.topics import ESPO_OUTCOMES, OUTLOOK_CHANGES
from tools.bench.crowd import connect
from tools.bench.process import Meter
from tools.bench.rows import Row, Target
from tools.bench.tap import tap
from tools.bench.timing import done, per_event
from tools.bench.whole import API_MS, Whole, titles

_TARGET = Target(600)


async def pull(whole: Whole, events: int, limit: float) -> list[Row]:
    """Connect somebody whose mailbox is full; count from that moment until EspoCRM has everything."""
    crowd = whole.crowd
    (who,) = await crowd.people(1)
    await crowd.latency(0)
    await crowd.fill_outlook(who, titles("pulled", events))
    await whole.quiet()
    await crowd.latency(API_MS)
    await crowd.forget_requests()
    async with tap(whole.system.addresses.kafka, [OUTLOOK_CHANGES, ESPO_OUTCOMES]) as listening:
        meter = Meter(whole.system.supervisor.running)
        began = datetime.now().astimezone().timestamp()
        await connect(whole.reconciler, who)
        heard = await listening.until(events, done, whole.form.patience)
        used = meter.seconds()
    asked = await crowd.requests()
    seen = [one.at for one in heard if one.message["kind"] == "outlook_seen"]
    made = [one.at for one in heard if done(one)]
    what = f"first pull of {events:,} events"
    return [
        Row(
            what,
            len(made) / (max(made) - began),
            "events/s",
            _TARGET,
            limit,
            f"read from Outlook at {len(seen) / (max(seen) - began):,.0f}/s",
        ),
        Row(
            f"{what}: Graph requests",
            asked.count("graph"),
            "requests",
            note=f"{asked.count('graph', 'GET', 'delta')} pages",
        ),
        Row(
            f"{what}: EspoCRM requests an event",
            asked.count("espo") / events,
            "requests",
            note=f"{asked.count('espo', 'POST', '/Meeting')} creates, {asked.count('espo', 'GET')} reads",
        ),
        *per_event(what, used, events),
    ]
