"""What was read from Outlook."""

from uuid import uuid4

from contracts.changes import EventLookDeferred, OutlookGone, OutlookSeen, OutlookSkipped
from reconciler.core import absorb, landing, privacy
from reconciler.core.entity import entity_for
from reconciler.core.link import Link
from reconciler.core.side import Presence, Verb
from reconciler.core.survivors import bears_our_mark
from reconciler.handlers.copies import known_in_full, taken_over, why_a_copy
from reconciler.handlers.privacy import keeps_out
from reconciler.handlers.settle import look_again, settle
from reconciler.store import Account, Unit

_NO_ENTITY = "a call cannot last all day, and meetings are not synced"


async def outlook_seen(unit: Unit, seen: OutlookSeen) -> None:
    """Take an event's present content over: of a known link, of a creation of ours, or as a new event."""
    account = await unit.account(seen.account)
    if account is None:
        unit.metrics.ignored.labels("unknown account").inc()
        return
    link = await unit.link("link_by_outlook_id", account.id, seen.outlook_id)
    told, seen = seen, await known_in_full(unit, seen, account, link)
    if link is not None:
        if absorb.is_known(link, seen):
            unit.metrics.echoes.labels("outlook").inc()
        await settle(unit, absorb.seen(link, seen), account)
        return
    if seen.transaction_id is not None:
        link = await unit.link("link_by_transaction_id", account.id, seen.transaction_id)
        if link is not None and link.outlook.creation is not None:
            # Our own creation, seen before its outcome arrived, or instead of it.
            await settle(unit, landing.done(link, "outlook", seen, seen.read_at, found=True), account)
            return
        if link is not None and link.outlook.presence is Presence.GONE:
            # Removed before its creation was answered, and read before that.
            await settle(unit, absorb.seen(link, seen), account)
            return
    await _new_event(unit, seen, account, told)


async def outlook_gone(unit: Unit, gone: OutlookGone) -> None:
    """Take a removal over; a tombstone alone is only a reason to look (M24). Why an event was skipped goes with the event."""
    account = await unit.account(gone.account)
    if account is None:
        return
    link = await unit.link("link_by_outlook_id", account.id, gone.outlook_id)
    if link is None:
        unit.unskip(account.id, "outlook", gone.outlook_id)
        return
    if link.outlook.presence is not Presence.PRESENT:
        return
    if gone.confirmed:
        await settle(unit, absorb.gone(link, "outlook", gone.read_at), account)
    elif link.outlook.flight is None or link.outlook.flight.verb is not Verb.DELETE:
        await look_again(unit, link, account, "outlook")


async def event_look_deferred(unit: Unit, deferred: EventLookDeferred) -> None:
    """Remember to read the event again."""
    account = await unit.account(deferred.account)
    link = await unit.link("link_by_outlook_id", deferred.account, deferred.outlook_id)
    if account is not None and link is not None:
        await settle(unit, absorb.doubted(link, "outlook", deferred.until), account)


async def outlook_skipped(unit: Unit, skipped: OutlookSkipped) -> None:
    """Remember why an event is not synced; one that was, and that its owner keeps out now, is forgotten (M18)."""
    account = await unit.account(skipped.account)
    if account is None:
        return
    link = await unit.link("link_by_outlook_id", account.id, skipped.outlook_id) if keeps_out(skipped) else None
    if link is not None:
        await settle(unit, privacy.hidden(link, skipped), account)
    else:
        unit.skip(account.id, "outlook", skipped.outlook_id, skipped.reason)


async def _new_event(unit: Unit, seen: OutlookSeen, account: Account, told: OutlookSeen) -> None:
    """Begin a link for an event, unless it is one already or is left out; `told` is what the mailbox alone tells of it."""
    if await taken_over(unit, seen, account):
        return
    reason = await _why_not(unit, told, account)
    entity = entity_for(seen.event, account.rules)
    if reason is not None or entity is None:
        unit.skip(account.id, "outlook", seen.outlook_id, reason or _NO_ENTITY)
        return
    unit.unskip(account.id, "outlook", seen.outlook_id)
    link = Link(
        id=uuid4(),
        account=account.id,
        origin="outlook",
        entity=entity,
        calendar=seen.calendar,
        ours=bears_our_mark(seen.transaction_id),
    )
    await settle(unit, absorb.seen(link, seen), account)


async def _why_not(unit: Unit, seen: OutlookSeen, account: Account) -> str | None:
    if not account.rules.pulls and not account.may_match("outlook"):
        return "the direction does not lead to EspoCRM"
    if account.rules.is_too_old(seen.event, account.zone):
        return "ended before the day that the sync begins with"
    if seen.event.cancelled:
        return "cancelled"
    return None if seen.is_organizer else await why_a_copy(unit, seen, account)
