"""How often a password may be guessed.

The EspoCRM connector passes on only a few failures a minute, because EspoCRM would otherwise shut it out, and with it the sync.
Those few are everybody's. So one address may not use them up, and nobody may try one name again and again for long.
"""

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

_MOST_KEYS = 10_000
"""What a flood of made-up names may cost in memory; the oldest are forgotten first."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures in so many seconds."""

    failures: int
    seconds: float


OF_A_NAME = Limit(6, 900)
OF_AN_ADDRESS = Limit(4, 60)


class Attempts:
    """Counts the failed sign-ins of this process, by `clock` in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._taken: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, name: str, address: str) -> float:
        """Take one attempt and give 0, or give the seconds until there is one again.

        It counts as a failure until it is given back, so that many at once are no way around the limit.
        """
        now = self._clock()
        counted = _counted(name, address)
        if wait := max(self._left(key, limit, now) for key, limit in counted):
            return wait
        for key, limit in counted:
            self._taken.setdefault(key, deque(maxlen=limit.failures)).append(now)
            self._taken.move_to_end(key)
        while len(self._taken) > _MOST_KEYS:
            self._taken.popitem(last=False)
        return 0.0

    def give_back(self, name: str, address: str) -> None:
        """Forget the latest attempt, which was no failure."""
        for key, _ in _counted(name, address):
            if times := self._taken.get(key):
                times.pop()

    def _left(self, key: str, limit: Limit, now: float) -> float:
        times = self._taken.get(key)
        if times is None or len(times) < limit.failures:
            return 0.0
        return max(0.0, times[0] + limit.seconds - now)


def _counted(name: str, address: str) -> tuple[tuple[str, Limit], ...]:
    return (f"name {name.casefold()}", OF_A_NAME), (f"address {address}", OF_AN_ADDRESS)
