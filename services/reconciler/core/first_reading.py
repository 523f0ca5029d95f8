"""The first reading: nothing is made on a side before that side has been read once, for it may be there already (M31).

After it, an account may still wait for a word of its owner, who is shown what the first sync would do (M33).
"""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from enum import StrEnum

from reconciler.core.decision import Decision, Wish
from reconciler.core.link import State
from reconciler.core.reasons import NAMES
from reconciler.core.side import Verb


class Awaited(StrEnum):
    """What an account waits for before it makes events: a first reading of a side, its owner's word, or lost pairs.

    `pairs`: an account that is read anew may have made events that it has forgotten; they are paired when both sides are read.
    """

    OUTLOOK = "outlook"
    ESPO = "espo"
    WORD = "word"
    PAIRS = "pairs"


READINGS = frozenset((Awaited.OUTLOOK, Awaited.ESPO))

NO_WORD_YET = "its owner has yet to say that the sync may begin"


def held_back(decision: Decision, awaits: AbstractSet[Awaited]) -> Decision:
    """Take out of a decision what has to wait. The link is decided on again when the wait is over."""
    if not awaits or not (decision.wishes or decision.meeting):
        return decision
    if Awaited.WORD in awaits:
        reason = f"{decision.reason}; {NO_WORD_YET}"
        return replace(decision, state=State.PENDING, reason=reason, wishes=(), conflicts=(), meeting=None)
    ready = tuple(wish for wish in decision.wishes if not _must_wait(wish, awaits))
    if ready == decision.wishes:
        return decision
    unread = ", ".join(NAMES[wish.side] for wish in decision.wishes if wish not in ready)
    reason = f"{decision.reason}; {unread} is being read first, in case it is there already"
    return replace(decision, state=State.PENDING, reason=reason, wishes=ready)


def _must_wait(wish: Wish, awaits: AbstractSet[Awaited]) -> bool:
    return wish.verb is Verb.CREATE and not awaits.isdisjoint((Awaited(wish.side), Awaited.PAIRS))
