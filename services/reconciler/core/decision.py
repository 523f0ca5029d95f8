"""A *decision*: what the reconciler concludes about a link, in words and in wishes."""

from dataclasses import dataclass, field
from typing import Any

from contracts.events import Event, EventField
from contracts.writes import Patch
from reconciler.core.link import Apart, State
from reconciler.core.side import SideName, Verb


@dataclass(frozen=True, slots=True)
class Wish:
    """One side should be changed. `fields` are those that the change concerns; a creation concerns all.

    `erase`: what is removed must not be left to read for those who may look at removed records.
    """

    side: SideName
    verb: Verb
    fields: tuple[EventField, ...] = ()
    event: Event | None = None
    patch: Patch | None = None
    erase: bool = False


@dataclass(frozen=True, slots=True)
class MeetingWish:
    """The record's own Teams meeting should be made, moved or removed. It has the record's title and span."""

    verb: Verb
    record: Event | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both sides changed a field to different values; `lost` is the value that did not stand (M29)."""

    field: EventField
    won: SideName
    lost: Any


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do. `settled` names, for each side, the fields whose present content needs nothing more.

    `apart` are the fields in which the sides go on saying different things, each with the side that changed it.
    """

    state: State
    reason: str
    wishes: tuple[Wish, ...] = ()
    settled: dict[SideName, tuple[EventField, ...]] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    apart: Apart = ()
    meeting: MeetingWish | None = None
