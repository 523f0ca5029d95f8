"""Answers that guests gave in EspoCRM and that are to be given in Outlook, each in the guest's own mailbox.

The organizer's event belongs to Exchange where replies are concerned: nobody can write them into it. So an answer is a write of
its own, to another mailbox than the link's, and the link remembers it until it is given.
"""

from typing import Any
from uuid import UUID

from contracts.events import Attendee, Event, Reply
from contracts.model import Instant
from reconciler.core import people
from reconciler.core.link import Answer, Link
from reconciler.core.side import FLIGHT_TIMEOUT, Flight, Presence, Verb


def noted(link: Link) -> Link:
    """The link with the answers that its record has news of. What a guest answered in Outlook meanwhile stands."""
    if not _may_be_answered(link):
        return link
    there, before = _people(link.outlook.seen), _people(link.outlook.agreed)
    for guest in people.difference(_people(link.espo.agreed), _people(link.espo.seen)).replied:
        invited, earlier = people.find(guest, there), people.find(guest, before)
        answered_there = invited and earlier and invited.reply is not earlier.reply
        if guest.mailbox and invited and not answered_there and guest.reply not in (Reply.NONE, invited.reply):
            link = _with(link, guest)
    return link


def due(link: Link) -> tuple[Answer, ...]:
    """The answers that may be given now."""
    return tuple(answer for answer in link.answers if answer.flight is None and answer.rest_until is None)


def took_off(link: Link, answer: Answer, write_id: UUID, now: Instant) -> Link:
    """An answer is under way."""
    flight = Flight(write_id=write_id, verb=Verb.UPDATE, fields=("people",), source=None, issued_at=now)
    return _changed(link, answer.user, flight=flight)


def under_way(link: Link, write_id: UUID) -> Answer | None:
    """The answer that this write is to give."""
    return next((answer for answer in link.answers if answer.flight and answer.flight.write_id == write_id), None)


def closed(link: Link, answer: Answer) -> Link:
    """An answer was given, or will never be taken."""
    return link.model_copy(update={"answers": tuple(one for one in link.answers if one.user != answer.user)})


def deferred(link: Link, answer: Answer, until: Instant, *, attempted: bool) -> Link:
    """An answer could not be given now."""
    return _changed(link, answer.user, flight=None, rest_until=until, attempts=answer.attempts + attempted)


def rested(link: Link, now: Instant) -> Link:
    """Time has passed: answers that waited may be given, and one that nothing was heard of is given again."""
    for answer in link.answers:
        if answer.rest_until and answer.rest_until <= now:
            link = _changed(link, answer.user, rest_until=None)
        if answer.flight and answer.flight.issued_at + FLIGHT_TIMEOUT <= now:
            link = _changed(link, answer.user, flight=None)
    return link


def _may_be_answered(link: Link) -> bool:
    both = link.outlook.presence is Presence.PRESENT and link.espo.presence is Presence.PRESENT
    known = bool(link.ical_uid and link.outlook.agreed and link.espo.agreed)
    ours = link.espo.flight is not None and "people" in link.espo.flight.fields
    return both and known and not ours and not link.over and not link.moved_away


def _with(link: Link, guest: Attendee) -> Link:
    if any(answer.user == guest.user and answer.reply is guest.reply for answer in link.answers):
        return link
    others = (answer for answer in link.answers if answer.user != guest.user)
    return link.model_copy(update={"answers": (*others, Answer(user=guest.user, reply=guest.reply))})


def _changed(link: Link, user: str, **update: Any) -> Link:
    changed = (answer.model_copy(update=update) if answer.user == user else answer for answer in link.answers)
    return link.model_copy(update={"answers": tuple(changed)})


def _people(event: Event | None) -> people.People:
    return (event.people or ()) if event else ()
