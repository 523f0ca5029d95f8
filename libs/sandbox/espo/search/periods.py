"""Date conditions that need a calendar: `today`, `lastXDays`, `on`, and day values on moments (`dateTime: true`).

Source: EspoCRM's `Core/Select/Where/DateTimeItemTransformer.php`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.espo.records.inputs import STAMP

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_DAY_LENGTH = 10
Range = tuple[str | None, str | None]  # first and last moment in EspoCRM's form, None for open

_RELATIVE: dict[str, Callable[[date, int], tuple[date | None, date | None]]] = {
    "today": lambda day, _: (day, day),
    "past": lambda day, _: (None, day - _DAY),
    "future": lambda day, _: (day + _DAY, None),
    "lastSevenDays": lambda day, _: (day - 7 * _DAY, day),
    "lastXDays": lambda day, days: (day - days * _DAY, day),
    "nextXDays": lambda day, days: (day, day + days * _DAY),
    "olderThanXDays": lambda day, days: (None, day - (days + 1) * _DAY),
    "afterXDays": lambda day, days: (day + (days + 1) * _DAY, None),
    "currentMonth": lambda day, _: (day.replace(day=1), _next_month(day) - _DAY),
    "nextMonth": lambda day, _: (_next_month(day), _next_month(_next_month(day)) - _DAY),
    "lastMonth": lambda day, _: ((day.replace(day=1) - _DAY).replace(day=1), day.replace(day=1) - _DAY),
    "ever": lambda _, __: (None, None),
}
RELATIVE_TYPES = frozenset(_RELATIVE)


def relative(kind: str, value: Any, now: datetime, zone: str, *, moments: bool) -> Range:
    """Give the range of a relative type; `moments` says whether the attribute holds moments or days."""
    if moments and kind in ("past", "future"):
        stamp = now.astimezone(UTC).strftime(STAMP)
        return (None, stamp) if kind == "past" else (stamp, None)
    days = int(value) if str(value or "").lstrip("-").isdigit() else 0
    first, last = _RELATIVE[kind](now.astimezone(ZoneInfo(zone)).date(), days)
    if not moments:
        return (first.isoformat() if first else None, last.isoformat() if last else None)
    return (_start(first, zone) if first else None, _end(last, zone) if last else None)


def day_range(value: str, zone: str) -> tuple[str, str]:
    """Give the first and the last second of a day in a zone."""
    day = date.fromisoformat(value[:_DAY_LENGTH])
    return _start(day, zone), _end(day, zone)


def is_day(value: Any) -> bool:
    """Say whether a value is a day without hours."""
    return isinstance(value, str) and len(value) == _DAY_LENGTH


def _next_month(day: date) -> date:
    return (day.replace(day=28) + 4 * _DAY).replace(day=1)


def _start(day: date, zone: str) -> str:
    return _stamp(datetime.combine(day, datetime.min.time(), ZoneInfo(zone)))


def _end(day: date, zone: str) -> str:
    return _stamp(datetime.combine(day + _DAY, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC) - _SECOND)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(STAMP)
