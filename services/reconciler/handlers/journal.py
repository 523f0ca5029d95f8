"""What is written into the journal: every decision with an effect, and every outcome, in words and without content."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from contracts.outcomes import AnyOutcome, Deferred, Done, Refused
from reconciler.core.decision import Decision
from reconciler.core.link import Flight, Link, SideName, State, Verb, other
from reconciler.store import Unit

_DONE = {Verb.CREATE: "created", Verb.UPDATE: "updated", Verb.DELETE: "removed"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal."""

    what: str
    target: SideName | None
    fields: tuple[str, ...]
    reason: str
    latency_ms: int | None = None
    details: dict[str, str] = field(default_factory=dict)


async def note_decision(unit: Unit, before: Link, link: Link, decision: Decision) -> None:
    """Note wishes and conflicts, and a change of state that nobody wished for."""
    for wish in decision.wishes:
        lost = {str(c.field): f"the value in {wish.side} lost" for c in decision.conflicts if other(c.won) == wish.side}
        what = f"to be {_DONE[wish.verb]}"
        await _write(unit, link, Entry(what, wish.side, wish.fields, decision.reason, details=lost))
    if not decision.wishes and link.state is not before.state and link.state is not State.PENDING:
        await _write(unit, link, Entry(link.state.value, None, (), decision.reason))


async def note_outcome(unit: Unit, link: Link, side: SideName, flight: Flight, outcome: AnyOutcome) -> None:
    """Note what came of a write, and how long it took since the source changed."""
    match outcome:
        case Done():
            details = {"left_out": str(len(outcome.left_out))} if outcome.left_out else {}
            latency = _milliseconds(flight.since, outcome.finished_at)
            entry = Entry(_DONE[flight.verb], side, flight.fields, link.reason, latency, details)
        case Refused() | Deferred():
            entry = Entry(outcome.kind, side, flight.fields, outcome.reason)
        case _:
            entry = Entry(outcome.kind, side, flight.fields, "the event was changed or removed there meanwhile")
    await _write(unit, link, entry)


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


def _milliseconds(since: datetime | None, until: datetime) -> int | None:
    return None if since is None else max(0, round((until - since).total_seconds() * 1000))
