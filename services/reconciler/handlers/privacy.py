"""Forgetting, in the database: what the journal kept of an event that is private now, and the record that is gone with it."""

from uuid import uuid4

from contracts.changes import OutlookSkipped
from reconciler.core import privacy
from reconciler.core.link import Link, State
from reconciler.store import Account, Unit

_TAKEN_OUT = "taken out of EspoCRM at its owner's wish"
_KEPT_OUT = frozenset(("private", "category", "recurring"))


def keeps_out(skipped: OutlookSkipped) -> bool:
    """Whether an event is skipped because of what its owner made of it, and not because of what it is to us."""
    return skipped.reason in _KEPT_OUT


async def forgetting(unit: Unit, link: Link, account: Account) -> Link:
    """The link to decide on: its journal keeps no private text, and a record that is out of EspoCRM ends apart from it.

    The record's id keeps a link of its own, so that a late sight of it is never taken for a new record.
    """
    if account.rules.erase_pulled:
        link = privacy.erased(link)
    if privacy.is_veiled(link) or link.exposed:
        await unit.run("forget_lost_text", link.id)
    if not privacy.record_is_out(link):
        return link
    left = privacy.without_record(link)
    await unit.save(left)
    apart = {"id": uuid4(), "account": link.account, "origin": link.origin, "entity": link.entity}
    out = link.espo.model_copy(update={"seen": None, "agreed": None})
    await unit.save(Link.model_validate({**apart, "espo": out, "state": State.ENDED, "reason": _TAKEN_OUT}))
    return left
