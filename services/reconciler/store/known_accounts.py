"""The connected accounts that a transaction has to do with, each asked for once."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from reconciler.store.accounts import Account

Ask = Callable[[list[str], list[str]], Awaitable[list[Any]]]


class KnownAccounts:
    """Accounts by id and by the addresses of their mailboxes. `ask` gives the rows for addresses and ids."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._accounts: dict[str, Account] = {}
        self._asked_ids: set[str] = set()
        self._asked_addresses: set[str] = set()

    async def know(self, ids: Collection[str], addresses: Collection[str] = ()) -> None:
        """Ask for those of these accounts that were not asked for before."""
        new_ids, new_addresses = set(ids) - self._asked_ids, set(addresses) - self._asked_addresses
        if not new_ids and not new_addresses:
            return
        rows: list[Mapping[str, Any]] = await self._ask(sorted(new_addresses), sorted(new_ids))
        for row in rows:
            self._accounts.setdefault(row["id"], Account.from_row(row))
        self._asked_ids |= new_ids | {row["id"] for row in rows}
        self._asked_addresses |= new_addresses

    async def account(self, account_id: str) -> Account | None:
        """The account of that id, if connected."""
        await self.know((account_id,))
        return self._accounts.get(account_id)

    async def of_people(self, addresses: Collection[str], ids: Collection[str]) -> list[Account]:
        """The accounts that have one of these addresses or ids, by id."""
        await self.know(ids, addresses)
        wanted = frozenset(addresses)
        found = (a for a in self._accounts.values() if a.id in ids or not wanted.isdisjoint(a.addresses))
        return sorted(found, key=lambda account: account.id)

    def forget(self) -> None:
        """Know nothing: the database is to be asked again."""
        self._accounts.clear()
        self._asked_ids.clear()
        self._asked_addresses.clear()
