"""The laws that hold after any history, checked on nothing but what people did and what both systems hold in the end. Pure.

Which edit must have survived is a question of cause, not of clocks: an edit gives way to a later one on the same side, and to one
on the other side whose author had it before his eyes. What neither knew of the other is a conflict; either may stand (M29).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tandem.people.cast import COLLEAGUES, Colleague
from tandem.people.entries import Entry, Side
from tandem.people.stage import Place
from tools.chaos.deeds import FIELDS, GUESTS, Deed, History, Kind, tag_of

_PLAIN = frozenset({"title", "span", "location"})


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that Exchange sent."""

    kind: str
    subject: str
    to: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What both systems hold, by the ids that they gave, and every mail that went out."""

    calendars: Mapping[Place, Mapping[str, Entry]]
    mails: tuple[Mail, ...] = ()

    def held(self, place: Place, tag: str) -> list[Entry]:
        """The entries of an event in a calendar, whatever it is called by now; what was called off is not there any more."""
        return [entry for entry in self.calendars[place].values() if tag_of(entry.title) == tag and not entry.cancelled]


@dataclass(frozen=True, slots=True)
class Violation:
    """A law that did not hold: for which event ("" for none), and in which words."""

    law: str
    tag: str
    words: str


def violations(histories: Iterable[History], seen: Seen) -> list[Violation]:
    """Hold everything against the laws."""
    known = {history.tag: history for history in histories}
    found = [violation for history in known.values() for violation in _of_event(history, seen)]
    for (side, colleague), entries in seen.calendars.items():
        strays = [entry for entry in entries.values() if tag_of(entry.title) not in known]
        found += [Violation("nothing out of nowhere", "", f"{colleague.name}'s {side}: {entry}") for entry in strays]
    return found


def _of_event(history: History, seen: Seen) -> Iterator[Violation]:
    owner, tag = history.holder, history.tag
    own = {side: seen.held((side, owner), tag) for side in Side}
    for side in Side:
        law = "nothing twice" if len(own[side]) > 1 else "nothing lost" if not own[side] else "removed is removed"
        if len(own[side]) != history.lives(side):
            yield Violation(law, tag, f"{owner.name}'s {side} holds {len(own[side])}, not {int(history.lives(side))}")
    yield from _elsewhere(history, owner, seen)
    if own[Side.OUTLOOK] and own[Side.ESPO] and own[Side.OUTLOOK][0] != own[Side.ESPO][0]:
        yield Violation("both sides equal", tag, f"Outlook: {own[Side.OUTLOOK][0]}; EspoCRM: {own[Side.ESPO][0]}")
    for side in Side:
        yield from (violation for entry in own[side][:1] for violation in _edits(history, side, entry))
    yield from _mails(history, seen)


def _elsewhere(history: History, owner: Colleague, seen: Seen) -> Iterator[Violation]:
    """A guest has one copy in Outlook and no record; whoever is no guest has neither."""
    organized = seen.held((Side.OUTLOOK, owner), history.tag)
    for colleague in COLLEAGUES:
        if colleague == owner:
            continue
        for side in Side:
            invited = side is Side.OUTLOOK and any(colleague.address in entry.people for entry in organized)
            held = len(seen.held((side, colleague), history.tag))
            if held != invited:
                law = "nothing twice" if held > invited else "nothing lost"
                yield Violation(law, history.tag, f"{colleague.name}'s {side} holds {held}, not {int(invited)}")


def _edits(history: History, side: Side, entry: Entry) -> Iterator[Violation]:
    for name in FIELDS:
        if name in GUESTS and any(history.of(Kind.HAND_OVER)):
            continue  # who owned it is invited or not as EspoCRM sees fit
        value = name in entry.people if name in GUESTS else getattr(entry, name)
        allowed = standing(history, name)
        if value not in allowed:
            words = f"{name} is {value} in {side}; last left: {' or '.join(map(str, allowed))}"
            yield Violation("no edit lost", history.tag, words)


def standing(history: History, name: str) -> list[Any]:
    """The values of a field that no later edit took the place of, by those who knew of them.

    Giving an event to somebody else removes it from the old owner's mailbox, and with it what was edited there and had not
    crossed (M30): then what stands without that may stand, too. So may any edit on a side where it was removed in the end:
    those behind it may have gone with the removal.
    """
    writes = [deed for deed in history.deeds if name in deed.wrote]
    # A guest is only there or not, so seeing it so does not mean having seen this very edit; and an edit that gave way to one
    # on a side from where nothing came any more stands again.
    seeing_tells = name in _PLAIN and len({history.lives(side) for side in Side}) == 1
    moved = any(history.of(Kind.HAND_OVER))
    left = history.deleted | ({Side.OUTLOOK} if moved else set())
    stands = _standing(writes, name, left, seeing_tells=seeing_tells)
    if moved:
        stands += _standing([deed for deed in writes if deed.side is Side.ESPO or deed.kind is Kind.CREATE], name, left)
    return stands


def _standing(writes: list[Deed], name: str, left: frozenset[Side], *, seeing_tells: bool = True) -> list[Any]:
    """Of these writes, those that no later one surely took the place of; one on a side that it `left` may not have crossed."""
    stands = []
    for place, write in enumerate(writes):
        later = [deed for deed in writes[place + 1 :] if deed.side not in left]
        replaced = any(deed.side == write.side for deed in later)
        replaced |= seeing_tells and any(deed.saw(name) == write.left(name) for deed in later)
        if not replaced:
            stands.append(write.left(name))
    return stands


def _mails(history: History, seen: Seen) -> Iterator[Violation]:
    """A guest hears of a change that concerns him once: no more mails of a kind than changes that could cause one.

    What somebody edited in Outlook may be under way to the record while that is given away: the old owner's event has told
    of it, and the new owner's, made of the record as it was, tells of it again. One write is under way at a time, so once
    each hand-over.
    """
    sent = Counter((mail.to, mail.kind) for mail in seen.mails if tag_of(mail.subject) == history.tag)
    moves = sum(1 for _ in history.of(Kind.HAND_OVER))
    ends = moves + sum(1 for _ in history.of(Kind.DELETE))
    lists = sum(1 for deed in history.deeds if deed.before and deed.after and deed.before.people != deed.after.people)
    first = sum(1 for deed in history.of(Kind.CREATE) if deed.after and deed.after.people)
    causes = {
        "invite": first + lists + moves,
        "update": sum(1 for deed in history.of(Kind.EDIT) if deed.wrote & _PLAIN) + _told_again(history),
        "cancel": lists + ends,
    }
    for (to, kind), count in sorted(sent.items()):
        if kind in causes and count > causes[kind]:
            yield Violation("one mail a change", history.tag, f"{to} got {count} × {kind} for {causes[kind]} changes")


def _told_again(history: History) -> int:
    """How often a record was given away that an edit in Outlook may have been under way to."""
    edited = (deed.side is Side.OUTLOOK and bool(deed.wrote & _PLAIN) for deed in history.deeds)
    first = next((place for place, was in enumerate(edited) if was), len(history.deeds))
    return sum(1 for deed in history.deeds[first:] if deed.kind is Kind.HAND_OVER)
