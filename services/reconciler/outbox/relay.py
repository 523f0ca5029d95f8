"""Publishes what transactions have put into the outbox, then deletes it.

One relay at a time, behind an advisory lock, and no high-water mark: ids are given in the order of allocation, not of
commit, so "everything after the last id" would skip a late committer. What is published and not yet deleted when the
relay dies is published again; readers know a message by its id.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, Protocol

import structlog

from bus.errors import TooLarge
from bus.telling import tracing
from reconciler.outbox.too_large import Row, park
from reconciler.store import Database
from reconciler.store.sql import QUERIES

_AT_ONCE = 500
_FALLBACK_SECONDS = 1.0
_STANDBY_SECONDS = 1.0

log = structlog.get_logger()


class Publishes(Protocol):
    """What the relay needs of the bus."""

    async def hand_over(self, topic: str, key: str, body: bytes, headers: dict[str, str]) -> Awaitable[None]:
        """Have a message sent behind those of its key; answer what awaits the broker's confirmation."""


class Relay:
    """Moves messages from the outbox to the bus."""

    def __init__(self, database: Database, publisher: Publishes) -> None:
        self._database = database
        self._publisher = publisher

    async def run(self) -> None:
        """Relay for ever; stand by while another replica does, start over when the database or the bus fails."""
        while True:
            try:
                await self._lead()
            except Exception as error:  # noqa: BLE001 - whichever end failed, what waits in the outbox still has to go
                log.warning("relay interrupted", error=type(error).__name__)
            await asyncio.sleep(_STANDBY_SECONDS)

    async def _lead(self) -> None:
        async with self._database.pool.acquire() as connection:
            if not await connection.fetchval(QUERIES["lead_relay"]):
                return
            woken = asyncio.Event()

            def wake(*_: object) -> None:
                woken.set()

            await connection.add_listener("outbox", wake)
            try:
                while True:
                    woken.clear()
                    if await self.relay_once(connection) == 0:
                        await _until(woken)
            finally:
                await connection.reset()

    async def relay_once(self, connection: Any) -> int:
        """Publish a batch, in order within each key, and say how many messages it had."""
        rows = await connection.fetch(QUERIES["waiting"], _AT_ONCE)
        if rows:
            for row in await self._publish(rows):
                await park(connection, row)
            await connection.execute(QUERIES["sent"], [row["id"] for row in rows])
        return len(rows)

    async def _publish(self, rows: Sequence[Row]) -> list[Row]:
        """Hand over every message, then await every confirmation; the first failure is raised when nothing is under way.

        Give those that Kafka will never take, whose failure is no one's but their own.
        """
        under_way: list[Awaitable[None]] = []
        handed_over: list[Row] = []
        too_large: list[Row] = []
        try:
            for row in rows:
                body, headers = row["body"].encode(), _headers(row)
                try:
                    under_way.append(await self._publisher.hand_over(row["topic"], row["key"], body, headers))
                    handed_over.append(row)
                except TooLarge:
                    too_large.append(row)
        finally:
            ended = await asyncio.gather(*under_way, return_exceptions=True)
        for row, failure in zip(handed_over, ended, strict=True):
            if isinstance(failure, TooLarge):
                too_large.append(row)
            elif failure is not None:
                raise failure
        return too_large


def _headers(row: Row) -> dict[str, str]:
    return {
        "message_id": str(row["message_id"]),
        "correlation_id": row["correlation_id"],
        "content-type": "application/json",
        **({tracing.HEADER: row["traceparent"]} if row["traceparent"] else {}),
    }


async def _until(woken: asyncio.Event) -> None:
    """Wait to be woken; look without being woken too, in case a notification was lost."""
    try:
        await asyncio.wait_for(woken.wait(), _FALLBACK_SECONDS)
    except TimeoutError:
        return
