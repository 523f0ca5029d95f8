"""Has values that somebody wants back written, and hears what came of it."""

from datetime import datetime
from uuid import uuid4

from contracts.outcomes import AnyOutcome, Conflicted, Deferred, Done
from reconciler.core import absorb, restores
from reconciler.core.decision import Wish
from reconciler.core.flights import told_by
from reconciler.core.link import Link
from reconciler.core.side import Presence, Verb
from reconciler.handlers.journal import note_restore
from reconciler.handlers.outbound import write_for
from reconciler.handlers.rest import rest
from reconciler.store import Account, Unit

_GONE = "the event has been removed there meanwhile"


async def bring_back(unit: Unit, link: Link, account: Account, now: datetime) -> Link:
    """Send what is due."""
    for restore in restores.due(link):
        if link.side(restore.side).presence is not Presence.PRESENT:
            await note_restore(unit, link, restore, "refused", _GONE)
            link = restores.closed(link, restore)
            continue
        wish = Wish(restore.side, Verb.UPDATE, fields=restore.patch.fields, patch=restore.patch)
        topic, write = write_for(wish, link, account, write_id := uuid4(), now)
        await unit.send(topic, account.id, write)
        link = restores.took_off(link, restore, write_id, now)
    return link


async def brought_back(unit: Unit, link: Link, outcome: AnyOutcome) -> Link | None:
    """The link after an outcome of one of its restores; None where the outcome is of something else."""
    restore = restores.under_way(link, outcome.write_id)
    if restore is None:
        return None
    told = told_by(link, outcome)
    match outcome:
        case Done():
            link = restores.closed(link, restore)
        case Conflicted():
            # Somebody edited the side meanwhile; whoever wanted the value back wants it still.
            until = rest(outcome.finished_at, restore.attempts)
            link = restores.put_off(link, restore, until, attempted=True)
        case Deferred():
            await note_restore(unit, link, restore, outcome.kind, outcome.reason)
            until = rest(outcome.until, restore.attempts)
            link = restores.put_off(link, restore, until, attempted=outcome.attempted)
        case _:
            await note_restore(unit, link, restore, "refused", getattr(outcome, "reason", _GONE))
            link = restores.closed(link, restore)
    return absorb.seen(link, told) if told is not None else link
