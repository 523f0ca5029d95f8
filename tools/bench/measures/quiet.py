"""What little costs: twenty quick edits of one event, a look that finds nothing, and everybody connected doing nothing."""

import asyncio

from tools.bench.process import Meter, usages
from tools.bench.rows import Row, Target
from tools.bench.sides import Sides
from tools.bench.whole import API_MS, Whole, titles

_EDITS = 20


async def quick_edits(whole: Whole) -> list[Row]:
    """Edit one event twenty times as fast as Outlook takes it, and count the writes that come of it."""
    crowd = whole.crowd
    (who,) = await whole.connected(1)
    wanted = await whole.sides.meetings() + 1
    event = await crowd.create_in_outlook(who, titles("edited", 1)[0])
    await whole.sides.reaches(Sides.meetings, wanted)
    await whole.quiet()
    await crowd.latency(API_MS)
    await whole.sides.forget_requests()
    for title in titles("edit", _EDITS):
        await crowd.retitle_in_outlook(who, event, title)
    await whole.quiet()
    asked = await whole.sides.requests()
    return [
        Row(
            "writes to EspoCRM for 20 quick edits in Outlook",
            asked.count("espo", "PUT"),
            "writes",
            Target(_EDITS, "less"),
            note=f"{asked.count('graph')} requests to Graph, one edit every {API_MS} ms",
        )
    ]


async def empty_look(whole: Whole) -> list[Row]:
    """Count what is asked while nobody does anything: EspoCRM's sweep, and nothing of Graph."""
    await whole.connected(1)
    await whole.quiet()
    await whole.sides.forget_requests()
    meter = Meter(whole.system.supervisor.running)
    await asyncio.sleep(whole.form.quiet_seconds)
    used, asked = meter.seconds(), await whole.sides.requests()
    seconds = whole.form.quiet_seconds
    ours = ("reconciler", "outlook_connector", "espo_connector", "teams_meeting")
    return [
        Row("empty look: requests to EspoCRM a minute", asked.count("espo") / seconds * 60, "requests"),
        Row(
            "empty look: requests to Graph a minute", asked.count("graph") / seconds * 60, "requests", Target(0, "less")
        ),
        Row("at rest: a processor's share, our four services", sum(used[name] for name in ours) / seconds * 100, "%"),
    ]


async def memory(whole: Whole) -> list[Row]:
    """Tell the memory of each service as it is now."""
    return [
        Row(f"memory: {name}", used.memory / 2**20, "MiB", Target(300, "less"))
        for name, used in usages(whole.system.supervisor.running).items()
        if name in {"reconciler", "outlook_connector", "espo_connector", "teams_meeting", "console"}
    ]
