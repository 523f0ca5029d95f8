"""The numbers a bus user is judged by, beside FastStream's own.

FastStream counts what it received and published. It knows neither how far behind a consumer is, nor that a message was
parked rather than handled, and those two are what an operator is woken for.
"""

from collections.abc import Iterable
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)

PREFIX = "bus"
"""Of FastStream's metrics and of ours, so that they stand together."""

OUTCOMES = ("handled", "parked", "held")
"""What can come of a message; see `bus.consuming.handling`."""


class Metrics:
    """Our metrics in one registry; one set a process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.outcomes = Counter(
            "bus_outcomes",
            "Messages by what came of them: handled, parked (a dead letter) or held (it comes again)",
            ["topic", "outcome"],
            registry=registry,
        )
        self.handling = Histogram(
            "bus_handling_seconds",
            "Time that a handler took for one call: one message, or one batch",
            ["group"],
            registry=registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
        )
        self.lag = Gauge(
            "bus_lag_messages",
            "Messages on the partition that this consumer has not handled yet",
            ["group", "topic", "partition"],
            registry=registry,
        )

    def expect(self, topics: Iterable[str]) -> None:
        """Begin the counts of these topics at nought: Prometheus sees no increase in a count that begins at one."""
        for topic in topics:
            for outcome in OUTCOMES:
                self.outcomes.labels(topic, outcome)


def describe_process(registry: CollectorRegistry, service: str) -> None:
    """Tell of the process itself: memory, processor time, open files, start; and which build of which service it is."""
    # A time series beside every count, saying only when the process began to count.
    disable_created_metrics()  # type: ignore[no-untyped-call]
    ProcessCollector(registry=registry)
    Info("tandem_build", "Which service this process is, and of which version", registry=registry).info(
        {"service": service, "version": version("tandem")}
    )
