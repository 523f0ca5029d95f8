"""How long a side is left alone after it could not take a write."""

from datetime import UTC, datetime, timedelta

_LONGEST = timedelta(minutes=10)


def rest(until: datetime, attempts: int) -> datetime:
    """When to try again: not before the side wants it, and later with every attempt."""
    growing = min(_LONGEST, timedelta(seconds=2 ** min(attempts, 16)))
    return max(until, datetime.now(UTC) + growing)
