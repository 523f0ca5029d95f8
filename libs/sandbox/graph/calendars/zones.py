"""The time zones that a mailbox understands, by Windows name and by IANA name.

Everything else is refused the way Exchange refuses it, because a client that invents a zone must find out here.
"""

from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from tzlocal.windows_tz import win_tz

from sandbox.graph.errors import GraphError

_SPECIAL = {"UTC": "UTC", "tzone://Microsoft/Utc": "UTC"}


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """Find a zone by Windows or IANA name. Raises GraphError 400 `TimeZoneNotSupportedException` for any other."""
    iana = _SPECIAL.get(name) or win_tz.get(name) or (name if name in _iana_names() else None)
    if iana is None:
        raise GraphError(
            400,
            "TimeZoneNotSupportedException",
            f"A valid TimeZone value must be specified. The following TimeZone value is not supported: '{name}'.",
        )
    return ZoneInfo(iana)


@lru_cache(maxsize=1)
def windows_names() -> tuple[str, ...]:
    """List the Windows names, `UTC` included, sorted."""
    return tuple(sorted({*win_tz, "UTC"}))


@lru_cache(maxsize=1)
def iana_names() -> tuple[str, ...]:
    """List the IANA names, sorted."""
    return tuple(sorted(_iana_names()))


@lru_cache(maxsize=1)
def _iana_names() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")
