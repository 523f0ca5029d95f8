"""Where grants are kept: a table that all replicas share, of which each row is sealed.

Written by one service and read by two. A row is only ever replaced by who saw it last, so that a renewal which was on its
way never brings back what its user has taken away or given anew meanwhile.
"""

from collections.abc import Mapping
from typing import Protocol

from bus.table import Row
from contracts.grants import SealedGrant
from graph.permission.grants import Grant, Seal, UnreadableGrantError, opened, sealed


class Table(Protocol):
    """The part of `bus.table.Table` that grants need."""

    @property
    def rows(self) -> Mapping[str, Row[SealedGrant]]:
        """Every sealed grant, by account."""

    async def put(self, key: str, message: SealedGrant | None) -> None:
        """Write a row, or with None remove it."""

    async def replace(self, key: str, row: Row[SealedGrant], message: SealedGrant) -> bool:
        """Write a row in the place of another one, unless somebody else was quicker."""


class Grants:
    """All grants. What writes raises KafkaFailure or Transient, and then it may have been written or not."""

    def __init__(self, table: Table, seal: Seal) -> None:
        self._table = table
        self._seal = seal
        self._newest: dict[str, str] = {}

    @property
    def accounts(self) -> list[str]:
        """Everybody who has a grant, good or lost."""
        return sorted(self._table.rows)

    def has(self, account: str) -> bool:
        """Whether an account has a grant, good or lost."""
        return account in self._table.rows

    def get(self, account: str) -> Grant | None:
        """Give an account's grant, None where there is none. Raises UnreadableGrantError."""
        row = self._table.rows.get(account)
        return opened(self._seal, account, row.message) if row is not None else None

    async def put(self, grant: Grant) -> None:
        """Keep a new consent in the place of whatever was there. Raises UnreadableGrantError without a key."""
        await self._table.put(grant.account, sealed(self._seal, grant))

    async def replace(self, old: Grant, new: Grant) -> bool:
        """Keep a grant in the place of the one it was made from; answer whether that was still there."""
        row = self._table.rows.get(old.account)
        try:
            if row is None or opened(self._seal, old.account, row.message) != old:
                return False
        except UnreadableGrantError:
            return False
        return await self._table.replace(old.account, row, sealed(self._seal, new))

    def older(self) -> list[str]:
        """Name the accounts whose grants the first key does not open. Each row is looked at once."""
        rows = dict(self._table.rows)
        fresh = {account: row for account, row in rows.items() if self._newest.get(account) != row.message_id}
        newest = {account: row.message_id for account, row in fresh.items() if self._seal.is_newest(row.message.sealed)}
        self._newest = {account: known for account, known in self._newest.items() if account in rows} | newest
        return sorted(fresh.keys() - newest.keys())

    async def reseal(self, account: str) -> None:
        """Seal an account's grant with the first key, unless no key opens it or somebody else was quicker."""
        row = self._table.rows.get(account)
        if row is None:
            return
        try:
            anew = self._seal.close(self._seal.open(row.message.sealed))
        except UnreadableGrantError:
            return
        await self._table.replace(account, row, SealedGrant(sealed=anew))

    async def forget(self, account: str) -> None:
        """Forget an account's grant for good."""
        await self._table.put(account, None)
