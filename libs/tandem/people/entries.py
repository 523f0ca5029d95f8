"""A calendar entry as a person sees it, whichever side it stands on: what the smoke run writes, and what it expects to see."""

from dataclasses import dataclass
from enum import StrEnum

from contracts.events import Span

CALL_LABEL = "C"
"""The identification label (rule M12) that every sandbox account uses for calls."""


class Side(StrEnum):
    """Where a calendar is."""

    OUTLOOK = "Outlook"
    ESPO = "EspoCRM"

    @property
    def other(self) -> "Side":
        """The side across."""
        return Side.ESPO if self is Side.OUTLOOK else Side.OUTLOOK


@dataclass(frozen=True, slots=True)
class Entry:
    """What both sides can show of one event. `people` are lower-case addresses, the owner's not among them.

    A `call` is an EspoCRM Call, and in Outlook an event whose subject starts with the label; `title` is without it.
    """

    title: str
    span: Span
    location: str = ""
    people: frozenset[str] = frozenset()
    call: bool = False
    cancelled: bool = False

    def __str__(self) -> str:
        parts = [f"{'call ' if self.call else ''}“{self.title}”", _said(self.span)]
        parts += [f"at {self.location}"] if self.location else []
        parts += [f"with {', '.join(sorted(self.people))}"] if self.people else []
        parts += ["cancelled"] if self.cancelled else []
        return ", ".join(parts)


def _said(span: Span) -> str:
    if span.kind == "all_day":
        return f"all day {span.first}" + (f" to {span.last}" if span.last != span.first else "")
    return f"{span.start:%Y-%m-%d %H:%M} to {span.end:%H:%M} UTC"
