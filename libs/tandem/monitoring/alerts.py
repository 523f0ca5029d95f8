"""An alert: what is measured, when it is too much, for how long, and who should know.

The measure stands apart from its limit, so that a test can ask Prometheus for the measure of every alert: one that returns
nothing would never fire, and nobody would notice.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

RUNBOOK = "docs/runbook.md"


@dataclass(frozen=True, slots=True)
class Condition:
    """A measure and its limit: `value` is a query, `limit` a comparison such as `> 0`."""

    value: str
    limit: str

    def __str__(self) -> str:
        """Write it as Prometheus reads it."""
        return f"({self.value}) {self.limit}"


@dataclass(frozen=True, slots=True)
class Alert:
    """Fires when all conditions have held for a while. `severity`: page (wake somebody) or ticket (in working hours)."""

    name: str
    summary: str
    severity: str
    conditions: tuple[Condition, ...]
    after: str = "0s"
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def expression(self) -> str:
        """The condition as Prometheus reads it."""
        return " and ".join(map(str, self.conditions))

    @property
    def anchor(self) -> str:
        """The heading of the runbook that tells what to do, as a link names it: `LagGrowing` is `lag-growing`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", self.name).lower()


def alert(
    name: str, value: str, limit: str, *, summary: str, severity: str = "ticket", after: str = "0s", **labels: str
) -> Alert:
    """Write an alert with one condition."""
    return Alert(name, summary, severity, (Condition(value, limit),), after, labels)
