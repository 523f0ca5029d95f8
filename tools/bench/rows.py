"""What a measure tells: rows of a table, each a number with its unit, and where there are any its target and its limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Target:
    """What a number is to reach. `share` means that it is compared with the row's limit, not with the value itself."""

    bound: float
    better: Literal["more", "less"] = "more"
    share: bool = False

    def met_by(self, value: float) -> bool:
        """Tell whether a number is good enough."""
        return value >= self.bound if self.better == "more" else value <= self.bound

    def __str__(self) -> str:
        sign = "≥" if self.better == "more" else "≤"
        return f"{sign} {self.bound:.0%} of the limit" if self.share else f"{sign} {number(self.bound)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `limit` is what the same machine gave without the product in the same run, in the same unit.

    A `value` of None was not taken; `note` says why, or what the number is made of.
    """

    measure: str
    value: float | None
    unit: str
    target: Target | None = None
    limit: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The value as a share of its limit."""
        return self.value / self.limit if self.value is not None and self.limit else None

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without one, or without a number."""
        compared = self.ratio if self.target and self.target.share else self.value
        return None if self.target is None or compared is None else self.target.met_by(compared)


def number(value: float) -> str:
    """Write a number with three digits that mean something."""
    if value == round(value) and abs(value) < 1_000_000:  # noqa: PLR2004  # counts as they are
        return f"{value:,.0f}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value below which this share of the values lies (nearest rank). Raises ValueError where there are none."""
    if not values:
        raise ValueError("there is nothing to take a percentile of")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]
