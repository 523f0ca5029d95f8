"""A unit of work: one transaction in which a message's whole effect is saved, or none of it."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from bus.telling import tracing
from contracts.changes import EspoSeen
from contracts.model import Model
from contracts.topics import Topic
from reconciler.core.brake import Brake
from reconciler.core.link import Link
from reconciler.core.side import SideName
from reconciler.metrics import Metrics
from reconciler.store.accounts import Account
from reconciler.store.known_links import FINDERS
from reconciler.store.transaction import Transaction


class Unit:
    """Everything that a handler may read and save, on one open transaction, for a message of one story."""

    def __init__(
        self, transaction: Transaction, correlation_id: str, metrics: Metrics, brake: Brake, ahead: timedelta
    ) -> None:
        self.metrics = metrics
        self.brake = brake
        self.ahead = ahead
        self._transaction = transaction
        self._correlation_id = correlation_id

    def of_story(self, correlation_id: str) -> "Unit":
        """The same transaction, for a message of another story."""
        return Unit(self._transaction, correlation_id, self.metrics, self.brake, self.ahead)

    async def rows(self, query: str, *values: Any) -> list[asyncpg.Record]:
        """The rows of a named query."""
        return await self._transaction.rows(query, *values)

    async def value(self, query: str, *values: Any) -> Any:
        """The first value of a named query, None without a row."""
        rows = await self.rows(query, *values)
        return rows[0][0] if rows else None

    async def run(self, query: str, *values: Any) -> None:
        """Carry out a named query."""
        await self._transaction.run(query, *values)

    async def take_in(self, message_ids: Collection[UUID]) -> set[UUID]:
        """Those of these messages that have not been handled before; they count as handled from now on."""
        return {row["message_id"] for row in await self.rows("take_in", list(message_ids))}

    async def lock(self, *names: str) -> None:
        """Let nobody else work on these accounts or meetings until the transaction ends."""
        await self._transaction.lock(names)

    async def account(self, account_id: str) -> Account | None:
        """The account of that EspoCRM user, if connected."""
        return await self._transaction.accounts.account(account_id)

    async def accounts_of_people(self, addresses: Collection[str], users: Collection[str] = ()) -> list[Account]:
        """The connected accounts of these users, and of mailboxes with one of these addresses, by id."""
        return await self._transaction.accounts.of_people(addresses, users)

    async def link(self, query: str, *values: Any) -> Link | None:
        """The link that a query of `links.sql` finds, its row locked."""
        found = await self.links(query, *values)
        return found[0] if found else None

    async def links(self, query: str, *values: Any) -> list[Link]:
        """The links that a query finds, their rows locked."""
        if query not in FINDERS:
            return [self.read(row["body"]) for row in await self.rows(query, *values)]
        await self._transaction.know_links(query, [values])
        return self._transaction.links.find((query, *values))

    def read(self, body: str) -> Link:
        """The link of a row that a query gave and locked."""
        return self._transaction.read(body)

    async def foresee_links(self, query: str, asked: Collection[tuple[Any, ...]]) -> None:
        """Read at once the links that handlers are going to ask for by this query, each with its own values."""
        await self._transaction.know_links(query, asked)

    async def foresee_accounts(self, ids: Collection[str], addresses: Collection[str]) -> None:
        """Read at once the accounts that handlers are going to ask for."""
        await self._transaction.accounts.know(ids, addresses)

    async def foresee_claims(self, records: Collection[tuple[str, str]]) -> None:
        """Read at once what is going to be claimed: entity types and ids."""
        await self._transaction.know_unclaimed(records)

    async def save(self, link: Link) -> None:
        """Keep a link, and whose story it is part of when its time comes."""
        self._transaction.save(link, self._correlation_id, tracing.current())

    async def forget(self, link: Link) -> None:
        """Remove a link."""
        await self._transaction.forget_link(link.id)

    async def creating_in_espo(self, account_id: str) -> bool:
        """Whether the making of a record is under way for an account that is locked."""
        return await self._transaction.creating_in_espo(account_id)

    async def under_way(self, account_id: str) -> int:
        """How many events of an account are being written, those included that this transaction has begun to write."""
        return await self._transaction.under_way(account_id)

    def count_under_way(self, account_id: str) -> None:
        """One more event is being written, of an account of which `under_way` was asked."""
        self._transaction.count_under_way(account_id)

    async def has_left_since(self, seen: EspoSeen) -> bool:
        """Whether a record was read later than this with another owner; its account is locked."""
        left = await self._transaction.left_behind(seen.account)
        record = (seen.entity, seen.espo_id)
        return any(read_at >= seen.read_at for entity, espo_id, read_at in left if (entity, espo_id) == record)

    def put_unclaimed(self, seen: EspoSeen, creator: str) -> None:
        """Keep a record of our own making that is seen before its outcome, made for the account `creator`."""
        self._transaction.put_unclaimed((seen.entity, seen.espo_id), creator, seen.model_dump_json())

    async def claim(self, entity: str, espo_id: str) -> EspoSeen | None:
        """Take such a record."""
        seen = await self._transaction.claim((entity, espo_id))
        return EspoSeen.model_validate_json(seen) if seen else None

    def skip(self, account_id: str, side: SideName, item: str, reason: str) -> None:
        """Remember why an event of a side is not synced."""
        self._transaction.put_item("skips", (account_id, side, item), reason)

    def unskip(self, account_id: str, side: SideName, item: str) -> None:
        """Forget why an event of a side was not synced."""
        self._transaction.drop_item("skips", (account_id, side, item))

    def unskip_for_others(self, account_id: str, side: SideName, item: str) -> None:
        """Forget why an event of a side was not synced for whoever had it before."""
        self._transaction.later("drop_skips_of_others", account_id, side, item)

    def note(self, *entry: Any) -> None:
        """Write a line of the journal, its columns as `write_journal` names them."""
        self._transaction.later("write_journal", *entry)

    async def send(self, topic: Topic, key: str, message: Model) -> None:
        """Put a message into the outbox; the relay publishes it after the commit."""
        await self.send_raw(topic.name, key, message.model_dump_json())

    async def send_raw(self, topic: str, key: str, body: str) -> None:
        """Put a message that was written earlier into the outbox, under an id of its own."""
        self._transaction.later("send", topic, key, uuid4(), self._correlation_id, tracing.current(), body)
