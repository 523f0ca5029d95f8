"""How long to wait before EspoCRM is asked again after it failed.

The connector itself never waits: it says until when, and the reconciler's schedule does the waiting. What grows is the
distance of that moment, as long as failure follows failure; requests that fail together share one moment.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

FIRST = timedelta(seconds=5)
LONGEST = timedelta(seconds=60)


class Patience:
    """Remembers how long EspoCRM has been failing."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._wait = FIRST
        self._until: datetime | None = None

    def until(self, asked: timedelta | None = None) -> datetime:
        """Note a failure, and say when to try again; `asked` is what EspoCRM asked for itself, kept between the bounds."""
        now = self._now()
        if asked is not None:
            return now + min(max(asked, FIRST), LONGEST)
        if self._until is None or now >= self._until:
            self._until, self._wait = now + self._wait, min(self._wait * 2, LONGEST)
        return self._until

    def recovered(self) -> None:
        """Note an answer: the next failure is a first one again."""
        self._wait, self._until = FIRST, None
