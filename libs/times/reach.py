"""Which dates an event may have. What lies outside would leave Python's calendar as soon as a day or a zone is added."""

from datetime import date, datetime

EARLIEST, LATEST = 1601, 4500
"""The years that Outlook's calendar knows (Microsoft support, "Outlook date range": from April 1601 to August 4500)."""


def within_reach(day: date | datetime) -> None:
    """See that an event may be there. Raises ValueError."""
    if not EARLIEST <= day.year <= LATEST:
        raise ValueError(f"the year is not between {EARLIEST} and {LATEST}")
