"""Every change of an account's settings, with who and when (M03): saved together with the change, or not at all."""

import json
from typing import Any

from reconciler.handlers.connect import connect, disconnect
from reconciler.settings import ReconcilerSettings
from reconciler.store import Account, Unit

_SETTINGS = {"name", "mailbox", "zone", "addresses", "rules"}


async def change(unit: Unit, account: Account, settings: ReconcilerSettings, by: str, *, confirm: bool = False) -> None:
    """Connect an account or change its settings, as `connect` does, and note it unless nothing is different."""
    await unit.lock(account.id)
    before = _told(await unit.account(account.id))
    await connect(unit, account, settings, confirm=confirm)
    after = _told(account)
    if after != before:
        await _note(unit, account.id, by, before, after)


async def end(unit: Unit, account_id: str, by: str) -> bool:
    """Disconnect an account, and note it; whether it was connected."""
    await unit.lock(account_id)
    before = _told(await unit.account(account_id))
    known = await disconnect(unit, account_id)
    if known:
        await _note(unit, account_id, by, before, None)
    return known


def _told(account: Account | None) -> dict[str, Any] | None:
    return None if account is None else account.model_dump(mode="json", include=_SETTINGS)


async def _note(
    unit: Unit, account_id: str, by: str, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    told = [None if content is None else json.dumps(content) for content in (before, after)]
    await unit.run("note_settings_change", account_id, by, *told)
