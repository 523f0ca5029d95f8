"""Every number this service tells Prometheus. Labels are kinds, never people or subjects."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from graph.errors import UnavailableError


class Metrics:
    """The service's counters, on one registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Histogram(
            "teams_graph_request_seconds",
            "Requests to Graph, by what for and by status (`lost`: no answer)",
            ["operation", "ended"],
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
            registry=registry,
        )
        self.writes = Counter(
            "teams_writes", "Requests carried out, by kind and outcome", ["kind", "outcome"], registry=registry
        )
        self.deferrals = Counter(
            "teams_deferrals", "Requests put off, by what stood in the way", ["cause"], registry=registry
        )

    def deferred(self, cause: UnavailableError) -> None:
        """Note that something was put off, by the kind of error that was the cause."""
        self.deferrals.labels(cause.kind).inc()

    def request(self, operation: str, ended: str, seconds: float) -> None:
        """Note one request to Graph."""
        self.requests.labels(operation, ended).observe(seconds)
