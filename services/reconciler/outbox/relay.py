"""Publishes what transactions have put into the outbox, then deletes it.

One relay at a time, behind an advisory lock, and no high-water mark: ids are given in the order of allocation, not of
commit, so "everything after the last id" would skip a late committer. What is published and not yet deleted when the
relay dies is published again; readers know a message by its id.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Protocol

import structlog

from bus import tracing
from reconciler.store import Database
from reconciler.store.sql import QUERIES

_AT_ONCE = 500
_FALLBACK_SECONDS = 1.0
_STANDBY_SECONDS = 1.0

Row = Mapping[str, Any]

log = structlog.get_logger()


class Publishes(Protocol):
    """What the relay needs of the bus."""

    async def publish_raw(self, topic: str, key: str, body: bytes, headers: dict[str, str]) -> None:
        """Publish, and return once the broker has confirmed."""


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
                log.warning("relay interrupted", error=_cause(error))
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
        lanes: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in rows:
            lanes[row["topic"], row["key"]].append(row)
        async with asyncio.TaskGroup() as group:
            for lane in lanes.values():
                group.create_task(self._publish(lane))
        if rows:
            await connection.execute(QUERIES["sent"], [row["id"] for row in rows])
        return len(rows)

    async def _publish(self, lane: list[Row]) -> None:
        for row in lane:
            headers = {
                "message_id": str(row["message_id"]),
                "correlation_id": row["correlation_id"],
                "content-type": "application/json",
                **({tracing.HEADER: row["traceparent"]} if row["traceparent"] else {}),
            }
            await self._publisher.publish_raw(row["topic"], row["key"], row["body"].encode(), headers)


def _cause(error: Exception) -> str:
    """Name the class of what went wrong; a group of lanes that failed together names the first."""
    return _cause(error.exceptions[0]) if isinstance(error, ExceptionGroup) else type(error).__name__


async def _until(woken: asyncio.Event) -> None:
    """Wait to be woken; look without being woken too, in case a notification was lost."""
    try:
        await asyncio.wait_for(woken.wait(), _FALLBACK_SECONDS)
    except TimeoutError:
        return
