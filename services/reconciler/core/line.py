"""The line of a calendar: so many of its events are written at a time, and the others wait for their turn.

The writes of one account follow each other on one partition, among those of other people. A first sync of ten thousand events
would have everybody behind it wait for minutes, and its own last writes would be overdue before a connector had read them.
"""

from dataclasses import replace
from datetime import timedelta

from contracts.model import Instant
from reconciler.core.decision import Decision
from reconciler.core.link import Link, State

AT_ONCE = 200
"""So many events of an account are written at a time: three seconds of work for an EspoCRM on two processors
(facts of a real EspoCRM 10.0.0: 70 creations a second)."""

AT_THE_LATEST = timedelta(minutes=10)
"""Whoever was not called by then comes by himself."""

WAITING = f"waits for its turn: {AT_ONCE} other events of this calendar are being written"


def in_turn(link: Link, decision: Decision, under_way: int, now: Instant) -> tuple[Link, Decision]:
    """Let a decision's writes go, or have them stand in line where as many events of the account are `under_way`."""
    if not decision.wishes or under_way < AT_ONCE:
        return link, decision
    for wish in decision.wishes:
        rest = {"rest_until": now + AT_THE_LATEST}
        link = link.with_side(wish.side, link.side(wish.side).model_copy(update=rest))
    in_line = {*link.in_line, *(wish.side for wish in decision.wishes)}
    waiting = link.model_copy(update={"in_line": tuple(sorted(in_line))})
    return waiting, replace(decision, state=State.PENDING, reason=WAITING, wishes=(), conflicts=())


def called(link: Link) -> Link:
    """Its turn has come: what stood in line may be written."""
    for name in link.in_line:
        link = link.with_side(name, link.side(name).model_copy(update={"rest_until": None}))
    return link.model_copy(update={"in_line": ()})
