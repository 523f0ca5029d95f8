"""What it costs that many are connected and nobody does anything.

As many as a form connects, for a short time: what they ask of Graph is told for ten thousand, and the note says from how many.
`make load` connects all of them.
"""

import asyncio
from dataclasses import dataclass

import asyncpg

from tools.bench.process import Meter, usages
from tools.bench.rows import Row, Target
from tools.bench.sides import Requests
from tools.bench.whole import API_MS, Company, Whole

_TOLD_FOR = 10_000
_MOST_MEMORY = 300
_OURS = ("reconciler", "outlook_connector", "espo_connector")

_AT_ANY_TIME = """
UPDATE feeds SET next_look_at = now() + random() * make_interval(secs => every_seconds)
WHERE account IS NOT NULL AND next_look_at > now()
"""
"""As if they had connected over the day, not all in this minute: a look every quarter of an hour is seen in it, too."""


async def idle(whole: Whole) -> list[Row]:
    """Connect people whose calendars are empty, then count what is asked, and meter the services, while nothing happens."""
    if not whole.form.idle:
        return []
    before = await nothing_happens(whole, whole.form.idle_seconds)
    await whole.many_connected(whole.form.idle)
    return told(await nothing_happens(whole, whole.form.idle_seconds), before)


@dataclass(frozen=True, slots=True)
class Idleness:
    """What was seen in some seconds: requests, percent of a processor, MiB at their end by service."""

    accounts: int
    seconds: float
    requests: Requests
    share: float
    memory: dict[str, float]


async def nothing_happens(company: Company, seconds: float) -> Idleness:
    """Count and meter while everybody who is connected leaves their calendars alone."""
    accounts, running = await spread_over_time(company.system.addresses.postgres), company.system.supervisor.running
    await company.crowd.latency(API_MS)
    await company.sides.forget_requests()
    meter = Meter(running)
    await asyncio.sleep(seconds)
    used = meter.seconds()
    return Idleness(
        accounts,
        seconds,
        await company.sides.requests(),
        sum(used[name] for name in _OURS) / seconds * 100,
        {name: one.memory / 2**20 for name, one in usages(running).items()},
    )


def told(now: Idleness, before: Idleness) -> list[Row]:
    """Tell what was seen, beside what it had been with fewer people."""
    an_hour, seen = 3600 / now.seconds, f"{now.accounts:,} accounts for {now.seconds:.0f} s"
    graph, times = now.requests.count("graph"), max(1.0, _TOLD_FOR / now.accounts)
    return [
        Row(
            f"idle: requests to Graph an hour, {now.accounts * times:,.0f} accounts",
            graph * an_hour * times,
            "requests",
            note=f"reckoned from {graph} of {seen}" if times > 1 else f"{graph} of {seen}",
        ),
        Row(
            "idle: requests to EspoCRM an hour, the whole company",
            now.requests.count("espo") * an_hour,
            "requests",
            note=seen,
        ),
        Row(
            f"idle: a processor's share beside {now.accounts:,} accounts",
            now.share,
            "%",
            note=f"{before.share:.1f} % beside {before.accounts:,}",
        ),
        *(
            Row(
                f"idle: memory beside {now.accounts:,} accounts, {name}",
                now.memory[name],
                "MiB",
                Target(_MOST_MEMORY, "less"),
                note=f"{before.memory[name]:,.0f} MiB beside {before.accounts:,}",
            )
            for name in _OURS
        ),
    ]


async def spread_over_time(postgres: str) -> int:
    """Have the looks of everybody who is connected fall due at any time, and count those people."""
    connection = await asyncpg.connect(postgres)
    try:
        await connection.execute(_AT_ANY_TIME)
        return int(await connection.fetchval("SELECT count(*) FROM accounts WHERE connected"))
    finally:
        await connection.close()
