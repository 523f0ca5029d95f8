"""What a change costs the reconciler as its links grow: an event that nothing is known of has to be looked for among them all.

Processor time, ours and PostgreSQL's: it grows with the work, and not with what else the machine does.
"""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from prometheus_client import CollectorRegistry

from reconciler.metrics import Metrics
from reconciler.settings import ReconcilerSettings
from reconciler.store import Database
from reconciler.store.migrate import migrate
from sandbox.postgres import EmbeddedPostgres
from tools.bench.reconciler import Cost, Reconciler, connected, new_events
from tools.bench.rows import Row

_ACCOUNTS = 50
_CHANGES = 1000
_CONNECTIONS = 2

_GROW = """
INSERT INTO links (id, account, entity, espo_id, outlook_id, ical_uid, transaction_id, state, in_flight, ends_at, body)
SELECT gen_random_uuid(), account, entity, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
       'in sync', 0, ends_at, '{}'
FROM (SELECT *, row_number() OVER (ORDER BY id) AS place FROM links LIMIT $2) AS one,
     generate_series(0, ($1::int - 1) / $2) AS round
WHERE round * $2 + place <= $1
"""
"""As many more, in sync, of the same people and at the same times as $2 of those that are there, by which they may be found.

Nobody finds them, so they remember nothing: their bodies would be gigabytes, and minutes to write.
"""

_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE tablename = 'links' AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = 'links'::regclass)
"""


async def growth(sizes: Sequence[int], directory: Path) -> list[Row]:
    """Have new events decided on beside as many links as each size says."""
    if not sizes:
        return []
    async with EmbeddedPostgres(directory) as postgres:
        dsn = await postgres.create_database(f"growth_{uuid4().hex}")
        await migrate(dsn)
        settings = ReconcilerSettings.model_validate({"postgres": dsn})
        async with Database(dsn, Metrics(CollectorRegistry()), settings.brake, connections=_CONNECTIONS) as database:
            await connected(database, settings, _ACCOUNTS)
            costs = await _costs(database, Reconciler(database, settings), sizes)
    first = _processor(costs[0])
    return [
        Row(
            f"processor time a change beside {size:,} links",
            _processor(cost),
            "µs",
            note=f"{_processor(cost) / first:.2f} of what it is beside {sizes[0]:,}; PostgreSQL's share {cost.postgres_us:,} µs",
        )
        for size, cost in zip(sizes, costs, strict=True)
    ]


def _processor(cost: Cost) -> int:
    return cost.cpu_us + cost.postgres_us


async def _costs(database: Database, reconciler: Reconciler, sizes: Sequence[int]) -> list[Cost]:
    async with AsyncExitStack() as counting:
        await reconciler.count_queries(counting, _CONNECTIONS)
    count = min(_CHANGES, sizes[0])
    await reconciler.hear("the first links", new_events(count, _ACCOUNTS))
    costs = []
    for number, size in enumerate(sizes, start=1):
        there = await database.pool.fetchval("SELECT count(*) FROM links")
        async with database.pool.acquire() as connection:
            await _grow(connection, size - there, count)
        costs.append(await reconciler.hear("new events", new_events(count, _ACCOUNTS, number * count)))
    return costs


async def _grow(connection: "PoolConnectionProxy[asyncpg.Record]", more: int, like: int) -> None:
    """Add links; the indexes are made afterwards, or a million rows would take five minutes."""
    async with connection.transaction():
        indexes = await connection.fetch(_INDEXES)
        for index in indexes:
            await connection.execute(f"DROP INDEX {index['indexname']}")
        await connection.execute(_GROW, more, like)
        await connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for index in indexes:
            await connection.execute(index["indexdef"])
    await connection.execute("VACUUM ANALYZE links")
    await connection.execute("CHECKPOINT")
