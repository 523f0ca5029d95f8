"""The deletion brake: many removals at once are more often an accident than a wish (M32)."""

from dataclasses import dataclass, replace
from datetime import timedelta

from reconciler.core.decision import Decision
from reconciler.core.link import Link, State, Word
from reconciler.core.side import Presence, Verb


@dataclass(frozen=True, slots=True)
class Brake:
    """How many removals of one account are let through within a span of time.

    `few` always are: somebody who tidies up by hand is not to be asked. Beyond them `removals`, but of a small calendar no
    more than the share `most`, or it could be emptied; of a very large one the `share` of its events, if that is more.
    """

    removals: int = 20
    share: float = 0.1
    within: timedelta = timedelta(hours=1)
    few: int = 5
    most: float = 0.5

    def allows(self, removed: int, links: int) -> bool:
        """Whether one more removal is let through, after so many within the span, of an account that had so many events."""
        return removed < max(self.few, min(self.removals, int(self.most * links)), int(self.share * links))


def concerns(link: Link, decision: Decision) -> bool:
    """Whether the brake has a say: a removal that nobody approved, and that neither a new owner nor privacy asked for."""
    removes = any(wish.verb is Verb.DELETE for wish in decision.wishes) or removes_meeting(link, decision)
    return removes and not (link.moved_away or link.exposed) and link.removal is not Word.APPROVED


def awaits_a_word(link: Link) -> bool:
    """Whether its removal is held already: then time alone does not let it through, nor does whatever else happens to it."""
    return link.state is State.HELD and link.removal is Word.NONE


def removes_meeting(link: Link, decision: Decision) -> bool:
    """Whether a Teams meeting of the record's own is to go because its record is gone."""
    goes = decision.meeting is not None and decision.meeting.verb is Verb.DELETE
    return goes and link.espo.presence is Presence.GONE


def held(decision: Decision) -> Decision:
    """The same decision, waiting for somebody's word."""
    reason = f"{decision.reason}; many removals at once are held until somebody approves them"
    return replace(decision, state=State.HELD, reason=reason, wishes=(), conflicts=(), meeting=None)
