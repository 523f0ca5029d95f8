"""From a committed transaction to the bus: in order within a key, nothing skipped, nothing lost."""

import asyncio
import contextlib
from collections.abc import Awaitable, Mapping

import asyncpg
import pytest
from prometheus_client import CollectorRegistry

from contracts.notices import CalendarTouched
from contracts.topics import OUTLOOK_LOOKS
from reconciler.core.brake import Brake
from reconciler.metrics import Metrics
from reconciler.outbox.relay import Relay
from reconciler.store import Database
from reconciler.store.migrate import migrate, steps
from support.reconciling import now


class Bus:
    """Remembers what was published; refuses when told to."""

    def __init__(self) -> None:
        self.published: list[tuple[str, str]] = []
        self.down = False
        self.news = asyncio.Condition()

    async def hand_over(
        self, topic: str, key: str | bytes | None, body: bytes | None, headers: Mapping[str, str]
    ) -> Awaitable[None]:
        assert headers["message_id"]
        assert body
        return self._confirmed(topic, key, body)

    async def _confirmed(self, topic: str, key: str | bytes | None, body: bytes) -> None:
        if self.down:
            raise ConnectionError(topic)
        async with self.news:
            self.published.append((str(key), CalendarTouched.model_validate_json(body).feed))
            self.news.notify_all()

    async def hears(self, feed: str) -> None:
        """Wait until that message was published."""
        async with asyncio.timeout(10), self.news:
            await self.news.wait_for(lambda: feed in [published for _, published in self.published])


def message(feed: str) -> CalendarTouched:
    return CalendarTouched(feed=feed, account="ann", received_at=now())


async def send(database: Database, key: str, *feeds: str) -> None:
    async with database.unit() as unit:
        for feed in feeds:
            await unit.send(OUTLOOK_LOOKS, key, message(feed))


@pytest.fixture
async def database(address: str) -> Database:
    return Database(address, Metrics(CollectorRegistry()), Brake(), connections=4)


async def test_messages_of_one_key_go_out_in_order_and_are_then_forgotten(database: Database) -> None:
    bus = Bus()
    async with database:
        await send(database, "ann", "1", "2", "3")
        await send(database, "ben", "4")
        async with database.pool.acquire() as connection:
            assert await Relay(database, bus).relay_once(connection) == 4
            assert await Relay(database, bus).relay_once(connection) == 0
    assert [feed for key, feed in bus.published if key == "ann"] == ["1", "2", "3"]
    assert ("ben", "4") in bus.published


async def test_what_could_not_be_published_stays_for_the_next_time(database: Database) -> None:
    bus = Bus()
    async with database:
        await send(database, "ann", "1")
        async with database.pool.acquire() as connection:
            bus.down = True
            with pytest.raises(ConnectionError):
                await Relay(database, bus).relay_once(connection)
            bus.down = False
            assert await Relay(database, bus).relay_once(connection) == 1
    assert bus.published == [("ann", "1")]


async def test_a_transaction_that_commits_late_is_not_skipped(database: Database) -> None:
    bus = Bus()
    async with database:
        relay = Relay(database, bus)
        async with database.pool.acquire() as connection:
            async with database.unit() as late:
                await late.send(OUTLOOK_LOOKS, "ann", message("allocated first"))
                await send(database, "ben", "committed first")
                assert await relay.relay_once(connection) == 1
            assert await relay.relay_once(connection) == 1
    assert bus.published == [("ben", "committed first"), ("ann", "allocated first")]


async def test_a_transaction_that_fails_sends_nothing(database: Database) -> None:
    async with database:
        with contextlib.suppress(ZeroDivisionError):
            async with database.unit() as unit:
                await unit.send(OUTLOOK_LOOKS, "ann", message("never"))
                raise ZeroDivisionError
        assert await database.pool.fetchval("SELECT count(*) FROM outbox") == 0


async def test_only_one_relay_leads_and_the_next_takes_over_when_it_stops(database: Database) -> None:
    first, second = Bus(), Bus()
    async with database:
        leading = asyncio.create_task(Relay(database, first).run())
        await send(database, "ann", "1")
        await first.hears("1")
        standing_by = asyncio.create_task(Relay(database, second).run())
        leading.cancel()
        await asyncio.gather(leading, return_exceptions=True)
        await send(database, "ann", "2")
        await second.hears("2")
        standing_by.cancel()
        await asyncio.gather(standing_by, return_exceptions=True)
    assert ("ann", "2") not in first.published


async def test_the_database_is_migrated_once(address: str) -> None:
    assert await migrate(address) == []
    connection = await asyncpg.connect(address)
    applied = await connection.fetch("SELECT name FROM schema_migrations")
    await connection.close()
    assert [row["name"] for row in applied] == [name for name, _ in steps()]
