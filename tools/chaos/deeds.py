"""What people did: a record kept by the load, from which the end is judged. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tandem.people.cast import COLLEAGUES, CONTACTS, LEADS, Colleague
from tandem.people.entries import Entry, Side

GUESTS = tuple(person.address for person in (*COLLEAGUES, *CONTACTS, *LEADS))
"""Whoever may be invited: everybody whom both sides know."""

FIELDS = ("title", "span", "location", *GUESTS)
"""What is judged one by one; of a guest it is whether he is invited."""

_TAG = re.compile(r"#(e\d+)")


class Kind(StrEnum):
    """What was done."""

    CREATE = "create"
    EDIT = "edit"
    DELETE = "delete"
    HAND_OVER = "hand over"


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that a person did on one side: what he saw there before, and what he left. `to` gets what is handed over."""

    kind: Kind
    side: Side
    before: Entry | None = None
    after: Entry | None = None
    to: Colleague | None = None

    @property
    def wrote(self) -> frozenset[str]:
        """The fields that this deed wrote. Both sides take the list of guests whole, so a new list says something of each."""
        if self.after is None:
            return frozenset()
        if self.before is None:
            return frozenset(FIELDS)
        plain = {
            name for name in ("title", "span", "location") if _value(self.before, name) != _value(self.after, name)
        }
        return frozenset(plain | (set(GUESTS) if self.before.people != self.after.people else set()))

    def saw(self, name: str) -> Any:
        """The value of a field before; None where there was nothing."""
        return None if self.before is None else _value(self.before, name)

    def left(self, name: str) -> Any:
        """The value of a field afterwards. Raises ValueError for a deed that leaves nothing."""
        if self.after is None:
            raise ValueError(f"“{self.kind}” leaves no fields")
        return _value(self.after, name)

    def __str__(self) -> str:
        what = f"{self.side}: {self.kind}"
        if self.to is not None:
            return f"{what} to {self.to.name}"
        return f"{what} {self.after or self.before}" + (f" (saw {self.before})" if self.after and self.before else "")


@dataclass(slots=True)
class History:
    """One event's life: where it was born, for whom, and every deed in the order in which each side took them."""

    tag: str
    origin: Side
    owner: Colleague
    deeds: list[Deed] = field(default_factory=list)
    ids: dict[Side, str] = field(default_factory=dict)
    """Where it was last seen, for the explanation."""

    def of(self, kind: Kind) -> Iterator[Deed]:
        """The deeds of one kind."""
        return (deed for deed in self.deeds if deed.kind is kind)

    @property
    def holder(self) -> Colleague:
        """Whose event it is now."""
        return next((deed.to for deed in reversed(self.deeds) if deed.to is not None), self.owner)

    @property
    def deleted(self) -> frozenset[Side]:
        """The sides on which somebody removed it."""
        return frozenset(deed.side for deed in self.of(Kind.DELETE))

    def lives(self, side: Side) -> bool:
        """Tell whether it must be there: a removal crosses only away from where it was born (M23 to M26)."""
        return self.origin not in self.deleted and side not in self.deleted


def tag_of(title: str) -> str | None:
    """The mark by which an event is known whatever it is called."""
    found = _TAG.search(title)
    return found[1] if found else None


def _value(entry: Entry, name: str) -> Any:
    return name in entry.people if name in GUESTS else getattr(entry, name)
