"""What was read from EspoCRM."""

from datetime import UTC, datetime
from uuid import uuid4

from contracts.changes import EspoGone, EspoSeen, EspoSkipped, RecordsLookDeferred
from contracts.outcomes import Done
from contracts.size import TOO_LONG
from reconciler.core import absorb, ending
from reconciler.core.link import Link
from reconciler.core.meetings import asks
from reconciler.core.side import Presence, Side
from reconciler.handlers.copies import record_in_full
from reconciler.handlers.first_reading import event_of_second, not_free_yet
from reconciler.handlers.outcomes import outcome_arrived
from reconciler.handlers.settle import look_again, settle
from reconciler.store import Account, Unit

_WHY_SKIPPED = {
    "no_start": "the record has no start in EspoCRM",
    "unreadable": "a time of the record is written in no known way",
    "too_long": TOO_LONG,
}


async def espo_seen(unit: Unit, seen: EspoSeen) -> None:
    """Take a record's present content over: of a known link, or as a new event."""
    link = await unit.link("link_by_espo_id", seen.entity, seen.espo_id)
    to_hand_over = link is not None and link.to_hand_over and link.owner == seen.account
    account = await unit.account(link.account if link is not None and to_hand_over else seen.account)
    seen = await record_in_full(unit, seen)
    link = link or await event_of_second(unit, seen)
    if link is not None and link.account != seen.account and not to_hand_over:
        await _reassign(unit, link, seen, account)
    elif link is None and (answer := await _answer_that_was_lost(unit, seen)):
        await outcome_arrived(unit, answer)
    elif link is None and (creator := await _being_made(unit, seen)):
        # Our own creation, seen before its outcome: the outcome claims it.
        unit.put_unclaimed(seen, creator)
    elif link is None and (event := await not_free_yet(unit, seen)) and (its := await unit.account(event.account)):
        # An event has one record, so the first is gone by now. Once that is known, and nothing is under way, this is the event's.
        unit.put_unclaimed(seen, its.id)
        if event.espo.presence is Presence.PRESENT:
            await look_again(unit, event, its, "espo")
    elif account is None:
        return
    elif link is not None:
        if absorb.is_known(link, seen):
            unit.metrics.echoes.labels("espo").inc()
        await settle(unit, absorb.seen(link, seen), account)
    elif not await unit.has_left_since(seen):
        await new_record(unit, seen, account)


async def espo_gone(unit: Unit, gone: EspoGone) -> None:
    """Take a removal over; a webhook's word alone is only a reason to look. Why a record was skipped goes with the record."""
    link = await unit.link("link_by_espo_id", gone.entity, gone.espo_id)
    if link is None and gone.confirmed:
        await unit.run("drop_skips_of_item", gone.espo_id, "espo")
    if link is None or link.espo.presence is not Presence.PRESENT:
        return
    account = await unit.account(link.account)
    if account is None:
        return
    if gone.confirmed:
        await settle(unit, absorb.gone(link, "espo", gone.read_at), account)
    else:
        await look_again(unit, link, account, "espo")


async def espo_skipped(unit: Unit, skipped: EspoSkipped) -> None:
    """Remember why a record is not synced."""
    if await unit.account(skipped.account) is not None:
        unit.skip(skipped.account, "espo", skipped.espo_id, _WHY_SKIPPED[skipped.reason])


async def records_look_deferred(unit: Unit, deferred: RecordsLookDeferred) -> None:
    """Remember to read somebody's records again. Those of many are read again anyway, when their turn comes round."""
    account = await unit.account(deferred.account)
    if account is None:
        return
    for espo_id in deferred.espo_ids:
        link = await unit.link("link_by_espo_id", deferred.entity, espo_id)
        if link is not None and link.account == account.id:
            await settle(unit, absorb.doubted(link, "espo", deferred.until), account)


