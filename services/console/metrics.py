"""Every number that the console counts. Labels are route templates and fixed words: never a person."""

from prometheus_client import CollectorRegistry, Counter, Histogram


class Metrics:
    """The console's metrics in one registry; one set a process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.pages = Histogram(
            "tandem_console_page_seconds",
            "Time until a page was answered, by route template, method and status",
            ["route", "method", "status"],
            registry=registry,
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )
        self.sign_ins = Counter(
            "tandem_console_sign_ins",
            "Attempts to sign in, by what came of them: in, refused, second_factor, held_back or unavailable",
            ["result"],
            registry=registry,
        )
        self.consents = Counter(
            "tandem_console_consents",
            "Consents, by what came of them: given, or why not",
            ["result"],
            registry=registry,
        )
        self.requests = Counter(
            "tandem_console_requests",
            "Requests to our services, by service and status (none: no answer)",
            ["service", "status"],
            registry=registry,
        )

    def request(self, service: str, status: str) -> None:
        """Count a request to one of our services."""
        self.requests.labels(service, status).inc()
