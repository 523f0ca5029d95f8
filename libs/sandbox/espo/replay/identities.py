"""Which recorded id is which of the simulator: ids, secrets and uids are random on both sides, so they are paired.

The pairing is one to one: a simulator that mixed two records up would not pass.
"""

import re
from typing import Any

_ID = re.compile(r"\b(?:[0-9a-f]{32}|[0-9a-f]{17}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b")
REDACTED = "0" * 32


class Identities:
    """The pairs found so far."""

    def __init__(self) -> None:
        self._simulated: dict[str, str] = {}
        self._taken: set[str] = set()

    def pair(self, recorded: str, simulated: str) -> None:
        """Pair two ids unless either has a partner already."""
        if recorded not in self._simulated and simulated not in self._taken:
            self._simulated[recorded] = simulated
            self._taken.add(simulated)

    def learn(self, recorded: Any, simulated: Any) -> None:
        """Pair the ids that stand at the same places of two values."""
        if isinstance(recorded, dict) and isinstance(simulated, dict):
            for key, value in recorded.items():
                self.learn(value, simulated.get(self.translate(key)))
        elif isinstance(recorded, list) and isinstance(simulated, list):
            if all(isinstance(each, str) for each in recorded):
                return
            for value, other in zip(recorded, simulated, strict=False):
                self.learn(value, other)
        elif _is_id(recorded) and _is_id(simulated) and recorded != REDACTED:
            self.pair(recorded, simulated)

    def translate(self, value: Any) -> Any:
        """Give a recorded value with the simulator's ids; ids without a partner stay."""
        if isinstance(value, str):
            return _ID.sub(lambda found: self._simulated.get(found[0], found[0]), value)
        if isinstance(value, list):
            return [self.translate(each) for each in value]
        if isinstance(value, dict):
            return {self.translate(key): self.translate(each) for key, each in value.items()}
        return value


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None
