"""Who takes part, completed with what only a connected company knows. Pure.

Graph tells each mailbox its own view of a meeting: a guest's copy leaves out what the guest is to the mailbox's owner, a group
is one address, and a mailbox may have addresses that EspoCRM was never told. What is known besides is added here, so that
the rules compare the same people on both sides.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.changes import OutlookSeen
from contracts.events import Attendee, Event, PersonKind, Reply
from reconciler.core.link import Link
from reconciler.core.people import People, find


@dataclass(frozen=True, slots=True)
class Colleague:
    """A connected user: the id in EspoCRM, where invitations reach the user, and every address of that mailbox."""

    user: str
    mailbox: str
    addresses: frozenset[str]

    def as_attendee(self, reply: Reply = Reply.NONE) -> Attendee:
        """The colleague as somebody who takes part."""
        nobody_yet = Attendee(address=self.mailbox, reply=reply)
        return self.recognised_as(nobody_yet)

    def recognised_as(self, person: Attendee) -> Attendee:
        """The person, known to be this colleague under all addresses of the mailbox."""
        aliases = tuple(sorted((person.addresses | self.addresses) - {person.address}))
        known = {"user": self.user, "mailbox": self.mailbox, "kind": PersonKind.USER, "aliases": aliases}
        return person.model_copy(update=known)

    def is_meant_by(self, person: Attendee) -> bool:
        """Whether the person is this colleague. A contact or lead stays one, whatever address it shares (M19)."""
        if person.user:
            return person.user == self.user
        return person.kind in {PersonKind.USER, None} and not person.addresses.isdisjoint(self.addresses)


def recognised(event: Event, colleagues: Iterable[Colleague]) -> Event:
    """The event with its connected users known as such, by id and by every address."""
    colleagues = tuple(colleagues)
    if not event.people or not colleagues:
        return event
    return event.model_copy(update={"people": tuple(_recognised(person, colleagues) for person in event.people)})


def in_full(seen: OutlookSeen, me: Colleague, link: Link | None) -> OutlookSeen:
    """What the record should hold of an event, in whosever mailbox it was seen; `me` is the mailbox's owner.

    Whom an organizer hides from a guest's copy stays as he was, and a group's members whose copies were seen take part.
    """
    people = seen.event.people
    if people is None:
        return seen
    others = tuple(person for person in people if not me.is_meant_by(person))
    if not seen.is_organizer:
        others = (*_with_organizer(others, seen.organizer), me.as_attendee(seen.reply))
    if link is not None:
        before = link.outlook.seen.people if link.outlook.seen else None
        if seen.guests_hidden and before:
            others = tuple(find(person, others) or person for person in before)
        others = (*others, *(member for member in link.members if find(member, others) is None))
    return seen.model_copy(update={"event": seen.event.model_copy(update={"people": others})})


def is_named(me: Colleague, copy: OutlookSeen) -> bool:
    """Whether a copy says that its owner was invited by name, so that only the organizer's list tells if he still is.

    A copy lags behind the list, and one that hides its guests names its owner in any case.
    """
    return not copy.guests_hidden and any(me.is_meant_by(person) for person in copy.event.people or ())


def joined(link: Link, member: Attendee) -> Link:
    """A colleague has a copy of the meeting without being on its list: a group's member, who takes part like the others."""
    seen = link.outlook.seen
    if seen is None or seen.people is None:
        return link
    known = [one for one in link.members if one.user != member.user]
    listed = tuple(one for one in seen.people if one.user != member.user or len(known) == len(link.members))
    if find(member, listed) is not None:
        return link
    outlook = link.outlook.model_copy(update={"seen": seen.model_copy(update={"people": (*listed, member)})})
    return link.model_copy(update={"members": (*known, member), "outlook": outlook})


def taken_over(link: Link, organizer: str, calendar: str) -> Link:
    """A guest's link as its organizer's, who is connected now: the same record, from the calendar that it may be changed in.

    The record is to be given to the organizer, if it stands in another name.
    """
    agreed = link.outlook.agreed
    if agreed is not None and agreed.people is not None:
        guests = tuple(person for person in agreed.people if not person.organizer)
        agreed = agreed.model_copy(update={"people": guests})
    in_whose_name = link.owner or link.account
    change = {
        "account": organizer,
        "calendar": calendar,
        "guest": False,
        "outlook": type(link.outlook)(agreed=agreed),
        "owner": "" if in_whose_name == organizer else in_whose_name,
        "to_hand_over": in_whose_name != organizer,
    }
    return link.model_copy(update=change)


def passed_on(link: Link, colleague: str, calendar: str) -> Link:
    """The link of a guest who has left as a colleague's who is invited too: the same record, in whosever name it stands."""
    in_whose_name = link.owner or link.account
    change = {
        "account": colleague,
        "calendar": calendar,
        "outlook": type(link.outlook)(agreed=link.outlook.agreed),
        "owner": "" if in_whose_name == colleague else in_whose_name,
    }
    return link.model_copy(update=change)


def _recognised(person: Attendee, colleagues: tuple[Colleague, ...]) -> Attendee:
    colleague = next((one for one in colleagues if one.is_meant_by(person)), None)
    return colleague.recognised_as(person) if colleague else person


def _with_organizer(others: People, organizer: str | None) -> People:
    if organizer is None:
        return others
    told = Attendee(address=organizer)
    known = find(told, others) or told
    rest = (person for person in others if person is not known)
    return (known.model_copy(update={"organizer": True, "reply": Reply.ACCEPTED}), *rest)
