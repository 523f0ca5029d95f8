"""The numbers a bus user is judged by, beside FastStream's own.

FastStream counts what it received and published. It knows neither how far behind a consumer is, nor that a message was
parked rather than handled, and those two are what an operator is woken for.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

PREFIX = "bus"
"""Of FastStream's metrics and of ours, so that they stand together."""


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
