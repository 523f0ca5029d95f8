"""Identifiers and secrets in EspoCRM's shapes.

A record id is PHP's `uniqid()` (13 hex digits of microseconds since the epoch) and four random ones, so ids sort by
creation: key-set paging and the tie-break of lists rest on that.
"""

import random
from uuid import UUID

from sandbox.espo.clock import Clock


class IdSource:
    """Gives ids that never repeat and always grow, whatever the clock does; `seed` makes a run repeatable."""

    def __init__(self, clock: Clock, seed: int | None = None) -> None:
        self._clock = clock
        self._random = random.Random(seed)
        self._last = 0

    def record_id(self) -> str:
        """Give an id of 17 lower-case hex digits, greater than every one before."""
        micros = max(int(self._clock.seconds() * 1_000_000), self._last + 1)
        self._last = micros
        seconds, fraction = divmod(micros, 1_000_000)
        return f"{seconds:08x}{fraction:05x}{self._random.getrandbits(16):04x}"

    def secret(self) -> str:
        """Give 32 hex digits: an API key, a webhook's secret, a token."""
        return f"{self._random.getrandbits(128):032x}"

    def uuid(self) -> str:
        """Give a random UUID of version 4: the `uid` of an event."""
        return str(UUID(int=self._random.getrandbits(128), version=4))
