"""One transaction with few round trips, however many messages it handles.

What handlers ask for is read once and kept; what they save waits and is written together. A query that names a table for
which something waits is preceded by the writing of it, and one that changes links or accounts has what was kept of them
read again. So every handler finds what it would find if everything were written and read at once.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from reconciler.core.ending import ends_at
from reconciler.core.link import Link
from reconciler.store.known_accounts import KnownAccounts
from reconciler.store.known_links import Key, KnownLinks, key_of, record_of
from reconciler.store.sql import CHANGES, NAMES, QUERIES

_NOTHING_CHANGED = ("UPDATE 0", "DELETE 0", "INSERT 0 0")
"""What PostgreSQL says of a command that found no row (documentation, "Message Formats", CommandComplete)."""

_ITEMS = {"skips": ("put_skip", "drop_skip"), "unclaimed": ("put_unclaimed", "drop_unclaimed")}
"""Tables of which only the last word on an item counts, and how it is said."""


class Transaction:
    """An open transaction on a connection; what waits is written by `flush`, before the commit."""

    def __init__(self, connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]") -> None:
        self._connection = connection
        self.accounts = KnownAccounts(lambda addresses, ids: self.rows("accounts_of_people", addresses, ids))
        self.links = KnownLinks()
        self._locked: set[str] = set()
        self._links_waiting: dict[UUID, tuple[Link, str, str]] = {}
        self._keys_stored: dict[UUID, set[Key]] = {}
        self._items_waiting: dict[str, dict[tuple[Any, ...], tuple[Any, ...] | None]] = {name: {} for name in _ITEMS}
        self._waiting: dict[str, list[tuple[Any, ...]]] = {}
        self._unclaimed: dict[tuple[str, str], str | None] = {}
        self._creating: dict[str, bool] = {}
        self._under_way: dict[str, int] = {}
        self._left: dict[str, list[tuple[str, str, datetime]]] = {}

    async def rows(self, query: str, *values: Any) -> list[asyncpg.Record]:
        """The rows of a named query."""
        await self._write_what_it_names(query)
        rows: list[asyncpg.Record] = await self._connection.fetch(QUERIES[query], *values)
        self._forget_what_it_changed(query)
        return rows

    async def run(self, query: str, *values: Any) -> None:
        """Carry out a named query."""
        await self._write_what_it_names(query)
        if await self._connection.execute(QUERIES[query], *values) not in _NOTHING_CHANGED:
            self._forget_what_it_changed(query)

    def later(self, query: str, *values: Any) -> None:
        """Carry out a named query before anybody could notice that it was not. For tables that are only added to."""
        self._waiting.setdefault(query, []).append(values)

    def put_item(self, table: str, item: tuple[Any, ...], *rest: Any) -> None:
        """Keep an item of a table, sooner or later."""
        self._items_waiting[table][item] = rest

    def drop_item(self, table: str, item: tuple[Any, ...]) -> None:
        """Have an item of a table removed, sooner or later."""
        self._items_waiting[table][item] = None

    async def lock(self, names: Collection[str]) -> None:
        """Let nobody else work on these until the end. They are locked in a fixed order, so that nobody waits in a circle."""
        new = sorted(set(names) - self._locked)
        if new:
            await self._connection.execute(QUERIES["lock"], new)
            self._locked.update(new)

    async def know_links(self, query: str, asked: Collection[tuple[Any, ...]]) -> None:
        """Read the links that a query of `links.sql` finds for each of these values, and lock their rows."""
        keys = self.links.not_asked((query, *values) for values in asked)
        if not keys:
            return
        columns = [list(column) for column in zip(*(key[1:] for key in keys), strict=True)]
        for row in await self._connection.fetch(QUERIES[query], *columns):
            if not self.links.has(row["id"]):
                self.read(row["body"])
        self.links.asked(keys)

    async def creating_in_espo(self, account: str) -> bool:
        """Whether the making of a record is under way for an account, on which nobody else works."""
        if account not in self._creating:
            self._creating[account] = (await self.rows("creating_in_espo", account))[0][0]
        return self._creating[account]

    async def under_way(self, account: str) -> int:
        """How many events of an account are being written. All accounts that are locked are asked for with the first one."""
        if account not in self._under_way:
            new = sorted({account, *self._locked} - self._under_way.keys())
            rows = await self.rows("under_way", new)
            self._under_way |= dict.fromkeys(new, 0) | {row["account"]: row["links"] for row in rows}
        return self._under_way[account]

    def count_under_way(self, account: str) -> None:
        """One more is, from now on, of an account that was asked for; what has ended in this transaction still counts."""
        self._under_way[account] += 1

    async def left_behind(self, account: str) -> list[tuple[str, str, datetime]]:
        """The records that an account, on which nobody else works, has lost to other owners: type, id, when that was read."""
        if account not in self._left:
            rows = await self.rows("left_behind", account)
            self._left[account] = [(row["entity"], row["espo_id"], row["read_at"]) for row in rows]
        return self._left[account]

    async def know_unclaimed(self, items: Collection[tuple[str, str]]) -> None:
        """Read which of these records were seen before the outcome of their making."""
        new = [item for item in items if item not in self._unclaimed]
        if new:
            entities, ids = zip(*new, strict=True)
            self._unclaimed |= dict.fromkeys(new)
            rows = await self.rows("unclaimed", list(entities), list(ids))
            self._unclaimed |= {(row["entity"], row["espo_id"]): row["seen"] for row in rows}

    def put_unclaimed(self, item: tuple[str, str], account: str, seen: str) -> None:
        """Keep a record that was seen before the outcome of its making."""
        self._unclaimed[item] = seen
        self.put_item("unclaimed", item, account, seen)

    async def claim(self, item: tuple[str, str]) -> str | None:
        """Take such a record."""
        await self.know_unclaimed((item,))
        if seen := self._unclaimed[item]:
            self._unclaimed[item] = None
            self.drop_item("unclaimed", item)
        return seen

    def read(self, body: str) -> Link:
        """The link of a row, which is known from now on. The row has been locked, or nobody is going to save it."""
        link = Link.model_validate_json(body)
        self.links.put(link)
        self._keys_stored[link.id] = self.links.unique_keys(link.id)
        return link

    def save(self, link: Link, correlation_id: str, traceparent: str) -> None:
        """Keep a link, sooner or later, with whose story it is part of when its time comes."""
        self.links.put(link)
        self._creating.pop(link.account, None)
        if link.moved_away:
            self._left.pop(link.account, None)
        self._links_waiting.pop(link.id, None)
        self._links_waiting[link.id] = (link, correlation_id, traceparent)

    async def forget_link(self, link_id: UUID) -> None:
        """Remove a link; one that was never written is gone at once."""
        self.links.drop(link_id)
        self._creating.clear()
        self._links_waiting.pop(link_id, None)
        if self._keys_stored.pop(link_id, None) is not None:
            await self._connection.execute(QUERIES["forget_link"], link_id)

    async def flush(self) -> None:
        """Write everything that waits."""
        for table, (put, drop) in _ITEMS.items():
            items = self._items_waiting[table]
            await self._many(drop, [item for item, rest in items.items() if rest is None])
            await self._many(put, [(*item, *rest) for item, rest in items.items() if rest is not None])
            items.clear()
        await self._write_links()
        waiting, self._waiting = self._waiting, {}
        for query, values in waiting.items():
            await self._many(query, values)

    async def _write_links(self) -> None:
        """Write links, first those that give a key up which another one may take."""
        waiting, self._links_waiting = self._links_waiting, {}
        freed = {i: bool(self._keys_stored.get(i, set()) - self.links.unique_keys(i)) for i in waiting}
        ordered = sorted(waiting, key=lambda link_id: not freed[link_id])
        await self._many("save_link", [_columns(*waiting[link_id]) for link_id in ordered])
        for link_id in waiting:
            self._keys_stored[link_id] = self.links.unique_keys(link_id)

    async def _many(self, query: str, values: Sequence[tuple[Any, ...]]) -> None:
        if values:
            await self._connection.executemany(QUERIES[query], values)

    async def _write_what_it_names(self, query: str) -> None:
        waiting = {table for name in self._waiting for table in CHANGES[name]}
        waiting |= {table for table, items in self._items_waiting.items() if items}
        if self._links_waiting:
            waiting.add("links")
        if waiting & NAMES[query]:
            await self.flush()

    def _forget_what_it_changed(self, query: str) -> None:
        changed = CHANGES[query]
        if "links" in changed:
            self.links.forget()
            self._creating.clear()
        if "accounts" in changed:
            self.accounts.forget()
        if "unclaimed" in changed:
            self._unclaimed.clear()


def _columns(link: Link, correlation_id: str, traceparent: str) -> tuple[Any, ...]:
    """A row of the table: the link, and what it is found by."""
    return (
        link.id,
        link.account,
        link.entity,
        record_of(link),
        link.outlook.id,
        link.ical_uid,
        link.transaction_id,
        link.state.value,
        link.flights,
        link.due_at,
        ends_at(link) or datetime.now(UTC),
        link.model_dump_json(),
        correlation_id,
        traceparent,
        key_of(link),
        bool(link.in_line),
    )
