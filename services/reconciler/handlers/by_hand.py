"""What people decide themselves: the other value of a conflict restored, held removals approved or refused."""

import json
from datetime import UTC, datetime
from uuid import uuid4

from contracts.writes import Patch
from reconciler.core.decision import Wish
from reconciler.core.link import Verb, Word
from reconciler.handlers.journal import LOST
from reconciler.handlers.outbound import write_for
from reconciler.handlers.settle import settle
from reconciler.store import Unit


async def restore(unit: Unit, entry_id: int) -> bool:
    """Write the values that lost a conflict to the side that held them; whether the journal has such an entry.

    The write is sent without a flight, so that what comes of it counts as somebody's edit and crosses to the other side.
    """
    entries = await unit.rows("journal_entry", entry_id)
    lost = json.loads(entries[0]["details"]).get(LOST) if entries else None
    if not lost:
        return False
    await unit.lock_account(entries[0]["account"])
    account = await unit.account(entries[0]["account"])
    link = await unit.link("link", entries[0]["link"])
    if account is None or link is None:
        return False
    patch = Patch.model_validate(lost)
    wish = Wish(entries[0]["target"], Verb.UPDATE, fields=patch.fields, patch=patch)
    topic, write = write_for(wish, link, account, uuid4(), datetime.now(UTC))
    await unit.send(topic, account.id, write)
    return True


async def release(unit: Unit, account_id: str, word: Word) -> int:
    """Approve or refuse every held removal of an account; how many there were."""
    await unit.lock_account(account_id)
    account = await unit.account(account_id)
    if account is None:
        return 0
    links = await unit.links("held_links", account_id)
    for link in links:
        await settle(unit, link.model_copy(update={"removal": word}), account)
    return len(links)
