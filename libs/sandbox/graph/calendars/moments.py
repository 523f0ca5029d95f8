"""A start or an end: a wall-clock time, the zone it was said in, and the instant that this means.

Exchange keeps the zone of creation beside the instant; answers are converted to the zone that the caller prefers,
except for all-day events, whose midnights are labels and are never converted (Microsoft docs issues 6003 and 16798).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.graph.calendars.zones import zone_named
from sandbox.graph.errors import bad_body, bad_query


@dataclass(frozen=True, slots=True)
class Moment:
    """`local` is naive wall-clock time in `zone` (the name as given); `utc` is the naive UTC instant."""

    local: datetime
    zone: str
    utc: datetime

    @classmethod
    def at(cls, local: datetime, zone: str) -> "Moment":
        """Say a wall-clock time in a zone. Raises GraphError 400 for an unknown zone."""
        utc = local if zone == "UTC" else to_utc(local, zone)
        return cls(local, zone, utc)

    @property
    def is_midnight(self) -> bool:
        """Tell whether a day begins at this wall-clock time."""
        return self.local.time() == datetime.min.time()

    def moved_to(self, local: datetime) -> "Moment":
        """Say another wall-clock time in the same zone."""
        return Moment.at(local, self.zone)

    def shown(self, zone: str | None, *, all_day: bool) -> dict[str, str]:
        """Write as a dateTimeTimeZone in the preferred zone (default UTC), seven fractional digits, no offset."""
        label = zone or "UTC"
        if all_day:
            local = self.local
        elif label == "UTC":
            local = self.utc
        elif label == self.zone:
            local = self.local
        else:
            local = self.utc.replace(tzinfo=UTC).astimezone(zone_named(label)).replace(tzinfo=None)
        return {"dateTime": f"{local.isoformat(timespec='microseconds')}0", "timeZone": label}


def to_utc(local: datetime, zone: str) -> datetime:
    """Convert naive wall-clock time in a zone to naive UTC."""
    return local.replace(tzinfo=zone_named(zone)).astimezone(UTC).replace(tzinfo=None)


def read_moment(value: Any, name: str) -> Moment:
    """Read a dateTimeTimeZone. Raises GraphError 400 for other shapes, unreadable times and unknown zones."""
    if not isinstance(value, dict) or not isinstance(value.get("dateTime"), str):
        raise bad_body(f"The property '{name}' must be a dateTimeTimeZone with a string 'dateTime'.")
    if unknown := [key for key in value if key not in {"dateTime", "timeZone"} and "@" not in key]:
        raise bad_body(f"The property '{unknown[0]}' does not exist on type 'microsoft.graph.dateTimeTimeZone'.")
    zone = value.get("timeZone")
    if not isinstance(zone, str | None):
        raise bad_body(f"The property '{name}/timeZone' must be a string.")
    zone_named(zone or "")
    return Moment.at(_read_local(value["dateTime"], zone or "", name), zone or "")


def read_instant(text: str, name: str) -> datetime:
    """Read a query's instant: ISO 8601, no offset means UTC; naive UTC comes back. Raises GraphError 400."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad_query(f"The value '{text}' of parameter '{name}' is not a date and time.") from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def days(count: int) -> timedelta:
    """Name a span of whole days."""
    return timedelta(days=count)


def _read_local(text: str, zone: str, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad_body(f"Cannot convert the value '{text}' of '{name}/dateTime' to a date and time.") from None
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(zone_named(zone)).replace(tzinfo=None)
