"""What is promised, and how fast the promise is being used up.

An objective leaves a budget: of a hundred changes one may be late. Alerts look at how fast that budget is spent, over a long
window so that little things wake nobody and a short one so that what is over is over (Google, "The Site Reliability
Workbook", chapter 5, "Alerting on SLOs").
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tandem.monitoring.promql import increase, rate

LATE_AFTER_SECONDS = 3.0
"""The design's slowest target: 99 % of EspoCRM's changes are in Outlook within 3 s, by sweeps alone."""

WINDOWS = ("5m", "30m", "1h", "6h", "3d")

Counting = Callable[[str, Sequence[str], str], str]
"""`promql.rate` or `promql.increase`."""


@dataclass(frozen=True, slots=True)
class Objective:
    """A promise about a share of something, kept for each value of `label`. `bad` and `all` count within a window."""

    name: str
    words: str
    share: float
    label: str
    bad: Callable[[Counting, str], str]
    all: Callable[[Counting, str], str]

    @property
    def budget(self) -> float:
        """The share that may go wrong."""
        return round(1 - self.share, 6)

    def recorded(self, window: str) -> str:
        """Name the recorded share that went wrong within a window."""
        return f"{self.label}:tandem_{self.name}:ratio_rate{window}"

    def ratio(self, window: str) -> str:
        """Count the share that went wrong; 0 where nothing happened."""
        return f"({self.bad(rate, window)}) / clamp_min({self.all(rate, window)}, 1e-9)"

    def burn(self, window: str) -> str:
        """Tell how many times faster than allowed the budget is spent: at 1 it lasts for exactly the period."""
        return f"{self.recorded(window)} / {self.budget}"


@dataclass(frozen=True, slots=True)
class Burn:
    """A speed of spending that somebody should know of."""

    times: float
    long: str
    short: str
    severity: str


BURNS = (
    Burn(14.4, "1h", "5m", "page"),
    Burn(6, "6h", "30m", "page"),
    Burn(1, "3d", "6h", "ticket"),
)
"""2 % of a month's budget in an hour, 5 % in six hours, 10 % in three days."""

FEWEST_BAD = 5
"""In a quiet hour one late change is a large share; so few wake nobody."""

_ALL = "reconciler_latency_seconds_count"
_IN_TIME = f'reconciler_latency_seconds_bucket{{le="{LATE_AFTER_SECONDS}"}}'
_REFUSED = 'reconciler_outcomes_total{outcome="refused"}'
_ENDED = 'reconciler_outcomes_total{outcome=~"done|meeting_ready|refused"}'

TIMELY = Objective(
    name="late",
    words=f"99 % of changes are written to the other side within {LATE_AFTER_SECONDS:g} s",
    share=0.99,
    label="target",
    bad=lambda count, window: f"{count(_ALL, ('target',), window)} - {count(_IN_TIME, ('target',), window)}",
    all=lambda count, window: count(_ALL, ("target",), window),
)

ACCEPTED = Objective(
    name="refused",
    words="99 % of writes that come to an end are carried out",
    share=0.99,
    label="side",
    bad=lambda count, window: count(_REFUSED, ("side",), window),
    all=lambda count, window: count(_ENDED, ("side",), window),
)

OBJECTIVES = (TIMELY, ACCEPTED)


def bad_count(objective: Objective, window: str) -> str:
    """Count how many went wrong within a window."""
    return objective.bad(increase, window)
