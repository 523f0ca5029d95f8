"""Who takes part in a record: EspoCRM's id lists and reply columns, to and from attendees, pure.

EspoCRM names attendees by id, Outlook by address; a `Person` is what joins the two. The assigned user is in the list of
users of each record, because EspoCRM puts him there on every save, but he is the owner and not one of the people.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.events import Attendee, PersonKind, Reply
from contracts.writes import PeopleChange
from espo_connector.fields.schema import LINKS, EntityType

PersonId = tuple[PersonKind, str]
Record = Mapping[str, Any]

_REPLIES = {
    "None": Reply.NONE,
    "Accepted": Reply.ACCEPTED,
    "Tentative": Reply.TENTATIVE,
    "Declined": Reply.DECLINED,
}
_STATUSES = {reply: status for status, reply in _REPLIES.items()}


@dataclass(frozen=True, slots=True)
class Person:
    """A User, Contact or Lead. `addresses` are in lower case, the primary one first; none where EspoCRM tells us none.

    Whom EspoCRM does not show us (not `visible`) it would not let us relate either: gone, inactive or forbidden.
    """

    kind: PersonKind
    id: str
    name: str = ""
    addresses: tuple[str, ...] = ()
    visible: bool = True

    @property
    def key(self) -> PersonId:
        """What identifies the person."""
        return self.kind, self.id


def ids_in(record: Record, kind: PersonKind) -> list[str]:
    """List the ids in one of a record's links, as they stand."""
    return list(record.get(f"{LINKS[kind]}Ids") or ())


def people_in(record: Record, entity: EntityType) -> list[PersonId]:
    """List everyone whom a record names, the owner included. Empty where it names nobody but the owner."""
    everyone = [(kind, person_id) for kind in entity.kinds for person_id in sorted(ids_in(record, kind))]
    return everyone if any(key != _owner_of(record) for key in everyone) else []


def attendees(
    record: Record, entity: EntityType, persons: Mapping[PersonId, Person], api_user: str
) -> tuple[Attendee, ...]:
    """Give the people of a record by address, in a fixed order. Who has no address that we know is left out.

    Nobody comes twice: of two persons with one address the first kind counts, and none has an address of the owner.
    """
    owner = persons.get(_owner_of(record))
    taken = set(owner.addresses if owner else ())
    found = []
    for key in people_in(record, entity):
        person = persons.get(key)
        outsider = key not in (_owner_of(record), (PersonKind.USER, api_user))
        if person and person.addresses and outsider and taken.isdisjoint(person.addresses):
            taken.update(person.addresses)
            found.append(_attendee(person, reply_in(record, key)))
    return tuple(sorted(found, key=lambda attendee: attendee.address))


def reply_in(record: Record, key: PersonId) -> Reply:
    """Read somebody's reply; EspoCRM stores whatever it is sent, so an unknown word counts as none."""
    kind, person_id = key
    columns = record.get(f"{LINKS[kind]}Columns") or {}
    return _REPLIES.get(str((columns.get(person_id) or {}).get("status")), Reply.NONE)


def invited(owner: str, guests: Iterable[tuple[Person, Reply]], entity: EntityType) -> dict[str, Any]:
    """Write the people of a new record: its owner, who has accepted, and the guests."""
    body: dict[str, Any] = {}
    if PersonKind.USER in entity.kinds:
        _put(body, PersonKind.USER, owner, Reply.ACCEPTED)
    for person, reply in guests:
        if person.kind in entity.kinds and person.key != (PersonKind.USER, owner):
            _put(body, person.kind, person.id, reply)
    return body


def nobody(entity: EntityType) -> dict[str, Any]:
    """Write that nobody takes part in a record; EspoCRM itself puts the owner back among its users."""
    return {f"{LINKS[kind]}Ids": [] for kind in entity.kinds}


def changed(
    record: Record,
    entity: EntityType,
    change: PeopleChange,
    persons: Mapping[PersonId, Person],
    found: Mapping[str, Person],
) -> dict[str, Any]:
    """Write what a change of people means for a record; empty where nothing would differ.

    `persons` are those whom the record names, `found` those whom EspoCRM knows behind the addresses to add. A list is
    always whole, because EspoCRM unlinks who is missing in it. Columns name only those whose reply is ours to write: the
    others keep theirs, even one given this instant. Somebody who was removed once would get his old reply back from
    EspoCRM, so whoever is added always has a column.
    """
    body: dict[str, Any] = {}
    owner = _owner_of(record)
    named = [persons[key] for key in people_in(record, entity) if key in persons and key != owner]
    for person in named:
        if not set(change.remove).isdisjoint(person.addresses):
            _ids(body, record, person.kind).remove(person.id)
    for attendee in change.add:
        guest = found.get(attendee.address)
        if guest is None or guest.key == owner or guest.kind not in entity.kinds:
            continue
        if guest.id not in ids_in(record, guest.kind):
            _ids(body, record, guest.kind)
            _put(body, guest.kind, guest.id, attendee.reply)
        elif attendee.reply not in (Reply.NONE, reply_in(record, guest.key)):
            # Somebody listed this person here in the meantime; the answer is still news.
            _columns(body, guest.kind)[guest.id] = {"status": _STATUSES[attendee.reply]}
    for new in change.replies:
        for person in named:
            if new.address in person.addresses and reply_in(record, person.key) is not new.reply:
                _columns(body, person.kind)[person.id] = {"status": _STATUSES[new.reply]}
    return body


def _put(body: dict[str, Any], kind: PersonKind, person_id: str, reply: Reply) -> None:
    ids = body.setdefault(f"{LINKS[kind]}Ids", [])
    if person_id not in ids:
        ids.append(person_id)
    _columns(body, kind)[person_id] = {"status": _STATUSES[reply]}


def _ids(body: dict[str, Any], record: Record, kind: PersonKind) -> list[str]:
    ids: list[str] = body.setdefault(f"{LINKS[kind]}Ids", list(dict.fromkeys(ids_in(record, kind))))
    return ids


def _columns(body: dict[str, Any], kind: PersonKind) -> dict[str, Any]:
    columns: dict[str, Any] = body.setdefault(f"{LINKS[kind]}Columns", {})
    return columns


def _owner_of(record: Record) -> PersonId:
    return PersonKind.USER, record.get("assignedUserId") or ""


def _attendee(person: Person, reply: Reply) -> Attendee:
    primary, *others = person.addresses
    user = person.id if person.kind is PersonKind.USER else ""
    return Attendee(address=primary, name=person.name, reply=reply, kind=person.kind, aliases=tuple(others), user=user)
