"""Who takes part, compared person by person. Two attendees are one person if they share any address."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from contracts.events import Attendee, EventField, PersonKind, Reply
from contracts.writes import NewReply, PeopleChange
from reconciler.core.decision import Wish
from reconciler.core.link import Link

People = tuple[Attendee, ...]

PROPOSES = "a guest proposes another time, which Outlook shows"


def find(person: Attendee, people: Iterable[Attendee]) -> Attendee | None:
    """The same person among these, whatever address is used there."""
    return next((other for other in people if person.addresses & other.addresses), None)


def as_known(people: Iterable[Attendee], known: People) -> People:
    """The people of Outlook's list, each with the further addresses under which EspoCRM knows the same person.

    Somebody may be invited under two of them, and is one person for all that.
    """
    return tuple(_with_addresses_of(person, find(person, known)) for person in people)


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


def agreed_after(before: People, stored: People, source: People) -> People:
    """What a side's people are agreed to be once the other side's were written there, which said `source`.

    Who came, left or answered on the written side itself meanwhile is not agreed on: that is news, which has yet to cross.
    """
    here = tuple(_agreed(person, before, source) for person in stored if find(person, before) or find(person, source))
    left = tuple(person for person in before if find(person, source) and not find(person, stored))
    return (*here, *left)


def for_espo(news: Difference, there: People, *, blocked: Collection[str] = ()) -> PeopleChange | None:
    """What Outlook's news means for the people of the EspoCRM record; None if nothing is to do."""
    change = PeopleChange(
        add=tuple(person for person in welcome(news.came, blocked) if find(person, there) is None),
        remove=tuple(match.address for person in news.left if (match := find(person, there))),
        replies=tuple(
            NewReply(address=match.address, reply=person.reply)
            for person in (*news.came, *news.replied)
            if (match := find(person, there)) and match.reply is not person.reply and person.reply is not Reply.NONE
        ),
    )
    return change if _says_something(change) else None


def for_outlook(
    news: Difference, there: People, *, contacts_and_leads: bool, blocked: Collection[str] = ()
) -> PeopleChange | None:
    """What EspoCRM's news means for the attendees of the Outlook event (M20). Replies are never sent: Graph owns them."""
    came = (person for person in news.came if find(person, there) is None)
    change = PeopleChange(
        add=invited(came, contacts_and_leads=contacts_and_leads, blocked=blocked),
        remove=tuple(one.address for one in there if find(one, news.left)),
    )
    return change if _says_something(change) else None


def invited(people: Iterable[Attendee], *, contacts_and_leads: bool, blocked: Collection[str] = ()) -> People:
    """Whom EspoCRM's event invites in Outlook: users always, contacts and leads if the account's owner wants it (M20).

    A connected user is invited where the invitation is read, whatever address EspoCRM has. Nobody of a `blocked` domain is.
    """
    wanted = (person for person in people if contacts_and_leads or person.kind in {PersonKind.USER, None})
    return tuple(_at_mailbox(person) for person in welcome(wanted, blocked))


def welcome(people: Iterable[Attendee], blocked: Collection[str]) -> People:
    """Those who may be passed on to the other side: rooms are nobody in EspoCRM, and blocked domains stay out."""
    return tuple(person for person in people if not person.resource and not _is_of(person.address, blocked))


def remarks(link: Link) -> tuple[str, ...]:
    """What of the guests the organizer has to know, and no field can hold."""
    guests = (link.outlook.seen.people if link.outlook.seen else None) or ()
    asked = not link.guest and not link.over and any(guest.proposed for guest in guests)
    return (PROPOSES,) if asked else ()


def concerns_guests(link: Link, fields: Iterable[EventField] = ()) -> bool:
    """Whether Exchange would mail somebody if these fields changed in Outlook: it has guests, or would have."""
    return "people" in fields or (link.outlook.seen is not None and bool(link.outlook.seen.people))


def without_invitations(wish: Wish) -> Wish:
    """The same wish for an event that is over: a creation in Outlook invites nobody (M33)."""
    if wish.event is None or wish.side != "outlook":
        return wish
    return replace(wish, event=wish.event.model_copy(update={"people": ()}))


def _agreed(person: Attendee, before: People, source: People) -> Attendee:
    earlier, there = find(person, before), find(person, source)
    if earlier is None or (there is not None and there.reply is person.reply):
        return person
    return person.model_copy(update={"reply": earlier.reply})


def _with_addresses_of(person: Attendee, known: Attendee | None) -> Attendee:
    if known is None or known.addresses <= person.addresses:
        return person
    return person.model_copy(update={"aliases": tuple(sorted((person.addresses | known.addresses) - {person.address}))})


def _at_mailbox(person: Attendee) -> Attendee:
    if not person.mailbox or person.mailbox == person.address:
        return person
    aliases = tuple(sorted(person.addresses - {person.mailbox}))
    return person.model_copy(update={"address": person.mailbox, "aliases": aliases})


def _is_of(address: str, domains: Collection[str]) -> bool:
    domain = address.rpartition("@")[2]
    return any(domain == blocked or domain.endswith(f".{blocked}") for blocked in domains)


def _says_something(change: PeopleChange) -> bool:
    return bool(change.add or change.remove or change.replies)
