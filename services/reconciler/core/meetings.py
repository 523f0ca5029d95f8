"""A Teams meeting of the record's own: for who wants one while no event in Outlook can be it (M27).

It stands beside the two sides as a third part of the link: made, moved and removed by requests of its own, one under way
at a time. Its join link goes into the record whatever the direction.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from contracts.events import Event
from contracts.model import Instant
from contracts.writes import Patch
from reconciler.core.decision import Decision, MeetingWish, Wish
from reconciler.core.link import Link, Meeting, State, Word
from reconciler.core.online import replaceable
from reconciler.core.rules import Rules
from reconciler.core.side import FLIGHT_TIMEOUT, Flight, Presence, Verb

STANDS = "it has a Teams meeting"
_REASONS = {
    Verb.CREATE: "a Teams meeting was asked for in EspoCRM",
    Verb.UPDATE: "its Teams meeting is to follow",
    Verb.DELETE: "its Teams meeting is not needed any more",
}


def asks(record: Event) -> bool:
    """Whether a record wants a Teams meeting."""
    return bool(record.online) and not record.cancelled


def beside(decision: Decision, link: Link, rules: Rules) -> Decision:
    """Add to a decision about both sides what should happen to the record's own meeting."""
    if (verb := _verb(link, rules)) is None:
        return _at_rest(decision, link)
    if link.meeting.refused is not None:
        return decision if decision.wishes else replace(decision, state=State.REFUSED, reason=link.meeting.refused)
    reason = _REASONS[verb]
    if decision.wishes:
        reason = f"{decision.reason}; {reason}"
    wish = None if link.meeting.busy else MeetingWish(verb, link.espo.seen)
    return replace(decision, state=State.PENDING, reason=reason, meeting=wish)


def took_off(link: Link, wish: MeetingWish, write_id: UUID, now: Instant) -> Link:
    """A request is under way."""
    flight = Flight(write_id=write_id, verb=wish.verb, fields=(), source=wish.record, issued_at=now)
    return _with(link, flight=flight)


def ready(link: Link, meeting_id: str | None, join_url: str) -> Link:
    """The request was carried out: the meeting stands as the record was when it was asked for, or it is gone."""
    flight = link.meeting.flight
    if flight is None:
        return link
    if flight.verb is Verb.DELETE or flight.source is None:
        return gone(link)
    asked = {"title": flight.source.title, "span": flight.source.span}
    # Teams need not repeat the link of a meeting that was only moved.
    return _landed(link, id=meeting_id, join_url=join_url or link.meeting.join_url, **asked)


def gone(link: Link) -> Link:
    """The meeting is not there, or not any more; the link that EspoCRM was given is remembered, to be taken back."""
    return link.model_copy(update={"meeting": Meeting(told=link.meeting.join_url or link.meeting.told)})


def refused(link: Link, reason: str) -> Link:
    """The request will never be carried out as it stands."""
    return _landed(link, refused=reason)


def deferred(link: Link, until: Instant, *, attempted: bool = True) -> Link:
    """The request could not be carried out now. `attempted`: Teams was asked, and did not just have others to serve first."""
    return _with(link, flight=None, rest_until=until, attempts=link.meeting.attempts + attempted)


def rested(link: Link, now: Instant) -> Link:
    """Time has passed: Teams may be asked again, an overdue request is given up on."""
    meeting = link.meeting
    if meeting.rest_until and meeting.rest_until <= now:
        link = _with(link, rest_until=None)
    if meeting.flight and meeting.flight.issued_at + FLIGHT_TIMEOUT <= now:
        link = _with(link, flight=None)
    return link


def told(link: Link, join_url: str) -> Link:
    """EspoCRM has been given this link of the meeting's, "" once it was taken back."""
    return _with(link, told=join_url)


def reconsidered(link: Link) -> Link:
    """The record says something else now: what Teams refused deserves a new try."""
    return _with(link, refused=None)


def _verb(link: Link, rules: Rules) -> Verb | None:
    meeting, record = link.meeting, link.espo.seen
    if meeting.id is None:
        return Verb.CREATE if _needed(link, rules) else None
    if _superfluous(link) or record is None:
        return None if _is_to_stay(link) else Verb.DELETE
    return Verb.UPDATE if (record.title, record.span) != (meeting.title, meeting.span) else None


def _is_to_stay(link: Link) -> bool:
    """Its record is gone, but somebody refused the removal when it was held (M32)."""
    return link.espo.presence is Presence.GONE and link.removal is Word.REFUSED


def _needed(link: Link, rules: Rules) -> bool:
    """Nobody will make an event in Outlook that could be the Teams meeting: none was made, and the direction leads nowhere."""
    record, absent = link.espo.seen, link.outlook.presence is Presence.ABSENT
    return bool(_there(link) and absent and not rules.pushes and record and asks(record))


def _superfluous(link: Link) -> bool:
    """The record is gone or another user's, Teams was switched off in it, or an event has become the Teams meeting."""
    record, event = link.espo.seen, link.outlook.seen
    replaced = link.outlook.presence is Presence.PRESENT and event is not None and bool(event.join_url)
    return not _there(link) or record is None or record.online is False or replaced


def _there(link: Link) -> bool:
    return link.espo.presence is Presence.PRESENT and not link.moved_away


def _at_rest(decision: Decision, link: Link) -> Decision:
    """Nothing is to be asked of Teams; the record may still have to be given the link."""
    if link.outlook.presence is Presence.PRESENT:
        return decision  # the event's own link goes the way of every field
    if (wish := _telling(link)) is not None:
        reason = "the join link is on its way to EspoCRM"
        wishes = () if link.espo.busy else (wish,)
        return replace(decision, state=State.PENDING, reason=reason, wishes=(*decision.wishes, *wishes))
    if link.meeting.id is None or decision.state is not State.DETACHED:
        return decision
    return replace(decision, state=State.IN_SYNC, reason=f"{STANDS}; {decision.reason}")


def _telling(link: Link) -> Wish | None:
    meeting, record = link.meeting, link.espo.seen
    if not _there(link) or link.espo.refused is not None or record is None or record.join_url is None:
        return None
    if meeting.join_url in (record.join_url, meeting.told):
        return None
    over = replaceable(record.join_url) if meeting.join_url else record.join_url == meeting.told
    if not over:
        return None
    wished = record.model_copy(update={"join_url": meeting.join_url})
    return Wish("espo", Verb.UPDATE, fields=("join_url",), event=wished, patch=Patch(join_url=meeting.join_url))


def _landed(link: Link, **changes: Any) -> Link:
    return _with(link, flight=None, attempts=0, **changes)


def _with(link: Link, **changes: Any) -> Link:
    return link.model_copy(update={"meeting": link.meeting.model_copy(update=changes)})
