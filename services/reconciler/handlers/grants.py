"""Consents that are lost, and given again: the user is told, and the sync goes on where it stopped (M35).

What is tried meanwhile costs Microsoft nothing: the connector knows that a grant is lost and does not ask. A consent for
another mailbox does not let the sync go on, because links of one mailbox mean nothing in another: its settings are to be
saved anew first, and then it begins afresh.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from contracts.changes import GrantGiven, GrantLost
from reconciler.handlers.looks import begin_due_looks
from reconciler.handlers.waking import wake
from reconciler.store import Unit

_PAUSE = timedelta(minutes=10)
_BY = "connecting again"


async def grant_lost(unit: Unit, lost: GrantLost) -> None:
    """Tell the user, and leave Outlook alone for a while. Looks under way are given up, so that only later ones count."""
    if await unit.account(lost.account) is None:
        return
    await unit.run("put_attention", lost.account, lost.reason)
    await unit.run("give_up_outlook_looks", lost.account, lost.reason, _PAUSE)


async def grant_given(unit: Unit, given: GrantGiven) -> None:
    """Remember who consented, and go on with an account that was synced with the same mailbox."""
    await unit.run("put_grant", given.account, given.owner, given.mailbox, list(given.addresses))
    account = await unit.account(given.account)
    if account is None:
        return  # nothing is synced before settings are saved (M04)
    elsewhere = await _another_mailbox(unit, account.id)
    if elsewhere is not None:
        words = (
            f"Outlook is connected to {elsewhere['granted']} now, but was synced with {elsewhere['synced']}. Save the "
            "parameters to begin with the new mailbox, or connect the old one again."
        )
        await unit.run("put_attention", account.id, words)
        await unit.run("stop_outlook_looks", account.id, words)
        return
    await unit.run("put_owner", account.id)
    await unit.run("put_attention", account.id, "")
    await unit.run("look_at_outlook_now", account.id)
    await begin_due_looks(unit)
    await wake(unit, account, _BY)


async def leave_another_mailbox(unit: Unit, account_id: str) -> None:
    """Forget what linked an account to a mailbox that it is not connected to any more. Its events stay where they are."""
    if await _another_mailbox(unit, account_id) is None:
        return
    await unit.run("drop_feeds_not_in", account_id, [])
    await unit.run("forget_links_of", account_id)
    await unit.run("forget_skips_of", account_id)
    await unit.run("put_attention", account_id, "")


async def _another_mailbox(unit: Unit, account_id: str) -> Mapping[str, Any] | None:
    """Give the two mailboxes if the consent is for another one than was synced; a new name is no other mailbox (U-08)."""
    rows: list[Mapping[str, Any]] = [*await unit.rows("grant_and_mailbox", account_id)]
    return next((row for row in rows if not _is_same_mailbox(row)), None)


def _is_same_mailbox(row: Mapping[str, Any]) -> bool:
    if row["synced_owner"]:
        return bool(row["synced_owner"] == row["owner"])
    return row["synced"].lower() in {row["owner"], *row["addresses"]}
