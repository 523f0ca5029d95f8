"""IANA's names of time zones, for services that never speak Windows names."""

from functools import lru_cache
from zoneinfo import available_timezones


@lru_cache(maxsize=1)
def iana_names() -> frozenset[str]:
    """Give the names of all zones. They are looked for once: that walks through hundreds of files and takes 20 ms."""
    return frozenset(available_timezones())
