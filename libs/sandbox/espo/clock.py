"""The simulator's time. EspoCRM's rules are about seconds (throttle, retries, `modifiedAt`), so tests must own them."""

from datetime import UTC, datetime, timedelta


class Clock:
    """UTC time that follows the machine's clock, or stands still at a given moment until it is moved.

    `frozen_at` is an aware datetime: tests that compare times give one. Without it the clock runs, and moving it only
    shifts it.
    """

    def __init__(self, frozen_at: datetime | None = None) -> None:
        self._frozen = frozen_at
        self._shift = timedelta()

    def now(self) -> datetime:
        """Give the present as an aware UTC datetime."""
        return self._frozen or datetime.now(UTC) + self._shift

    def seconds(self) -> float:
        """Give the present as seconds since the epoch."""
        return self.now().timestamp()

    def stamp(self) -> str:
        """Give the present as EspoCRM writes it: UTC, whole seconds, `YYYY-MM-DD HH:MM:SS`."""
        return self.now().strftime("%Y-%m-%d %H:%M:%S")

    def set(self, moment: datetime) -> None:
        """Move to `moment` (aware); a running clock goes on running from there."""
        if self._frozen is None:
            self._shift = moment - datetime.now(UTC)
        else:
            self._frozen = moment

    def advance(self, seconds: float) -> None:
        """Move forward, or back with a negative number."""
        self.set(self.now() + timedelta(seconds=seconds))
