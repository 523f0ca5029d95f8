"""Every number that this connector counts, in one place. Labels are route templates and fixed words: never an id."""

from prometheus_client import CollectorRegistry, Counter, Histogram

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The connector's metrics in one registry; one set a process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Histogram(
            "espo_request_seconds",
            "Requests to EspoCRM by method, route template and status (0: no answer)",
            ["method", "route", "status"],
            buckets=_SECONDS,
            registry=registry,
        )
        self.records = Counter(
            "espo_records",
            "Records read, by what came of them: seen, gone, unchanged, denied or unreadable",
            ["result"],
            registry=registry,
        )
        self.looks = Counter(
            "espo_looks",
            "Looks by kind and by what came of them",
            ["kind", "result"],
            registry=registry,
        )
        self.look_seconds = Histogram(
            "espo_look_seconds",
            "Time that a look took, by kind",
            ["kind"],
            buckets=(*_SECONDS, 60, 120),
            registry=registry,
        )
        self.writes = Counter(
            "espo_writes",
            "Writes by kind and outcome",
            ["kind", "outcome"],
            registry=registry,
        )
        self.deferrals = Counter(
            "espo_deferrals", "Looks and writes put off, by what stood in the way", ["cause"], registry=registry
        )
        self.people_unknown = Counter(
            "espo_people_without_address",
            "Attendees that no event can name, because EspoCRM has no address for them or denies us the record",
            registry=registry,
        )
        self.webhooks = Counter(
            "espo_webhook_requests",
            "Webhook requests by result: accepted, or why they were refused",
            ["result"],
            registry=registry,
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note one request to EspoCRM."""
        self.requests.labels(method, route, status).observe(seconds)

    def deferred(self, cause: Exception) -> None:
        """Note that something was put off, by the kind of error that was the cause."""
        self.deferrals.labels(type(cause).__name__.lower()).inc()
