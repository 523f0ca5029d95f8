"""When an event is over: nobody wants mail about the past (M33)."""

from datetime import UTC, datetime, time, timedelta

from contracts.events import AllDay, Event
from reconciler.core.link import Link

_SOME_ZONE = timedelta(days=2)
"""From the first hour of a whole day in UTC until it is over everywhere, or later."""


def ends_at(link: Link) -> datetime | None:
    """When the event ends for the side that says later; None while nothing is known of it."""
    return max((end_of(side.seen) for side in (link.outlook, link.espo) if side.seen is not None), default=None)


def at(link: Link, now: datetime) -> Link:
    """The link as of now: over, if it has ended on both sides."""
    ended = ends_at(link)
    return link.model_copy(update={"over": ended is not None and ended < now})


def end_of(event: Event) -> datetime:
    """When an event is over, whole days by the clock of the last zone that has them."""
    if isinstance(event.span, AllDay):
        return datetime.combine(event.span.last, time.min, UTC) + _SOME_ZONE
    return event.span.end
