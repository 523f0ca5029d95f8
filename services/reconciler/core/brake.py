"""The deletion brake: many removals at once are more often an accident than a wish (M32)."""

from dataclasses import dataclass, replace
from datetime import timedelta

from reconciler.core.decision import Decision
from reconciler.core.link import Link, State, Verb, Word


@dataclass(frozen=True, slots=True)
class Brake:
    """At most so many removals of one account, or such a share of its events if that is more, within a span of time."""

    removals: int = 20
    share: float = 0.1
    within: timedelta = timedelta(hours=1)

    def allows(self, removed: int, links: int) -> bool:
        """Whether one more removal is let through, after so many within the span, of an account with so many events."""
        return removed < max(self.removals, round(self.share * links))


def concerns(link: Link, decision: Decision) -> bool:
    """Whether the brake has a say: a removal that nobody approved, and that no new owner asked for."""
    removes = any(wish.verb is Verb.DELETE for wish in decision.wishes)
    return removes and not link.moved_away and link.removal is not Word.APPROVED


def held(decision: Decision) -> Decision:
    """The same decision, waiting for somebody's word."""
    reason = f"{decision.reason}; many removals at once are held until somebody approves them"
    return replace(decision, state=State.HELD, reason=reason, wishes=())
