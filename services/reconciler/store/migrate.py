"""Brings the schema up to date: ordered `.sql` files, each applied once, by one migrator at a time."""

from importlib.resources import files

import asyncpg

_LOCK = 7316844
_LEDGER = "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz DEFAULT now())"


def steps() -> list[tuple[str, str]]:
    """Name and SQL of every migration, in order."""
    folder = files(__package__).joinpath("migrations")
    found = (entry for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(entry.name, entry.read_text("utf-8")) for entry in sorted(found, key=lambda entry: entry.name)]


async def migrate(dsn: str) -> list[str]:
    """Apply what is missing and return the names of what was applied."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        await connection.execute(_LEDGER)
        known = {row["name"] for row in await connection.fetch("SELECT name FROM schema_migrations")}
        missing = [(name, sql) for name, sql in steps() if name not in known]
        for name, sql in missing:
            async with connection.transaction():
                await connection.execute(sql)
                await connection.execute("INSERT INTO schema_migrations (name) VALUES ($1)", name)
        return [name for name, _ in missing]
    finally:
        await connection.close()
