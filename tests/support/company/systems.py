"""What the two systems hold, and how each rewrites what it is given."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.changes import EspoSeen, OutlookSeen
from contracts.events import Attendee, Event, PersonKind, Reply, Timed
from contracts.writes import Patch, PeopleChange

DIRECTORY = (
    Attendee(address="dora@contoso.test", name="Dora", kind=PersonKind.USER),
    Attendee(address="carl@client.test", name="Carl", kind=PersonKind.CONTACT, aliases=("carl@home.test",)),
    Attendee(address="lena@lead.test", name="Lena", kind=PersonKind.LEAD),
)
"""Whom EspoCRM knows besides the owners; anybody else is known to Outlook only."""

GUESTS = ("dora@contoso.test", "Carl@Home.test", "LENA@lead.test", "stranger@else.test")
"""As people type them in Outlook."""


@dataclass(slots=True)
class Entry:
    """An event in a mailbox or a record in EspoCRM. `story` tells which event of the real world it is.

    `past` are earlier contents, with their versions and times: a lagging replica still tells them. `edits` counts what
    people did to it, `bears` is the key of a record of ours, `ours_last` says that nobody has changed it since we did,
    `mailed` how often our writes had each guest mailed. `by_hand`:
    a person removed it; `moved`: it has changed hands.
    """

    id: str
    story: int
    owner: str
    event: Event
    created_at: datetime
    modified_at: datetime
    key: str = ""
    bears: str = ""
    removed: bool = False
    by_hand: bool = False
    moved: bool = False
    version: int = 1
    past: list[tuple[Event, int, datetime]] = field(default_factory=list)
    edits: int = 0
    ours_last: bool = False
    mailed: dict[str, int] = field(default_factory=dict)

    def keep(self, event: Event, modified_at: datetime) -> None:
        """Take new content over."""
        self.past.append((self.event, self.version, self.modified_at))
        self.event, self.version, self.modified_at = event, self.version + 1, modified_at


class Outlook:
    """Exchange: titles and texts trimmed, guests in its own order, times to the microsecond, names of its own."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}

    def wording(self, event: Event) -> Event:
        """The content as Exchange stores it: the text has been HTML in between."""
        text = "\n".join(line.rstrip() for line in (event.description or "").splitlines()).strip()
        guests = sorted({person.address: _plain(person) for person in event.people or ()}.items())
        return event.model_copy(
            update={"title": event.title.strip(), "description": text, "people": tuple(guest for _, guest in guests)}
        )

    def seen(self, entry: Entry, now: datetime, *, back: int = 0) -> OutlookSeen:
        """What Graph tells of an event; `back`: by a replica that lags so many versions behind."""
        known = [*entry.past, (entry.event, entry.version, entry.modified_at)]
        event, version, modified_at = known[max(0, len(known) - 1 - back)]
        return OutlookSeen(
            account=entry.owner,
            outlook_id=entry.id,
            version=str(version),
            modified_at=modified_at,
            read_at=now,
            ical_uid=f"uid-{entry.id}",
            transaction_id=entry.key or None,
            event=event,
        )

    def store(self, entry: Entry, event: Event, now: datetime) -> None:
        """Keep a new content of an event."""
        entry.keep(self.wording(event), now)


class Espo:
    """EspoCRM: trimmed names without angle brackets, times to the second, only people whom it knows.

    `keyed`: its records have a field for the key of the event that they were made of.
    """

    def __init__(self, *, keyed: bool) -> None:
        self.keyed = keyed
        self.entries: dict[str, Entry] = {}

    def wording(self, event: Event) -> Event:
        """The content as EspoCRM stores it."""
        span = event.span
        if isinstance(span, Timed):
            span = Timed(start=span.start.replace(microsecond=0), end=span.end.replace(microsecond=0))
        known = {found.address: found for person in event.people or () if (found := known_as(person))}
        people = tuple(known[address] for address in sorted(known, reverse=True))
        return event.model_copy(update={"title": event.title.replace("<", "‹").strip(), "span": span, "people": people})

    def seen(self, entry: Entry, now: datetime) -> EspoSeen:
        """What EspoCRM tells of a record, and the connector reads out of it: brackets are brackets again."""
        return EspoSeen(
            account=entry.owner,
            entity="Meeting",
            espo_id=entry.id,
            version=f"{entry.modified_at}",
            modified_at=entry.modified_at,
            read_at=now,
            created_by_us=bool(entry.key),
            changed_by="" if entry.ours_last else "somebody",
            key=entry.bears,
            event=entry.event.model_copy(update={"title": entry.event.title.replace("‹", "<")}),
        )

    def store(self, entry: Entry, event: Event, now: datetime) -> None:
        """Keep a new content of a record."""
        entry.keep(self.wording(event), now.replace(microsecond=0))


def known_as(person: Attendee) -> Attendee | None:
    """The person in EspoCRM's words, None if nobody there has the address."""
    for known in DIRECTORY:
        if known.addresses & person.addresses:
            return known.model_copy(update={"reply": person.reply})
    return None


def patched(event: Event, patch: Patch) -> Event:
    """The content that a patch asks for."""
    changes: dict[str, Any] = {name: getattr(patch, name) for name in patch.fields if name != "people"}
    if patch.people is not None:
        changes["people"] = with_people(event.people or (), patch.people)
    return event.model_copy(update=changes)


def with_people(people: Iterable[Attendee], change: PeopleChange) -> tuple[Attendee, ...]:
    """The guests after some came, left and answered; the others stay."""
    replies = {reply.address: reply.reply for reply in change.replies}
    for added in change.add:
        replies |= dict.fromkeys(added.addresses, added.reply) if added.reply is not Reply.NONE else {}
    stay = [person for person in people if not person.addresses & set(change.remove)]
    told = [
        person.model_copy(
            update={"reply": next((replies[one] for one in person.addresses if one in replies), person.reply)}
        )
        for person in stay
    ]
    new = [person for person in change.add if not any(person.addresses & other.addresses for other in told)]
    return (*told, *new)


def _plain(person: Attendee) -> Attendee:
    return Attendee(address=person.address, name=person.name.upper(), reply=person.reply)
