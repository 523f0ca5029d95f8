"""The write budget: an event that is written to over and over is in a loop with something that keeps changing it back.

Another tool that mirrors the same calendar, or a workflow of EspoCRM's, answers each of our writes with a change of its
own, and we answer that. People do not edit one event this often, so the budget is small; it bounds the mails to guests, too.
It is smaller still while many events of a mailbox are written to over and over: then all of it is mirrored by something.
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

RESTLESS = 5
"""Whoever was written so often within that time is restless. The index of the database that counts them has this number too."""

MANY = 100
"""While so many events of a mailbox are restless, none of them is written to more often."""

EXHAUSTED = (
    f"written {WRITES} times within an hour: something keeps changing it back, so it rests until the hour is over"
)


CROWDED = (
    f"written {RESTLESS} times within an hour, as {MANY} events of this calendar and more: something mirrors it and keeps "
    "changing them back, so they rest until the hour is over"
)

REASONS = frozenset((EXHAUSTED, CROWDED))
"""What is said of an event that rests."""


def is_restless(link: Link, now: Instant) -> bool:
    """Whether an event was written to so often lately that the mailbox's budget has to be asked."""
    since = link.spending.since
    return link.spending.writes >= RESTLESS and since is not None and now - since < WITHIN


def granted(link: Link, decision: Decision, now: Instant, restless: int) -> tuple[Link, Decision]:
    """Charge the writes that are wished for, or put them off where the budget is spent.

    `restless`: how many events of the mailbox are, asked where the event itself is.
    """
    if not decision.wishes:
        return link, decision
    spending = link.spending
    if spending.since is None or now - spending.since >= WITHIN:
        spending = Spending(since=now)
    limit, reason = (RESTLESS, CROWDED) if restless >= MANY else (WRITES, EXHAUSTED)
    if spending.writes + len(decision.wishes) <= limit:
        spending = spending.model_copy(update={"writes": spending.writes + len(decision.wishes)})
        return link.model_copy(update={"spending": spending}), decision
    for wish in decision.wishes:
        rest = {"rest_until": (spending.since or now) + WITHIN}
        link = link.with_side(wish.side, link.side(wish.side).model_copy(update=rest))
    return link, replace(decision, state=State.PENDING, reason=reason, wishes=(), conflicts=())
