"""What it costs that many are connected and nobody does anything.

As many as a form connects, for a short time: what grows with them is told for ten thousand, and the note says from how many.
"""

import asyncio
from dataclasses import dataclass

import asyncpg

from tools.bench.process import Meter, usages
from tools.bench.rows import Row
from tools.bench.sides import Requests
from tools.bench.whole import API_MS, Whole

_TOLD_FOR = 10_000
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
    before = await _nothing_happens(whole)
    await whole.many_connected(whole.form.idle)
    now = await _nothing_happens(whole)
    an_hour = 3600 / whole.form.idle_seconds
    seen = f"{now.accounts:,} accounts for {whole.form.idle_seconds:.0f} s"
    graph = now.requests.count("graph")
    return [
        Row(
            f"idle: requests to Graph an hour, {_TOLD_FOR:,} accounts",
            graph * an_hour * _TOLD_FOR / now.accounts,
            "requests",
            note=f"extrapolated from {graph} of {seen}",
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
                note=f"{before.memory[name]:,.0f} MiB beside {before.accounts:,}",
            )
            for name in _OURS
        ),
    ]


@dataclass(frozen=True, slots=True)
class _Idleness:
    """What was seen in a form's `idle_seconds`: requests, percent of a processor, MiB at their end by service."""

    accounts: int
    requests: Requests
    share: float
    memory: dict[str, float]


async def _nothing_happens(whole: Whole) -> _Idleness:
    accounts, running = await spread_over_time(whole.system.addresses.postgres), whole.system.supervisor.running
    await whole.crowd.latency(API_MS)
    await whole.sides.forget_requests()
    meter = Meter(running)
    await asyncio.sleep(whole.form.idle_seconds)
    used = meter.seconds()
    return _Idleness(
        accounts,
        await whole.sides.requests(),
        sum(used[name] for name in _OURS) / whole.form.idle_seconds * 100,
        {name: one.memory / 2**20 for name, one in usages(running).items()},
    )


async def spread_over_time(postgres: str) -> int:
    """Have the looks of everybody who is connected fall due at any time, and count those people."""
    connection = await asyncpg.connect(postgres)
    try:
        await connection.execute(_AT_ANY_TIME)
        return int(await connection.fetchval("SELECT count(*) FROM accounts WHERE connected"))
    finally:
        await connection.close()
