"""Every number that this connector counts, in one place. Labels are route templates and fixed words: never an id."""

from prometheus_client import CollectorRegistry, Counter, Histogram


class Metrics:
    """The connector's metrics in one registry; one set a process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "tandem_espo_requests",
            "Requests to EspoCRM by method, route template and status (0: no answer)",
            ["method", "route", "status"],
            registry=registry,
        )
        self.request_seconds = Histogram(
            "tandem_espo_request_seconds",
            "Time until EspoCRM answered",
            ["method", "route"],
            registry=registry,
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
        )
        self.records = Counter(
            "tandem_espo_records",
            "Records read, by what came of them: seen, gone, unchanged, denied or unreadable",
            ["result"],
            registry=registry,
        )
        self.looks = Counter(
            "tandem_espo_looks",
            "Looks by kind and by what came of them",
            ["kind", "result"],
            registry=registry,
        )
        self.writes = Counter(
            "tandem_espo_writes",
            "Writes by kind and outcome",
            ["kind", "outcome"],
            registry=registry,
        )
        self.people_unknown = Counter(
            "tandem_espo_people_without_address",
            "Attendees that no event can name, because EspoCRM has no address for them or denies us the record",
            registry=registry,
        )
        self.webhooks = Counter(
            "tandem_espo_webhook_requests",
            "Webhook requests by result: accepted, or why they were refused",
            ["result"],
            registry=registry,
        )
