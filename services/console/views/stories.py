"""The story of one event: each entry of the journal as a sentence that its owner understands (M34)."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from console.clients.events import Entry
from console.views.moments import exact, span_of, took
from console.views.words import SIDES, STATES, field
from contracts.events import Attendee, Span

_SPAN: TypeAdapter[Span] = TypeAdapter(Span)
_PEOPLE = TypeAdapter(list[Attendee])
_DONE = ("created", "updated", "removed")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: when, what, why, how long it took, and the values that can be restored by the number `restores`."""

    at: str
    iso: str
    what: str
    why: str
    took: str
    lost: tuple[tuple[str, str], ...]
    restores: int | None


def line(entry: Entry, zone: str) -> Line:
    """Read one entry of the journal."""
    lost = tuple((field(name), _shown(name, value, zone)) for name, value in entry.lost.items())
    return Line(
        at=exact(entry.at, zone),
        iso=entry.at.isoformat(),
        what=_what(entry),
        why=entry.reason + _whose(entry),
        took=took(entry.latency_ms),
        lost=lost,
        restores=entry.id if lost and entry.what != "to be removed" else None,
    )


def _whose(entry: Entry) -> str:
    """Name who decided by hand, or who made the change that was decided on."""
    who = entry.by or entry.changed_by
    return f" (by {who})" if who else ""


def _what(entry: Entry) -> str:
    place = SIDES.get(entry.target or "", "")
    whole = entry.what.endswith(("created", "removed"))  # what is made or removed whole needs no list of its fields
    fields = f": {', '.join(map(field, entry.fields))}" if entry.fields and not whole else ""
    if entry.what in _DONE:
        return f"{entry.what.capitalize()} in {place}{fields}" if place else entry.what.capitalize()
    if entry.what.startswith("to be "):
        return f"Decided: {entry.what} in {place}{fields}"
    if entry.what in ("refused", "deferred", "conflicted"):
        words = {"refused": "Refused by", "deferred": "Put off by", "conflicted": "Changed meanwhile in"}[entry.what]
        return f"{words} {place}{fields}" if place else entry.what.capitalize()
    return STATES.get(entry.what, entry.what).capitalize()


def _shown(name: str, value: object, zone: str) -> str:
    """Write a value that lost, which the reconciler tells as `contracts.writes.Patch` has it."""
    if name == "span":
        return span_of(_SPAN.validate_python(value), zone)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(each.name or each.address for each in _PEOPLE.validate_python(value))
    return str(value)
