"""Brings the schema up to date: ordered `.sql` files, each applied once, by one migrator at a time.

A rolling deployment has old and new code on one schema. So a step says in its name when it may be applied: `pre`, before
the code that needs it, which the code before can live with; `post`, once no replica runs the code that it would break.
"""

from importlib.resources import files

import asyncpg

_LOCK = 7316844
_LEDGER = "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz DEFAULT now())"


def steps() -> list[tuple[str, str]]:
    """Name and SQL of every migration, in order."""
    folder = files(__package__).joinpath("migrations")
    found = (entry for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(entry.name, entry.read_text("utf-8")) for entry in sorted(found, key=lambda entry: entry.name)]


def before_the_code(ordered: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Leave out the `post` steps at the end, which wait for the code. Those of earlier releases have had it by now."""
    last = max((place for place, (name, _) in enumerate(ordered, 1) if name.split("_")[1] == "pre"), default=0)
    return ordered[:last]


async def unapplied(dsn: str) -> list[str]:
    """Name the steps that the schema lacks, in order. Raises one of `OUTAGE`."""
    connection = await asyncpg.connect(dsn)
    try:
        there = await connection.fetchval("SELECT to_regclass('schema_migrations') IS NOT NULL")
        rows = await connection.fetch("SELECT name FROM schema_migrations") if there else []
    finally:
        await connection.close()
    known = {row["name"] for row in rows}
    return [name for name, _ in steps() if name not in known]


async def migrate(dsn: str, wanted: list[tuple[str, str]] | None = None) -> list[str]:
    """Apply what is missing of the wanted steps, all if none are given; return the names of what was applied."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        await connection.execute(_LEDGER)
        known = {row["name"] for row in await connection.fetch("SELECT name FROM schema_migrations")}
        missing = [(name, sql) for name, sql in (steps() if wanted is None else wanted) if name not in known]
        for name, sql in missing:
            async with connection.transaction():
                await connection.execute(sql)
                await connection.execute("INSERT INTO schema_migrations (name) VALUES ($1)", name)
        return [name for name, _ in missing]
    finally:
        await connection.close()
