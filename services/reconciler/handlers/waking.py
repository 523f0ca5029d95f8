"""A mailbox that could not be written to can be again: what waited for it, or was refused by it, is tried at once."""

from reconciler.core.retry import retried
from reconciler.handlers.by_hand import retry_refused
from reconciler.handlers.settle import settle
from reconciler.store import Account, Unit

_AT_ONCE = 500


async def wake(unit: Unit, account: Account, by: str) -> None:
    """Try all of it; the rest of very many comes by itself within minutes."""
    for link in await unit.links("resting_links", account.id, _AT_ONCE):
        await settle(unit, retried(link), account)
    await retry_refused(unit, account, by)
