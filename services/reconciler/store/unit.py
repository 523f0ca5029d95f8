"""A unit of work: one transaction in which a message's whole effect is saved, or none of it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from bus import tracing
from contracts.changes import EspoSeen
from contracts.model import Model
from contracts.topics import Topic
from reconciler.core.brake import Brake
from reconciler.core.ending import ends_at
from reconciler.core.link import Link
from reconciler.metrics import Metrics
from reconciler.store.accounts import Account
from reconciler.store.sql import QUERIES


class Unit:
    """Everything that a handler may read and save, on one open transaction."""

    def __init__(
        self,
        connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]",
        correlation_id: str,
        metrics: Metrics,
        brake: Brake,
    ) -> None:
        self.metrics = metrics
        self.brake = brake
        self._connection = connection
        self._correlation_id = correlation_id
        self._sent = False

    def of_story(self, correlation_id: str) -> "Unit":
        """The same transaction, for a message of another story."""
        return Unit(self._connection, correlation_id, self.metrics, self.brake)

    async def rows(self, query: str, *values: Any) -> list[asyncpg.Record]:
        """The rows of a named query."""
        rows: list[asyncpg.Record] = await self._connection.fetch(QUERIES[query], *values)
        return rows

    async def value(self, query: str, *values: Any) -> Any:
        """The first value of a named query, None without a row."""
        return await self._connection.fetchval(QUERIES[query], *values)

    async def run(self, query: str, *values: Any) -> None:
        """Carry out a named query."""
        await self._connection.execute(QUERIES[query], *values)

    async def take_in(self, message_id: UUID) -> bool:
        """Whether this message has not been handled before; it counts as handled from now on."""
        return bool(await self.value("take_in", message_id))

    async def account(self, account_id: str) -> Account | None:
        """The account of that EspoCRM user, if connected."""
        rows = await self.rows("account", account_id)
        return Account.from_row(rows[0]) if rows else None

    async def lock_account(self, account_id: str) -> None:
        """Let nobody else work on this account until the transaction ends."""
        await self.run("lock_account", account_id)

    async def link(self, query: str, *values: Any) -> Link | None:
        """The link that a query of `links.sql` finds, its row locked."""
        body = await self.value(query, *values)
        return Link.model_validate_json(body) if body else None

    async def links(self, query: str, *values: Any) -> list[Link]:
        """The links that a query of `links.sql` finds."""
        return [Link.model_validate_json(row["body"]) for row in await self.rows(query, *values)]

    async def save(self, link: Link) -> None:
        """Keep a link, with the columns that it is found by, and whose story it is part of when its time comes."""
        await self.run(
            "save_link",
            link.id,
            link.account,
            link.entity,
            None if link.moved_away else link.espo.id,
            link.outlook.id,
            link.ical_uid,
            link.transaction_id,
            link.state.value,
            link.flights,
            link.due_at,
            ends_at(link) or datetime.now(UTC),
            link.model_dump_json(),
            self._correlation_id,
            tracing.current(),
        )

    async def claim(self, entity: str, espo_id: str) -> EspoSeen | None:
        """Take a record of our own making that was seen before its outcome."""
        seen = await self.value("claim", entity, espo_id)
        return EspoSeen.model_validate_json(seen) if seen else None

    async def send(self, topic: Topic, key: str, message: Model) -> None:
        """Put a message into the outbox; the relay publishes it after the commit."""
        await self.send_raw(topic.name, key, message.model_dump_json())

    async def send_raw(self, topic: str, key: str, body: str) -> None:
        """Put a message that was written earlier into the outbox, under an id of its own."""
        await self.run("send", topic, key, uuid4(), self._correlation_id, tracing.current(), body)
        if not self._sent:
            await self.run("wake_relay")
            self._sent = True
