"""Twins: an Outlook event and an EspoCRM record that were one event before anybody connected them (M31).

The rule: the same owner, the same entity type by its label, the same title but for case and spaces, the same start and
end. What one side lacks is filled from the other; where they say different things the account's winner stands and the
other value is kept. A pair counts as born in EspoCRM, so that a removal in Outlook takes nothing from the CRM; only a
meeting that somebody else organizes is Outlook's, and an event whose key its record bears: that record we made of it.
"""

from collections.abc import Mapping
from typing import Any

from contracts.events import FIELDS, Event, EventField, Reply
from reconciler.core import people
from reconciler.core.decision import Conflict
from reconciler.core.labels import title_of
from reconciler.core.link import Link
from reconciler.core.merge import winner
from reconciler.core.rules import Rules
from reconciler.core.side import Presence, Side, SideName


def one_sided(link: Link) -> bool:
    """Whether a link has one side only, and nothing is under way that will give it the other."""
    presences = {link.outlook.presence, link.espo.presence}
    still = not link.hidden and link.flights == 0 and link.meeting.id is None and not link.moved_away
    return still and presences == {Presence.PRESENT, Presence.ABSENT}


def are_of_one_key(one: Link, other: Link) -> bool:
    """Whether two one-sided links are an event and the record that was made of it, whatever has become of either since.

    Also where somebody removed the event's record while it was being made once more: that second one is its record then.
    """
    of_one_key = one.account == other.account and bool(one.key) and one.key == other.key
    return of_one_key and _are_two_sides(_without_gone_record(one), _without_gone_record(other))


def are_twins(one: Link, other: Link, rules: Rules) -> bool:
    """Whether two one-sided links are the two sides of one event."""
    if one.entity != other.entity or not _are_two_sides(one, other):
        return False
    return identity(one, rules) == identity(other, rules)


def paired(one: Link, other: Link, rules: Rules) -> tuple[Link, tuple[Conflict, ...]]:
    """The two as one link, with the identity of the first, and the values that did not stand."""
    outlook, espo = (one, other) if one.outlook.presence is Presence.PRESENT else (other, one)
    there, here = _content(outlook), _content(espo)
    label = rules.label_of(espo.entity)
    contested = _contested(there, here, label)
    if there.description and here.description and _edited_alone(outlook, espo, "description"):
        contested = (*contested, "description")  # one side alone edited it; else each keeps its own
    won = {field: _winner(outlook, espo, rules, field) for field in contested}
    agreed = {field: _agreed(field, there, here, won) for field in FIELDS}
    link = one.model_copy(
        update={
            "origin": "outlook" if outlook.guest or are_of_one_key(one, other) else "espo",
            "entity": espo.entity,
            "born_with": "",
            "calendar": outlook.calendar,
            "ical_uid": outlook.ical_uid,
            "guest": outlook.guest,
            "outlook": _with_agreed(outlook.outlook, there, {field: both[0] for field, both in agreed.items()}),
            "espo": _with_agreed(espo.espo, here, {field: both[1] for field, both in agreed.items()}),
        }
    )
    lost = {field: getattr(here if side == "outlook" else there, field) for field, side in won.items()}
    return link, tuple(Conflict(field=field, won=won[field], lost=value) for field, value in lost.items())


def _without_gone_record(link: Link) -> Link:
    return link.model_copy(update={"espo": Side()}) if link.espo.presence is Presence.GONE else link


def _are_two_sides(one: Link, other: Link) -> bool:
    halves = one.id != other.id and one_sided(one) and one_sided(other)
    return halves and one.outlook.presence is not other.outlook.presence


def _agreed(field: EventField, there: Event, here: Event, won: Mapping[EventField, SideName]) -> tuple[Any, Any]:
    """What to take for agreed on by Outlook and by EspoCRM, so that merging lets flow what should and nothing else.

    A side whose value is to flow is taken to have held the other's value before; all else is at rest as it is.
    """
    theirs, ours = getattr(there, field), getattr(here, field)
    if field in won:
        return (ours, ours) if won[field] == "outlook" else (theirs, theirs)
    match field:
        case "online" | "join_url":
            return None, None  # news, which goes the way of Teams
        case "people":
            return _common(theirs or (), ours or ())
        case "location" | "description" if theirs is not None and ours is not None:
            if not (theirs and ours):
                return (ours, ours) if theirs else (theirs, theirs)
    return theirs, ours


def _contested(there: Event, here: Event, label: str) -> tuple[EventField, ...]:
    """Fields of which both sides say something, and not the same. Descriptions differ by right: each keeps its own."""
    contested: dict[EventField, bool] = {
        "title": _plain(title_of(there.title, label)) != _plain(here.title),
        "span": there.span != here.span,
        "location": bool(there.location and here.location) and there.location != here.location,
    }
    return tuple(field for field, differs in contested.items() if differs)


def _plain(title: str) -> list[str]:
    return title.casefold().split()


def _with_agreed(side: Side, content: Event, agreed: dict[str, Any]) -> Side:
    return side.model_copy(update={"agreed": content.model_copy(update=agreed)})


def _common(there: people.People, here: people.People) -> tuple[people.People, people.People]:
    """Who takes part on both sides, as each says; what Outlook's guests have answered is news to EspoCRM."""
    unanswered = (person.model_copy(update={"reply": Reply.NONE}) for person in there if people.find(person, here))
    return tuple(unanswered), tuple(person for person in here if people.find(person, there))


def _winner(outlook: Link, espo: Link, rules: Rules, field: EventField) -> SideName:
    if not rules.pushes or not rules.pulls:
        return "espo" if rules.pushes else "outlook"
    if are_of_one_key(outlook, espo):
        if not espo.espo.changed_by:
            return "outlook"  # the record still says what we wrote, so it is the event that has been edited since
        if alone := _edited_alone(outlook, espo, field):
            return alone
    return winner(rules.winner_of(field), outlook.outlook.modified_at, espo.espo.modified_at)


def _edited_alone(outlook: Link, espo: Link, field: EventField) -> SideName | None:
    """Which side alone differs from what the event and its first record agreed on; None if that is not one, or not known."""
    there, here = outlook.outlook.agreed, outlook.espo.agreed
    if there is None or here is None:
        return None
    in_outlook = getattr(there, field) != getattr(outlook.outlook.content, field)
    in_espo = getattr(here, field) != getattr(espo.espo.content, field)
    if in_outlook is in_espo:
        return None
    return "outlook" if in_outlook else "espo"


def identity(link: Link, rules: Rules) -> tuple[list[str], Any]:
    """What tells a one-sided event from others: its title without label, case and spaces, and its time."""
    event, label = _content(link), rules.label_of(link.entity)
    title = title_of(event.title, label) if link.outlook.presence is Presence.PRESENT else event.title
    return _plain(title), event.span


def _content(link: Link) -> Event:
    return (link.outlook if link.outlook.presence is Presence.PRESENT else link.espo).content
