"""Guests' copies of a meeting, which are the same meeting in another mailbox (M21), in whatever order they come."""

from contracts.changes import EspoSeen, OutlookSeen
from contracts.events import Event
from contracts.outcomes import AnyOutcome, Conflicted, Done
from reconciler.core import absorb, guests
from reconciler.core.guests import Colleague
from reconciler.core.link import Link
from reconciler.handlers.settle import settle
from reconciler.store import Account, Unit

_OF_ORGANIZER = "a copy: the organizer is connected too, and the meeting is synced from that calendar"
_OF_COLLEAGUE = "a copy: the same meeting is synced from a colleague's calendar"


async def known_in_full(unit: Unit, seen: OutlookSeen, account: Account, link: Link | None) -> OutlookSeen:
    """The event with everybody who takes part, as far as the connected accounts tell."""
    full = guests.in_full(seen, colleague(account), link)
    return full.model_copy(update={"event": await _recognised(unit, full.event)})


async def record_in_full(unit: Unit, seen: EspoSeen) -> EspoSeen:
    """The record with its connected users known by every address of their mailboxes."""
    return seen.model_copy(update={"event": await _recognised(unit, seen.event)})


async def outcome_in_full(unit: Unit, outcome: AnyOutcome, account: Account | None, link: Link) -> AnyOutcome:
    """The outcome, what was stored or found told as an observation would be; of who has left as far as it tells by itself."""
    match outcome:
        case Done(stored=stored) if stored is not None:
            return outcome.model_copy(update={"stored": await _in_full(unit, stored, account, link)})
        case Conflicted(fresh=fresh):
            return outcome.model_copy(update={"fresh": await _in_full(unit, fresh, account, link)})
        case _:
            return outcome


async def why_a_copy(unit: Unit, seen: OutlookSeen, account: Account) -> str | None:
    """Tell whether an invitation is only a guest's copy of a meeting that is synced from elsewhere.

    Whoever has a copy takes part, also where the invitation names a group. `seen` is what the guest's mailbox alone tells.
    """
    organized_here = bool(seen.organizer and await unit.accounts_of_people([seen.organizer]))
    meeting: Link | None = None
    if seen.ical_uid:
        meeting = await _elsewhere(unit, seen.ical_uid, account)
    if meeting is not None and not seen.busy_only and not guests.is_named(colleague(account), seen):
        await _takes_part(unit, meeting, seen, account)
    if organized_here:
        return _OF_ORGANIZER
    return _OF_COLLEAGUE if meeting is not None else None


async def taken_over(unit: Unit, seen: OutlookSeen, account: Account) -> bool:
    """Whether an event was known by a guest's copy already; then its link is the organizer's from now on, record and all.

    If that guest has left, it goes on by the copy of any colleague, until the organizer connects.
    """
    if not (seen.ical_uid and account.rules.pulls):
        return False
    meeting = await _elsewhere(unit, seen.ical_uid, account)
    if meeting is None or not meeting.guest or meeting.hidden or meeting.exposed or meeting.moved_away:
        return False
    if not seen.is_organizer:
        return await _passed_on(unit, meeting, seen, account)
    if meeting.outlook.id is not None:
        unit.skip(meeting.account, "outlook", meeting.outlook.id, _OF_ORGANIZER)
    await settle(unit, absorb.seen(guests.taken_over(meeting, account.id, seen.calendar), seen), account)
    return True


async def _passed_on(unit: Unit, meeting: Link, seen: OutlookSeen, account: Account) -> bool:
    organized_here = seen.organizer and await unit.accounts_of_people([seen.organizer])
    if organized_here or seen.busy_only or await unit.account(meeting.account) is not None:
        return False
    unit.unskip(account.id, "outlook", seen.outlook_id)
    await settle(unit, absorb.seen(guests.passed_on(meeting, account.id, seen.calendar), seen), account)
    return True


def colleague(account: Account) -> Colleague:
    """The account's owner, as guests know one another."""
    written = (address for address in (account.mailbox.lower(), *account.addresses) if "@" in address)
    mailbox = next(written, account.mailbox.lower())
    return Colleague(account.id, mailbox, frozenset((*account.addresses, mailbox)))


async def _elsewhere(unit: Unit, ical_uid: str, account: Account) -> Link | None:
    """The link that a meeting has with another account, the organizer's before a guest's; nobody else works on the meeting."""
    await unit.lock(ical_uid)
    others = (link for link in await unit.links("links_of_meeting", ical_uid) if link.account != account.id)
    return min(others, key=lambda link: (link.guest, link.id), default=None)


async def _takes_part(unit: Unit, meeting: Link, seen: OutlookSeen, account: Account) -> None:
    organizer = await unit.account(meeting.account)
    with_member = guests.joined(meeting, colleague(account).as_attendee(seen.reply))
    if organizer is not None and with_member is not meeting:
        await settle(unit, with_member, organizer)


async def _in_full(
    unit: Unit, seen: OutlookSeen | EspoSeen, account: Account | None, link: Link
) -> OutlookSeen | EspoSeen:
    if isinstance(seen, EspoSeen):
        return await record_in_full(unit, seen)
    if account is None:
        return seen.model_copy(update={"event": await _recognised(unit, seen.event)})
    return await known_in_full(unit, seen, account, link)


async def _recognised(unit: Unit, event: Event) -> Event:
    if not event.people:
        return event
    addresses = {address for person in event.people for address in person.addresses}
    users = {person.user for person in event.people if person.user}
    found = await unit.accounts_of_people(addresses, users)
    return guests.recognised(event, (colleague(account) for account in found))
