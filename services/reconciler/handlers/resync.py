"""A user is reset: everything is read anew and what was refused is tried again (X-06).

Links and what both sides agreed on stay. So what is read again is compared, not copied: nothing is made twice, and what is
in step leads to no write. Nothing is ever removed by it. It is a first reading again (decision 17): a restored backup knows
nothing of the pairs that were made after it, and finds them as twins before anything is made.
"""

from reconciler.handlers import first_reading
from reconciler.handlers.by_hand import retry_refused
from reconciler.handlers.looks import begin_due_looks
from reconciler.store import Unit


async def resync(unit: Unit, account_id: str, by: str) -> dict[str, int] | None:
    """Forget where an account's feeds stand and look at once; how many `feeds` and `retried` links. None: not connected."""
    await unit.lock(account_id)
    account = await unit.account(account_id)
    if account is None:
        return None
    feeds = await unit.rows("forget_cursors", account_id)
    await first_reading.begin(unit, account_id, confirm=False, again=True)
    await unit.run("note_resync", account_id, by)
    await begin_due_looks(unit)
    return {"feeds": len(feeds), "retried": await retry_refused(unit, account, by)}
