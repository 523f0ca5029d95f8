"""The write budget: an event that is written to over and over is in a loop with something that keeps changing it back.

Another tool that mirrors the same calendar, or a workflow of EspoCRM's, answers each of our writes with a change of its
own, and we answer that. People do not edit one event this often, so the budget is small; it bounds the mails to guests, too.
"""

from dataclasses import replace
from datetime import timedelta

from contracts.model import Instant
from reconciler.core.decision import Decision
from reconciler.core.link import Link, Spending, State

WRITES = 30
"""So many writes of one event, to both sides together, ..."""

WITHIN = timedelta(hours=1)
"""... within this time of the first of them. Then it rests until that time is over; what stands then is written."""

EXHAUSTED = (
    f"written {WRITES} times within an hour: something keeps changing it back, so it rests until the hour is over"
)


def granted(link: Link, decision: Decision, now: Instant) -> tuple[Link, Decision]:
    """Charge the writes that are wished for, or put them off where the budget is spent."""
    if not decision.wishes:
        return link, decision
    spending = link.spending
    if spending.since is None or now - spending.since >= WITHIN:
        spending = Spending(since=now)
    if spending.writes + len(decision.wishes) <= WRITES:
        spending = spending.model_copy(update={"writes": spending.writes + len(decision.wishes)})
        return link.model_copy(update={"spending": spending}), decision
    for wish in decision.wishes:
        rest = {"rest_until": (spending.since or now) + WITHIN}
        link = link.with_side(wish.side, link.side(wish.side).model_copy(update=rest))
    return link, replace(decision, state=State.PENDING, reason=EXHAUSTED, wishes=(), conflicts=())
