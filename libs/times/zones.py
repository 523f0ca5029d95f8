"""Names of time zones, because Outlook speaks Windows names (`W. Europe Standard Time`) and everyone else speaks IANA names.

The table between the two is Unicode CLDR's, as kept by tzlocal. It loses detail on the way to Windows (Kyiv and Riga
share a name), so a zone is only ever translated for a message to Outlook and never read back as somebody's setting.
"""

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tzlocal.windows_tz import tz_win, win_tz

_WINDOWS = {name.lower(): iana for name, iana in win_tz.items()}
_MICROSOFT_UTC = "tzone://microsoft/utc"


class UnknownZoneError(ValueError):
    """A zone name that is neither IANA's nor Windows'."""


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """Find a zone by its Windows or IANA name.

    Outlook also writes `tzone://Microsoft/Utc`; its sibling `tzone://Microsoft/Custom` names no zone at all
    (Graph v1.0, event resource, originalStartTimeZone).

    Raises:
        UnknownZoneError: nobody knows this name.

    """
    key = name.strip().lower()
    if key == _MICROSOFT_UTC:
        return ZoneInfo("UTC")
    try:
        return ZoneInfo(_WINDOWS.get(key, name.strip()))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZoneError(f"no time zone is called {name!r}") from error


def windows_name(iana: str) -> str | None:
    """Translate an IANA zone name to the Windows one, or None where Windows has no such zone."""
    return tz_win.get(iana)
