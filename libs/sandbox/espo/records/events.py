"""The hours of events: what EspoCRM computes from all-day dates, and how an end follows its start.

All-day events have their dates in the calendar of the *system* zone; the hours are recomputed on every save, which is
why a change of zone shows at the next save of any field.
Source: EspoCRM's `Core/Repositories/Event.php` and `BeforeUpdatePreserveDuration`, as observed on real instances.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.espo.records.inputs import STAMP

_DAY = timedelta(days=1)
_SHORT_STAMP = 16


def parse(stamp: str) -> datetime:
    """Read a moment in EspoCRM's form, seconds optional."""
    return datetime.fromisoformat(stamp).replace(tzinfo=UTC)


def write(moment: datetime) -> str:
    """Write a moment in EspoCRM's form."""
    return moment.astimezone(UTC).strftime(STAMP)


def duration(values: Mapping[str, Any]) -> int | None:
    """Give the seconds from start to end; None while either is missing."""
    start, end = values.get("dateStart"), values.get("dateEnd")
    return int((parse(end) - parse(start)).total_seconds()) if start and end else None


def keep_duration(before: Mapping[str, Any], values: dict[str, Any], given: Mapping[str, Any]) -> None:
    """Move the end of an event whose start was moved, unless the request says where it ends."""
    if "dateEnd" in given or "dateEndDate" in given:
        return
    old_day, new_day, last_day = before.get("dateStartDate"), values.get("dateStartDate"), before.get("dateEndDate")
    if new_day != old_day:
        if new_day and old_day and last_day:
            length = date.fromisoformat(last_day) - date.fromisoformat(old_day)
            values["dateEndDate"] = (date.fromisoformat(new_day) + length).isoformat()
        return
    old, new, end = before.get("dateStart"), values.get("dateStart"), before.get("dateEnd")
    if new != old and new and old and end:
        values["dateEnd"] = write(parse(new) + (parse(end) - parse(old)))


def settle_days(values: dict[str, Any], zone: str, *, flag_decides: bool) -> None:
    """Compute the hours of an all-day event from its dates; `flag_decides` is how 10.0 treats `isAllDay`.

    The end is midnight of the last day in the system zone plus 24 hours of UTC: an hour off where clocks change.
    """
    if flag_decides and values.get("isAllDay") is False:
        values["dateStartDate"] = values["dateEndDate"] = None
    if first := values.get("dateStartDate"):
        values["dateStart"] = write(_midnight(first, zone))
    if last := values.get("dateEndDate"):
        values["dateEnd"] = write(_midnight(last, zone).astimezone(UTC) + _DAY)


def full_stamps(values: dict[str, Any]) -> None:
    """Give the 16-character moments of input their seconds, as the database does."""
    for name in ("dateStart", "dateEnd"):
        stamp = values.get(name)
        if isinstance(stamp, str) and len(stamp) == _SHORT_STAMP:
            values[name] = f"{stamp}:00"


def _midnight(day: str, zone: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), ZoneInfo(zone))
