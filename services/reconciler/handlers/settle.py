"""Load, absorb, *decide, save*: the second half of every handler that touches a link."""

from datetime import UTC, datetime
from uuid import uuid4

from contracts.looks import LookAtEvent, LookAtRecords
from contracts.topics import ESPO_LOOKS, OUTLOOK_LOOKS
from reconciler.core import absorb
from reconciler.core.decide import decide
from reconciler.core.link import Link, SideName
from reconciler.handlers.journal import note_decision
from reconciler.handlers.outbound import write_for
from reconciler.store import Account, Unit


async def settle(unit: Unit, link: Link, account: Account) -> None:
    """Decide on a link that has news, send what is wished for, and save all of it."""
    decision = decide(link, account.rules)
    settled = absorb.settle(link, decision)
    now = datetime.now(UTC)
    for wish in decision.wishes:
        write_id = uuid4()
        topic, write = write_for(wish, settled, account, write_id, now)
        settled = absorb.took_off(settled, wish, write_id, now)
        await unit.send(topic, account.id, write)
        unit.metrics.wishes.labels(wish.side, wish.verb.value).inc()
    for conflict in decision.conflicts:
        unit.metrics.conflicts.labels(conflict.field).inc()
    await unit.save(settled)
    await note_decision(unit, link, settled, decision)


async def look_again(unit: Unit, link: Link, account: Account, side: SideName) -> None:
    """Have one side of a link read again: what is known of it is in doubt."""
    item = link.side(side).id
    if item is None:
        return
    if side == "espo":
        await unit.send(ESPO_LOOKS, account.id, LookAtRecords(entity=link.entity, espo_ids=(item,)))
    else:
        look = LookAtEvent(account=account.id, mailbox=account.mailbox, calendar=link.calendar, outlook_id=item)
        await unit.send(OUTLOOK_LOOKS, account.id, look)
