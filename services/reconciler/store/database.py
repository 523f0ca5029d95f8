"""The pool of connections, and units of work on it."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any, Self
from uuid import uuid4

import asyncpg

from bus.errors import Permanent
from reconciler.core.brake import Brake
from reconciler.core.window import AHEAD
from reconciler.metrics import Metrics
from reconciler.store.outage import OUTAGE, cannot_be_kept
from reconciler.store.transaction import Transaction
from reconciler.store.unit import Unit

_CLOSE_SECONDS = 5.0


class Database:
    """Opens units of work. Use as an async context manager: it holds the pool."""

    def __init__(
        self, dsn: str, metrics: Metrics, brake: Brake, connections: int = 8, ahead: timedelta = AHEAD
    ) -> None:
        self._dsn = dsn
        self._metrics = metrics
        self._brake = brake
        self._ahead = ahead
        self._connections = connections
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def open(self) -> None:
        """Connect. Raises one of `OUTAGE` where the database is out of reach."""
        pool = await asyncpg.create_pool(
            self._dsn, min_size=2, max_size=self._connections, reset=_with_nothing_to_forget
        )
        self._metrics.watch_pool(limit=self._connections, open_now=pool.get_size, idle_now=pool.get_idle_size)
        self._pool = pool

    async def close(self) -> None:
        """Give back every connection; what a lost database does not answer in time is cut off."""
        if self._pool is None:
            return
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._pool.close()
        except (TimeoutError, *OUTAGE):
            self._pool.terminate()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def pool(self) -> "asyncpg.Pool[asyncpg.Record]":
        """The open pool. Raises RuntimeError before `open`."""
        if self._pool is None:
            raise RuntimeError("the database has not been opened")
        return self._pool

    @asynccontextmanager
    async def unit(self, correlation_id: str | None = None) -> AsyncIterator[Unit]:
        """One transaction: committed at the end, rolled back by any error.

        Raises Permanent for a value that the database can never keep.
        """
        asked_at = time.perf_counter()
        async with self.pool.acquire() as connection:
            self._metrics.pool_wait.observe(time.perf_counter() - asked_at)
            with self._metrics.units.time(), _unkept_is_permanent():
                async with connection.transaction():
                    transaction = Transaction(connection)
                    yield Unit(transaction, correlation_id or str(uuid4()), self._metrics, self._brake, self._ahead)
                    await transaction.flush()


async def _with_nothing_to_forget(_connection: Any) -> None:
    """Ask nothing of PostgreSQL when a connection is given back: a unit ends with its transaction, the relay tidies up itself.

    asyncpg would have locks, cursors and settings forgotten, which takes a round trip a unit; an open transaction it rolls
    back all the same.
    """


@contextmanager
def _unkept_is_permanent() -> Iterator[None]:
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        if not cannot_be_kept(error):
            raise
        raise Permanent(f"the database cannot keep a value of it: {type(error).__name__}") from error
