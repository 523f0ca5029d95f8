"""Time as the simulated tenant sees it: steerable by a test, never repeating a stamp.

Exchange stamps changes with 100 ns resolution, and clients sort by those stamps; a clock that gave two changes the same
stamp would hide ordering bugs, so stamps strictly increase.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

TICKS_PER_SECOND = 10_000_000
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (naive UTC throughout the package)
NEVER = "0001-01-01T00:00:00Z"


class Clock:
    """A clock in ticks of 100 ns since 1970, UTC; it runs with `read` (nanoseconds) plus whatever a test moved it by."""

    def __init__(self, read: Callable[[], int] = time.time_ns) -> None:
        self._read = read
        self._offset = 0
        self._last = 0

    def now(self) -> int:
        """Tell the time, in ticks."""
        return self._read() // 100 + self._offset

    def seconds(self) -> float:
        """Tell the time, in seconds since 1970."""
        return self.now() / TICKS_PER_SECOND

    def stamp(self) -> int:
        """Give a time, in ticks, later than every stamp before."""
        self._last = max(self.now(), self._last + 1)
        return self._last

    def moment(self) -> datetime:
        """Tell the time as a naive UTC datetime."""
        return _EPOCH + timedelta(microseconds=self.now() // 10)

    def advance(self, seconds: float) -> None:
        """Move the clock; it keeps running."""
        self._offset += round(seconds * TICKS_PER_SECOND)

    def set(self, moment: datetime) -> None:
        """Set the clock to an instant (aware, or naive meaning UTC); it keeps running from there."""
        self._offset += ticks_of(moment) - self.now()


def ticks_of(moment: datetime) -> int:
    """Convert a datetime (aware, or naive meaning UTC) to ticks."""
    naive = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    return ((naive - _EPOCH) // timedelta(microseconds=1)) * 10


def text_of(ticks: int) -> str:
    """Write ticks as Graph does: UTC, seven fractional digits, `Z`."""
    seconds, fraction = divmod(ticks, TICKS_PER_SECOND)
    return f"{(_EPOCH + timedelta(seconds=seconds)).isoformat()}.{fraction:07d}Z"
