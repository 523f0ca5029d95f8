"""Attendees: Graph's list against ours. Pure.

Graph replaces the whole list with what it is sent and un-invites whoever is missing (Graph documentation, "Update
event"), so a change of people is merged into the list as it stands. Statuses are the server's and are never sent.
"""

from collections.abc import Iterable

from msgspec import UNSET

from contracts.events import Attendee, Reply, Timed
from contracts.writes import PeopleChange
from graph.asking.answers import EmailAddress, GraphAttendee, GraphEvent, TimeSlot
from graph.asking.bodies import Invitee, InviteeAddress
from outlook_connector.fields.moments import wall
from times.outlook import instant

_REPLIES = {
    "accepted": Reply.ACCEPTED,
    "tentativelyaccepted": Reply.TENTATIVE,
    "declined": Reply.DECLINED,
}
_ROOM = "resource"
_ORGANIZER = "organizer"


def organizer_of(event: GraphEvent) -> str | None:
    """Name the organizer by address, in lower case."""
    return _address(event.organizer.email_address if event.organizer else None) or None


def own_reply(event: GraphEvent) -> Reply:
    """Read what the mailbox's owner answered. It is told of the event and not in its list of attendees."""
    answered = (event.response_status.response if event.response_status else None) or ""
    return _REPLIES.get(answered.lower(), Reply.NONE)


def attendees_of(event: GraphEvent) -> tuple[Attendee, ...]:
    """Read who takes part, the organizer excepted. Somebody without an address is nobody we could tell apart."""
    organizer = organizer_of(event)
    found: dict[str, Attendee] = {}
    for attendee in event.attendees or ():
        address = _address(attendee.email_address)
        answered = ((attendee.status.response if attendee.status else None) or "").lower()
        if address and address != organizer and answered != _ORGANIZER:
            found.setdefault(address, _attendee(address, answered, attendee))
    return tuple(found.values())


def invitees(people: Iterable[Attendee]) -> tuple[Invitee, ...]:
    """Write a list of people to invite."""
    return tuple(_invitee(person) for person in people)


def merged(event: GraphEvent, change: PeopleChange) -> tuple[Invitee, ...] | None:
    """Merge a change into the list as it stands, or None where that changes nobody.

    Whoever the change does not name stays: rooms, groups, people whom EspoCRM does not know. Somebody who is there
    already under another of their addresses is not invited twice.
    """
    leaving = {address.strip().lower() for address in change.remove}
    standing = event.attendees or ()
    staying = tuple(one for one in standing if _address(one.email_address) not in leaving)
    there = {_address(one.email_address) for one in staying} | {organizer_of(event)}
    coming: list[Attendee] = []
    for person in change.add:
        if there.isdisjoint(person.addresses):
            coming.append(person)
            there |= person.addresses
    if len(staying) == len(standing) and not coming:
        return None
    return (*(_again(one) for one in staying if one.email_address), *invitees(coming))


def _attendee(address: str, answered: str, attendee: GraphAttendee) -> Attendee:
    name = attendee.email_address.name if attendee.email_address else None
    return Attendee(
        address=address,
        name=name or "",
        reply=_REPLIES.get(answered, Reply.NONE),
        resource=(attendee.type or "").lower() == _ROOM,
        proposed=_proposed(attendee.proposed_new_time),
    )


def _proposed(slot: TimeSlot | None) -> Timed | None:
    """Read the other time that somebody asks for; one that cannot be read is as good as none."""
    if slot is None or slot.start is None or slot.end is None:
        return None
    try:
        return Timed(start=instant(wall(slot.start)), end=instant(wall(slot.end)))
    except ValueError:
        return None


def _invitee(person: Attendee) -> Invitee:
    address = InviteeAddress(person.address, person.name or UNSET)
    return Invitee(address, _ROOM if person.resource else "required")


def _again(attendee: GraphAttendee) -> Invitee:
    known = attendee.email_address or EmailAddress()
    return Invitee(InviteeAddress(known.address or "", known.name or UNSET), attendee.type or "required")


def _address(known: EmailAddress | None) -> str:
    return ((known.address if known else None) or "").strip().lower()
