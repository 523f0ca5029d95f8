"""Moments and spans as people read them, in their own zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from contracts.events import AllDay, Span
from times.iana import iana_names

_SOON = timedelta(seconds=5)
_LONG = timedelta(minutes=1)
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def zone_of(name: str) -> ZoneInfo:
    """Give a zone by its IANA name, UTC where there is none of that name."""
    return ZoneInfo(name if name in iana_names() else "UTC")


def moment(at: datetime | None, zone: str) -> str:
    """Write a moment: `23 Nov 2026 09:14`, "" for none."""
    return f"{at.astimezone(zone_of(zone)):%-d %b %Y %H:%M}" if at else ""


def exact(at: datetime, zone: str) -> str:
    """Write a moment to the second."""
    return f"{at.astimezone(zone_of(zone)):%-d %b %Y %H:%M:%S}"


def ago(at: datetime | None, now: datetime) -> str:
    """Say how long ago something was, in the largest unit that fits; "never" for never."""
    if at is None:
        return "never"
    return "just now" if now - at < _SOON else f"{lasting(now - at)} ago"


def lasting(span: timedelta) -> str:
    """Say how long something is, in the largest unit that fits."""
    seconds = int(span.total_seconds())
    size, unit = next(((size, unit) for size, unit in _UNITS if seconds >= size), (1, "second"))
    return counted(seconds // size, unit)


def counted(number: int, unit: str) -> str:
    """Write `1 event`, `2 events`."""
    return f"{number} {unit}{'' if number == 1 else 's'}"


def took(milliseconds: int | None) -> str:
    """Write how long a change took: `0.42 s`, or in minutes where seconds would not say much."""
    if milliseconds is None:
        return ""
    span = timedelta(milliseconds=milliseconds)
    return f"{span.total_seconds():.2f} s" if span < _LONG else lasting(span)


def span_of(span: Span | None, zone: str) -> str:
    """Write when an event is."""
    if span is None:
        return ""
    if isinstance(span, AllDay):
        days = f"{span.first:%-d %b %Y}"
        return days if span.first == span.last else f"{days} – {span.last:%-d %b %Y}"
    start, end = (edge.astimezone(zone_of(zone)) for edge in (span.start, span.end))
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%-d %b %Y %H:%M}"
    return f"{start:%-d %b %Y %H:%M} – {until}"


def now_in_utc() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)
