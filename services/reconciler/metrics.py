"""Every number that the reconciler tells Prometheus. Labels are kinds, never people or subjects.

Counts that an alert looks at begin at nought, because Prometheus sees no increase in one that begins at one.
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import product

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from contracts.events import FIELDS
from reconciler.core.link import State
from reconciler.core.side import SideName, Verb

SIDES: tuple[SideName, ...] = ("outlook", "espo")
UNKNOWN = ("account", "feed", "link")
OUTCOMES = ("done", "conflicted", "vanished", "refused", "deferred", "meeting_ready")

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

LATENCY_BUCKETS = (0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 10, 15, 30, 60)
"""Seconds; the targets of the design are among them: 0.5, 1.5 and 3."""


class Metrics:
    """The reconciler's metrics, on one registry. What `reconciler.census` sets stands there."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.ignored = Counter(
            "reconciler_ignored", "Messages that concern nothing we know, by reason", ["reason"], registry=registry
        )
        self.decisions = Counter(
            "reconciler_decisions", "Decisions, by the state that they left a link in", ["state"], registry=registry
        )
        self.echoes = Counter(
            "reconciler_echoes",
            "Observations that told what was known: most are our own writes, seen as changes",
            ["side"],
            registry=registry,
        )
        self.wishes = Counter("reconciler_wishes", "Writes wished for", ["side", "verb"], registry=registry)
        self.conflicts = Counter("reconciler_conflicts", "Conflicts, by field", ["field"], registry=registry)
        self.outcomes = Counter("reconciler_outcomes", "Outcomes of writes", ["side", "outcome"], registry=registry)
        self.attempts = Histogram(
            "reconciler_write_attempts",
            "How many attempts a write took until it was done",
            ["side"],
            buckets=(1, 2, 3, 5, 10),
            registry=registry,
        )
        self.latency = Histogram(
            "reconciler_latency_seconds",
            "From the moment that the source changed, as that system tells it, to the confirmed write, by target",
            ["target"],
            buckets=LATENCY_BUCKETS,
            registry=registry,
        )
        self.units = Histogram(
            "reconciler_unit_seconds", "Time that a transaction took", buckets=_SECONDS, registry=registry
        )
        self.pool_wait = Histogram(
            "reconciler_pool_wait_seconds",
            "Time that a transaction waited for a connection to PostgreSQL",
            buckets=_SECONDS,
            registry=registry,
        )
        self._pool = Gauge(
            "reconciler_pool_connections", "Connections to PostgreSQL: used, idle", ["state"], registry=registry
        )
        self._pool_limit = Gauge(
            "reconciler_pool_limit", "Most connections to PostgreSQL that this process opens", registry=registry
        )
        self._begin_at_nought()

    def written(self, side: SideName, latency: timedelta | None, *, attempts: int) -> None:
        """Note a write that was done."""
        self.attempts.labels(side).observe(attempts)
        if latency is not None:
            self.latency.labels(side).observe(latency.total_seconds())

    def watch_pool(self, *, limit: int, open_now: Callable[[], int], idle_now: Callable[[], int]) -> None:
        """Tell of a pool at every scrape, how it stands at that moment."""
        self._pool_limit.set(limit)
        self._pool.labels("used").set_function(lambda: open_now() - idle_now())
        self._pool.labels("idle").set_function(idle_now)

    def _begin_at_nought(self) -> None:
        for reason in UNKNOWN:
            self.ignored.labels(f"unknown {reason}")
        for state in State:
            self.decisions.labels(state.value)
        for field in FIELDS:
            self.conflicts.labels(field)
        for side in SIDES:
            self.echoes.labels(side)
            self.latency.labels(side)
            self.attempts.labels(side)
        for target, outcome in product((*SIDES, "teams"), OUTCOMES):
            self.outcomes.labels(target, outcome)
        for target, verb in product((*SIDES, "teams"), Verb):
            self.wishes.labels(target, verb.value)
