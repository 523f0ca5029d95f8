"""How long a message that failed waits before it comes again.

Redelivery without a pause repeats thousands of times a second, and a fixed pause lets every replica knock at the same
instant. The pause therefore doubles with each failure of the same message, up to a ceiling, and is shortened at random.
"""

import math
import random
from dataclasses import dataclass, field

_SHORTEST_SHARE = 0.5
_DOUBLINGS = 32


@dataclass(slots=True)
class Backoff:
    """Counts the failures of the message at the head of each partition; durations are in seconds."""

    first: float
    ceiling: float
    _failures: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)

    def pause_after_failure(self, topic: str, partition: int, offset: int) -> float:
        """Note that this message failed, and say how long its partition waits."""
        known, failures = self._failures.get((topic, partition), (offset, 0))
        failures = failures + 1 if known == offset else 1
        self._failures[topic, partition] = (offset, failures)
        longest = min(math.ldexp(self.first, min(failures - 1, _DOUBLINGS)), self.ceiling)
        return longest * random.uniform(_SHORTEST_SHARE, 1)  # noqa: S311  # spreads retries; no secret depends on it
