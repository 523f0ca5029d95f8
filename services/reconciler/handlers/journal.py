"""What is written into the journal: every decision with an effect, and every outcome, in words and without content."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Any

from contracts.outcomes import AnyOutcome, Deferred, Done, MeetingReady, Refused
from contracts.writes import Patch
from reconciler.core.brake import removes_meeting
from reconciler.core.budget import REASONS
from reconciler.core.decision import Conflict, Decision
from reconciler.core.link import Link, Restore, State
from reconciler.core.side import Flight, SideName, Verb, other
from reconciler.store import Unit

LOST = "lost"
"""Under this name an entry keeps the values that lost a conflict."""

CHANGED_BY = "changed_by"
"""Under this name a decision keeps who made the change that it follows, where the other side tells."""

_LONGEST_LATENCY = timedelta(days=24)
"""More milliseconds than these do not fit the column, and nobody needs to know how much later it was."""

_DONE = {Verb.CREATE: "created", Verb.UPDATE: "updated", Verb.DELETE: "removed"}


class Match(Enum):
    """How two that were there before were told to be one event."""

    TWIN = "the same title and time on both sides before the first sync"
    SURVIVOR = "one half was made by Tandem before a backup was restored; its title or its time tells the other"
    KEY = "the record bears the key of the event that Tandem made it of"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal. `by` is who decided it by hand, "" where the rules did."""

    what: str
    target: SideName | None
    fields: tuple[str, ...]
    reason: str
    latency_ms: int | None = None
    details: dict[str, Any] = field(default_factory=dict)
    by: str = ""


async def note_decision(unit: Unit, before: Link, link: Link, decision: Decision) -> None:
    """Note wishes and conflicts, and a change of state that nobody wished for."""
    for wish in decision.wishes:
        lost = [conflict for conflict in decision.conflicts if other(conflict.won) == wish.side]
        # Who changed a record last did not remove it: of a removal nobody is told.
        author = "" if wish.verb is Verb.DELETE else link.side(other(wish.side)).changed_by
        details = ({LOST: _values(lost)} if lost else {}) | ({CHANGED_BY: author} if author else {})
        # What privacy takes out is no removal that the brake counts.
        what = "to be taken out" if wish.erase else f"to be {_DONE[wish.verb]}"
        await _write(unit, link, Entry(what, wish.side, wish.fields, decision.reason, details=details))
    if decision.meeting is not None:
        # With its record gone, a meeting's removal is one of the removals that the brake counts.
        meeting = "" if removes_meeting(link, decision) else "meeting "
        await _write(unit, link, Entry(f"{meeting}to be {_DONE[decision.meeting.verb]}", None, (), decision.reason))
    told = (link.state, link.reason) == (before.state, before.reason)
    if not decision.wishes and not told and (link.state is not State.PENDING or link.reason in REASONS):
        await _write(unit, link, Entry(link.state.value, None, (), decision.reason))


async def note_match(unit: Unit, link: Link, lost: Sequence[Conflict], by: Match, *, alike: int = 1) -> None:
    """Note that two that were there before are one event, how that was told, and which values did not stand."""
    reason = by.value
    if alike > 1:
        reason = f"{reason}; {alike} were alike, and this one was taken"
    side = other(lost[0].won) if lost else None
    fields = tuple(conflict.field for conflict in lost)
    details = {LOST: _values(list(lost))} if lost else {}
    await _write(unit, link, Entry("matched", side, fields, reason, details=details))


async def note_begin(unit: Unit, account_id: str, by: str) -> None:
    """Note that somebody let the first sync of an account begin."""
    reason = "the first sync may begin"
    unit.note(account_id, None, "began", None, None, None, [], reason, None, "{}", by)


async def note_by_hand(
    unit: Unit, link: Link, what: str, by: str, *, target: SideName | None = None, fields: tuple[str, ...] = ()
) -> None:
    """Note what somebody decided about a link."""
    await _write(unit, link, Entry(what, target, fields, "by hand", by=by))


async def note_outcome(
    unit: Unit, link: Link, side: SideName, flight: Flight, outcome: AnyOutcome, *, latency: timedelta | None
) -> None:
    """Note what came of a write, and how long it took since the source changed."""
    match outcome:
        case Done():
            details = {"left_out": str(len(outcome.left_out))} if outcome.left_out else {}
            entry = Entry(_DONE[flight.verb], side, flight.fields, link.reason, _milliseconds(latency), details)
        case MeetingReady():
            entry = Entry(_DONE[flight.verb], side, flight.fields, link.reason, _milliseconds(latency))
        case Refused() | Deferred():
            entry = Entry(outcome.kind, side, flight.fields, outcome.reason)
        case _:
            entry = Entry(outcome.kind, side, flight.fields, "the event was changed or removed there meanwhile")
    await _write(unit, link, entry)


async def note_answer(unit: Unit, link: Link, outcome: AnyOutcome) -> None:
    """Note what came of a guest's answer that was given in EspoCRM."""
    match outcome:
        case Done():
            entry = Entry("answered", "outlook", ("people",), "a guest answered in EspoCRM")
        case Refused() | Deferred():
            entry = Entry(f"answer {outcome.kind}", "outlook", ("people",), outcome.reason)
        case _:
            entry = Entry("answer lost", "outlook", ("people",), "the guest has the invitation no more")
    await _write(unit, link, entry)


async def note_restore(unit: Unit, link: Link, restore: Restore, came: str, reason: str) -> None:
    """Note that a value that somebody wants back is not written, or not yet."""
    await _write(unit, link, Entry(f"restore {came}", restore.side, restore.patch.fields, reason))


async def note_meeting(unit: Unit, link: Link, flight: Flight, outcome: AnyOutcome) -> None:
    """Note what came of a request for the record's own Teams meeting."""
    what = f"meeting {_DONE[flight.verb]}" if isinstance(outcome, MeetingReady) else f"meeting {outcome.kind}"
    reason = outcome.reason if isinstance(outcome, Refused | Deferred) else link.reason
    await _write(unit, link, Entry(what, None, (), reason))


async def _write(unit: Unit, link: Link, entry: Entry) -> None:
    unit.note(
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
        entry.by,
    )


def _values(conflicts: list[Conflict]) -> dict[str, Any]:
    """The values that lost, by field, so that they can be restored."""
    patch = Patch.model_validate({conflict.field: conflict.lost for conflict in conflicts})
    return patch.model_dump(mode="json", exclude_none=True)


def _milliseconds(latency: timedelta | None) -> int | None:
    return None if latency is None else round(min(latency, _LONGEST_LATENCY).total_seconds() * 1000)
