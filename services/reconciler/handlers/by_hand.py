"""What people decide themselves about events: a lost value restored, held removals approved or refused, one more try.

The journal says who it was.
"""

import json
from uuid import UUID

from contracts.writes import Patch
from reconciler.core import restores
from reconciler.core.labels import title_of
from reconciler.core.link import Link, Restore, State, Word
from reconciler.core.retry import retried
from reconciler.core.side import Presence, SideName
from reconciler.handlers.journal import LOST, note_by_hand
from reconciler.handlers.settle import look_again, settle
from reconciler.store import Account, Unit

_RETRIED_AT_ONCE = 500


class GoneError(Exception):
    """What a value would be restored to has been removed, or was given to somebody who does not sync."""


async def restore(unit: Unit, entry_id: int, by: str) -> bool:
    """Write the values that lost a conflict to the side that held them; whether the journal has such an entry.

    Those of a record that has another owner now are written to the record, wherever they were lost (M22). Raises GoneError where
    there is nothing to write to any more, as after a removal that won over an edit (M30).
    """
    entries = await unit.rows("journal_entry", entry_id)
    lost = json.loads(entries[0]["details"]).get(LOST) if entries else None
    if not lost:
        return False
    await unit.lock(entries[0]["account"])
    account = await unit.account(entries[0]["account"])
    link = await unit.link("link", entries[0]["link"])
    side: SideName = entries[0]["target"]
    patch = Patch.model_validate(lost)
    if link is not None and link.moved_away:
        side, patch = "espo", _in_words_of_espo(patch, side, account.rules.label_of(link.entity) if account else "")
        link = await _taken_over(unit, link)
        await unit.lock(link.account)
        account = await unit.account(link.account)
    if account is None or link is None:
        return False
    if link.side(side).presence is not Presence.PRESENT:
        raise GoneError
    await note_by_hand(unit, link, "restored", by, target=side, fields=patch.fields)
    await settle(unit, restores.wanted(link, Restore(side=side, patch=patch)), account)
    return True


async def release(unit: Unit, account_id: str, word: Word, by: str) -> int:
    """Approve or refuse every held removal of an account; how many there were."""
    await unit.lock(account_id)
    account = await unit.account(account_id)
    if account is None:
        return 0
    links = await unit.links("held_links", account_id)
    for link in links:
        await _release(unit, link, account, word, by)
    return len(links)


async def release_one(unit: Unit, link_id: UUID, word: Word, by: str) -> bool:
    """Approve or refuse the held removal of one event; whether there is one."""
    account_id = await unit.value("account_of_link", link_id)
    if account_id is None:
        return False
    await unit.lock(account_id)
    account = await unit.account(account_id)
    link = await unit.link("link", link_id)
    if account is None or link is None or link.state is not State.HELD:
        return False
    await _release(unit, link, account, word, by)
    return True


async def retry(unit: Unit, link_id: UUID, by: str) -> bool:
    """Forget what stood in a link's way, decide anew, and read both sides again; whether a connected account has it."""
    account_id = await unit.value("account_of_link", link_id)
    if account_id is None:
        return False
    await unit.lock(account_id)
    account = await unit.account(account_id)
    link = await unit.link("link", link_id)
    if account is None or link is None:
        return False
    await _try_again(unit, link, account, by)
    sides: tuple[SideName, ...] = ("outlook", "espo")
    for side in sides:
        if link.side(side).presence is Presence.PRESENT:
            await look_again(unit, link, account, side)
    return True


async def retry_refused(unit: Unit, account: Account, by: str) -> int:
    """Try what was refused of an account again, the oldest 500 refusals at most; how many there were."""
    links = await unit.links("refused_links", account.id, _RETRIED_AT_ONCE)
    for link in links:
        await _try_again(unit, link, account, by)
    return len(links)


async def _taken_over(unit: Unit, left_behind: Link) -> Link:
    """The link of whoever owns the record now. Raises GoneError if that user does not sync."""
    link = await unit.link("link_by_espo_id", left_behind.entity, left_behind.espo.id)
    if link is None:
        raise GoneError
    return link


def _in_words_of_espo(patch: Patch, lost_in: SideName, label: str) -> Patch:
    """What was lost in Outlook may bear its entity's label in front (M12)."""
    if lost_in == "espo" or patch.title is None:
        return patch
    return patch.model_copy(update={"title": title_of(patch.title, label)})


async def _release(unit: Unit, link: Link, account: Account, word: Word, by: str) -> None:
    await note_by_hand(unit, link, f"removal {word.value}", by)
    await settle(unit, link.model_copy(update={"removal": word}), account)


async def _try_again(unit: Unit, link: Link, account: Account, by: str) -> None:
    await note_by_hand(unit, link, "tried again", by)
    await settle(unit, retried(link), account)
