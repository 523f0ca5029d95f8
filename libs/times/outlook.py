"""Times as Outlook writes them: a wall-clock time without an offset, beside the name of a zone (Graph's `dateTimeTimeZone`).

Such a pair cannot say which of the two 02:30 of an autumn night is meant, so a time that would be read back as
another instant is written in UTC instead.
"""

from datetime import UTC, date, datetime
from typing import NamedTuple

from times.zones import UnknownZoneError, windows_name, zone_named


class WallTime(NamedTuple):
    """A wall-clock time, ISO 8601 without an offset, and the zone whose wall the clock hangs on."""

    date_time: str
    time_zone: str


def instant(wall: WallTime) -> datetime:
    """Read a wall-clock time as an instant in UTC.

    Graph writes seven fractional digits, of which the last is cut off here. Should the time carry an offset of its
    own, that offset is believed. Of a time that occurs twice the first is meant; one that a change of clocks skips is
    read as if the clocks had not been changed yet.

    Raises:
        UnknownZoneError: the zone has no known name.
        ValueError: the time is not ISO 8601, or lies outside the years 1 to 9999.

    """
    moment = datetime.fromisoformat(wall.date_time)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone_named(wall.time_zone))
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{wall.date_time} is beyond the calendar") from error


def wall_time(moment: datetime, zone: str) -> WallTime:
    """Write an instant as a person in `zone` (IANA or Windows name) sees it, for Outlook.

    Outlook gets the Windows name of the zone; UTC where there is none, and where the wall clock would be ambiguous.
    """
    moment = moment.astimezone(UTC)
    name = _outlook_name(zone)
    if name is not None:
        local = moment.astimezone(zone_named(zone)).replace(tzinfo=None)
        wall = WallTime(local.isoformat(), name)
        if instant(wall) == moment:
            return wall
    return WallTime(moment.replace(tzinfo=None).isoformat(), "UTC")


def midnight(day: date, zone: str) -> WallTime:
    """Write a date as Outlook wants the ends of an all-day event: midnight, in the same zone for both ends."""
    return WallTime(f"{day.isoformat()}T00:00:00", _outlook_name(zone) or "UTC")


def day_of(wall: WallTime) -> date:
    """Read the date of an all-day event's end. Its zone is a label without meaning, so nothing is converted.

    Raises:
        ValueError: the time is not ISO 8601.

    """
    return datetime.fromisoformat(wall.date_time).date()


def _outlook_name(zone: str) -> str | None:
    """Name the zone in Windows' words, if that is the same clock."""
    try:
        return windows_name(zone_named(zone).key)
    except UnknownZoneError:
        return None
