"""What is written into the journal: every decision with an effect, and every outcome, in words and without content."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.outcomes import AnyOutcome, Deferred, Done, MeetingReady, Refused
from contracts.writes import Patch
from reconciler.core.decision import Conflict, Decision
from reconciler.core.link import Flight, Link, SideName, State, Verb, other
from reconciler.store import Unit

LOST = "lost"
"""Under this name an entry keeps the values that lost a conflict."""

_DONE = {Verb.CREATE: "created", Verb.UPDATE: "updated", Verb.DELETE: "removed"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal."""

    what: str
    target: SideName | None
    fields: tuple[str, ...]
    reason: str
    latency_ms: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


async def note_decision(unit: Unit, before: Link, link: Link, decision: Decision) -> None:
    """Note wishes and conflicts, and a change of state that nobody wished for."""
    for wish in decision.wishes:
        lost = [conflict for conflict in decision.conflicts if other(conflict.won) == wish.side]
        details = {LOST: _values(lost)} if lost else {}
        await _write(
            unit, link, Entry(f"to be {_DONE[wish.verb]}", wish.side, wish.fields, decision.reason, details=details)
        )
    if decision.meeting is not None:
        await _write(unit, link, Entry(f"meeting to be {_DONE[decision.meeting.verb]}", None, (), decision.reason))
    told = (link.state, link.reason) == (before.state, before.reason)
    if not decision.wishes and not told and link.state is not State.PENDING:
        await _write(unit, link, Entry(link.state.value, None, (), decision.reason))


async def note_outcome(unit: Unit, link: Link, side: SideName, flight: Flight, outcome: AnyOutcome) -> None:
    """Note what came of a write, and how long it took since the source changed."""
    match outcome:
        case Done():
            details = {"left_out": str(len(outcome.left_out))} if outcome.left_out else {}
            latency = _milliseconds(flight.since, outcome.finished_at)
            entry = Entry(_DONE[flight.verb], side, flight.fields, link.reason, latency, details)
        case MeetingReady():
            latency = _milliseconds(flight.since, outcome.finished_at)
            entry = Entry(_DONE[flight.verb], side, flight.fields, link.reason, latency)
        case Refused() | Deferred():
            entry = Entry(outcome.kind, side, flight.fields, outcome.reason)
        case _:
            entry = Entry(outcome.kind, side, flight.fields, "the event was changed or removed there meanwhile")
    await _write(unit, link, entry)


async def note_meeting(unit: Unit, link: Link, flight: Flight, outcome: AnyOutcome) -> None:
    """Note what came of a request for the record's own Teams meeting."""
    what = f"meeting {_DONE[flight.verb]}" if isinstance(outcome, MeetingReady) else f"meeting {outcome.kind}"
    reason = outcome.reason if isinstance(outcome, Refused | Deferred) else link.reason
    await _write(unit, link, Entry(what, None, (), reason))


async def _write(unit: Unit, link: Link, entry: Entry) -> None:
    await unit.run(
        "write_journal",
        link.account,
        link.id,
        entry.what,
        other(entry.target) if entry.target else None,
        entry.target,
        link.entity,
        list(entry.fields),
        entry.reason,
        entry.latency_ms,
        json.dumps(entry.details),
    )


def _values(conflicts: list[Conflict]) -> dict[str, Any]:
    """The values that lost, by field, so that they can be restored."""
    patch = Patch.model_validate({conflict.field: conflict.lost for conflict in conflicts})
    return patch.model_dump(mode="json", exclude_none=True)


def _milliseconds(since: datetime | None, until: datetime) -> int | None:
    return None if since is None else max(0, round((until - since).total_seconds() * 1000))
