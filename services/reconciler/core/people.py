"""Who takes part, compared person by person. Two attendees are one person if they share any address."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from contracts.changes import OutlookSeen
from contracts.events import Attendee, PersonKind, Reply
from contracts.writes import NewReply, PeopleChange
from reconciler.core.decision import Wish

People = tuple[Attendee, ...]


def find(person: Attendee, people: Iterable[Attendee]) -> Attendee | None:
    """The same person among these, whatever address is used there."""
    return next((other for other in people if person.addresses & other.addresses), None)


@dataclass(frozen=True, slots=True)
class Difference:
    """What happened to a list of people since it was agreed on."""

    came: People
    left: People
    replied: People

    def __bool__(self) -> bool:
        return bool(self.came or self.left or self.replied)


def difference(agreed: People, seen: People) -> Difference:
    """Who came, who left and who answered otherwise. Names and further addresses are not news."""
    return Difference(
        came=tuple(person for person in seen if find(person, agreed) is None),
        left=tuple(person for person in agreed if find(person, seen) is None),
        replied=tuple(
            person
            for person in seen
            if (before := find(person, agreed)) is not None and before.reply is not person.reply
        ),
    )


def for_espo(news: Difference, there: People) -> PeopleChange | None:
    """What Outlook's news means for the people of the EspoCRM record; rooms are nobody there. None if nothing is to do."""
    change = PeopleChange(
        add=tuple(person for person in news.came if not person.resource and find(person, there) is None),
        remove=tuple(match.address for person in news.left if (match := find(person, there))),
        replies=tuple(
            NewReply(address=match.address, reply=person.reply)
            for person in (*news.came, *news.replied)
            if (match := find(person, there)) and match.reply is not person.reply and person.reply is not Reply.NONE
        ),
    )
    return change if _says_something(change) else None


def for_outlook(news: Difference, there: People, *, contacts_and_leads: bool) -> PeopleChange | None:
    """What EspoCRM's news means for the attendees of the Outlook event (M20). Replies are never sent: Graph owns them."""
    change = PeopleChange(
        add=invited(
            (person for person in news.came if find(person, there) is None), contacts_and_leads=contacts_and_leads
        ),
        remove=tuple(match.address for person in news.left if (match := find(person, there))),
    )
    return change if _says_something(change) else None


def invited(people: Iterable[Attendee], *, contacts_and_leads: bool) -> People:
    """Whom EspoCRM's event invites in Outlook: users always, contacts and leads if the account's owner wants it (M20)."""
    return tuple(person for person in people if contacts_and_leads or person.kind in {PersonKind.USER, None})


def without_invitations(wish: Wish) -> Wish:
    """The same wish for an event that is over: a creation in Outlook invites nobody (M33)."""
    if wish.event is None or wish.side != "outlook":
        return wish
    return replace(wish, event=wish.event.model_copy(update={"people": ()}))


def as_guest_sees(seen: OutlookSeen, own: Iterable[str]) -> OutlookSeen:
    """An invitation as the record of it should be: its organizer takes part, and the guest is the record's owner."""
    if seen.is_organizer or seen.event.people is None:
        return seen
    own = set(own)
    others = tuple(person for person in seen.event.people if person.addresses.isdisjoint(own))
    organizer = () if seen.organizer is None else (Attendee(address=seen.organizer, reply=Reply.ACCEPTED),)
    everybody = (*(person for person in organizer if find(person, others) is None), *others)
    return seen.model_copy(update={"event": seen.event.model_copy(update={"people": everybody})})


def _says_something(change: PeopleChange) -> bool:
    return bool(change.add or change.remove or change.replies)