async def new_record(unit: Unit, seen: EspoSeen, account: Account) -> None:
    """Begin a link for a record that nothing is known of, unless the settings leave it out."""
    rules = account.rules
    reason = None
    if seen.entity not in rules.entities:
        reason = f"{seen.entity} is not among the synced entity types"
    elif not rules.pushes and not asks(seen.event) and not account.may_match("espo"):
        reason = "the direction does not lead to Outlook"
    elif rules.is_too_old(seen.event, account.zone):
        reason = "ended before the day that the sync begins with"
    if reason is not None:
        unit.skip(account.id, "espo", seen.espo_id, reason)
        return
    unit.unskip(account.id, "espo", seen.espo_id)
    unit.unskip_for_others(account.id, "espo", seen.espo_id)
    link = Link(
        id=uuid4(),
        account=account.id,
        origin="espo",
        entity=seen.entity,
        calendar=rules.main_calendar,
        ours=seen.created_by_us,
        born_with=seen.key if seen.created_by_us else "",
    )
    await settle(unit, absorb.seen(link, seen), account)


async def _answer_that_was_lost(unit: Unit, seen: EspoSeen) -> Done | None:
    """What EspoCRM answered when it made this record, if nobody has heard it: the key tells which creation that was.

    Whoever removes the record before it is asked for again is not to find it there once more (M26). One that has changed
    hands meanwhile is left to that next try, which knows how to hand it over; for who has left there is no next try.
    """
    if not seen.created_by_us or not seen.key:
        return None
    for link in await unit.links("links_by_key", seen.key):
        creation = link.espo.creation
        if creation is None or seen.espo_id in link.not_these:
            continue
        to_be_tried = link.espo.flight is not None or link.account != seen.account
        if not to_be_tried or await unit.account(link.account) is None:
            return Done(
                write_id=creation.write_id,
                link_id=link.id,
                account=link.account,
                finished_at=seen.read_at,
                stored=seen,
                found=bool(seen.changed_by),
            )
    return None


async def _being_made(unit: Unit, seen: EspoSeen) -> str | None:
    """For which account a record is being made that nobody has claimed yet.

    Its key tells, whosever the record is by now; without one it is probably for its owner, if anything is made for him.
    """
    if not seen.created_by_us:
        return None
    if not seen.key:
        creator = seen.account if await unit.creating_in_espo(seen.account) else ""
    else:
        links = await unit.links("links_by_key", seen.key)
        creator = next((link.account for link in links if link.espo.creation is not None), "")
    # Nothing is made for who has left.
    return creator if creator and await unit.account(creator) else None


async def _reassign(unit: Unit, link: Link, seen: EspoSeen, new_owner: Account | None) -> None:
    """The record has another owner now (M22): the old owner's event goes, the new owner gets one, in one transaction."""
    if link.exposed or (link.espo.read_at and seen.read_at < link.espo.read_at):
        return  # it is to be removed, whosever it is; or it was read before the reassignment back
    left_behind = absorb.gone(link, "espo", seen.read_at).model_copy(update={"moved_away": True})
    old_owner, known = await unit.account(link.account), absorb.seen(link, seen)
    # From a calendar that is not synced any more nothing is removed, so what its record is moved to counts as well.
    if link.guest or ending.at(link if old_owner else known, datetime.now(UTC)).over:
        # Organized by somebody else, or over: it changes hands in EspoCRM only, and nobody gets a mail.
        if old_owner is not None:
            await settle(unit, known, old_owner)
        else:
            await unit.save(known)
        return
    if old_owner is not None:
        await settle(unit, left_behind, old_owner)
    else:
        await unit.save(left_behind)
    if new_owner is None:
        unit.skip(link.account, "espo", seen.espo_id, "its new owner does not sync")
        return
    moved = Link(
        id=uuid4(),
        account=new_owner.id,
        origin=link.origin,
        entity=link.entity,
        calendar=new_owner.rules.main_calendar,
        espo=Side(),
    )
    await settle(unit, absorb.seen(moved, seen), new_owner)
