"""Many lives, one after the other, each on a database of its own."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from reconciler.store.migrate import migrate
from sandbox.postgres import EmbeddedPostgres
from simulation.clock import SCHEMA
from simulation.diary import Diary
from simulation.fate import task_factory
from simulation.life import live

_TEMPLATE = "migrated"
_WITHOUT = 4
"""Every so manieth life is that of a company that has not installed our extension for EspoCRM."""


@asynccontextmanager
async def database(directory: Path) -> AsyncIterator[EmbeddedPostgres]:
    """Run a PostgreSQL with a schema that knows the time of a life."""
    async with EmbeddedPostgres(directory) as server:
        dsn = await server.create_database(_TEMPLATE)
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute(SCHEMA)
        finally:
            await connection.close()
        await migrate(dsn)
        yield server


async def lives(
    server: EmbeddedPostgres, seeds: range, steps: int, *, keyed: bool | None = None
) -> AsyncIterator[Diary]:
    """Live one life for each seed. `keyed`: with our extension for EspoCRM, or without; None: as each seed has it."""
    asyncio.get_running_loop().set_task_factory(task_factory)
    for seed in seeds:
        async with server.fresh_database(template=_TEMPLATE) as dsn:
            diary = await live(seed, dsn, steps, keyed=bool(seed % _WITHOUT) if keyed is None else keyed)
        yield diary


@dataclass(slots=True)
class Sum:
    """What came of many lives. The fingerprint is the same for the same lives, step by step."""

    count: int = 0
    broken: int = 0
    deeds: int = 0
    writes: int = 0
    deaths: int = 0
    repeats: int = 0
    known: int = 0
    _steps: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, diary: Diary) -> None:
        """Count one more."""
        self.count += 1
        self.broken += bool(diary.violations)
        self.deeds += diary.deeds
        self.writes += diary.writes
        self.deaths += diary.deaths
        self.repeats += diary.repeats
        self.known += bool(diary.known)
        self._steps.update("\n".join(diary.steps).encode())

    def __str__(self) -> str:
        doubles = f"{self.known} had a known double" if self.known else "none had a known double"
        return (
            f"{self.count} lives: {self.broken} broke a law, {doubles}; {self.deeds} deeds, {self.writes} writes, "
            f"{self.deaths} deaths of handlers, {self.repeats} messages again; fingerprint {self._steps.hexdigest()[:16]}"
        )
