"""Every number this connector tells Prometheus. Labels are kinds, never people or subjects."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from contracts.changes import EventLookDeferred, OutlookSkipped
from graph.errors import UnavailableError
from outlook_connector.changes import Change

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The connector's counters, on one registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Histogram(
            "outlook_graph_request_seconds",
            "Requests to Graph, by what for and by status (`lost`: no answer)",
            ["operation", "ended"],
            buckets=_SECONDS,
            registry=registry,
        )
        self.changes = Counter("outlook_changes", "Changes published, by kind and reason", ["kind"], registry=registry)
        self.looks = Counter("outlook_looks", "Looks carried out, by answer", ["answer"], registry=registry)
        self.look_seconds = Histogram(
            "outlook_look_seconds",
            "Time that a look took, by kind",
            ["kind"],
            buckets=(*_SECONDS, 60, 120),
            registry=registry,
        )
        self.deferrals = Counter(
            "outlook_deferrals", "Looks and writes put off, by what stood in the way", ["cause"], registry=registry
        )
        self.writes = Counter(
            "outlook_writes", "Writes carried out, by kind and outcome", ["kind", "outcome"], registry=registry
        )
        self.notices = Counter("outlook_notices", "Notices published, by kind", ["kind"], registry=registry)
        self.echoes = Counter(
            "outlook_notifications_echoed",
            "Notifications of nothing but a write of this replica's own, which are not passed on",
            registry=registry,
        )
        self.refused_notifications = Counter(
            "outlook_notifications_refused",
            "Notifications not believed or not understood, by reason",
            ["reason"],
            registry=registry,
        )

        self.secret_expiry = Gauge(
            "outlook_client_secret_expiry_timestamp_seconds",
            "When our application's secret at Microsoft ends; 0 where nobody has said so",
            registry=registry,
        )

        self.grants_used = Counter(
            "outlook_grant_uses",
            "Grants, by what came of their use: renewed, lost or unreadable",
            ["result"],
            registry=registry,
        )
        self._grants = Gauge(
            "outlook_grants", "Grants that people have given, good and lost; every replica knows all", registry=registry
        )
        self.older_grants = Gauge(
            "outlook_grants_of_older_keys",
            "Grants that the first of our keys does not open: while there are any, no key may be taken away",
            registry=registry,
        )
        for result in ("renewed", "lost", "unreadable"):
            self.grants_used.labels(result)

    def watch_grants(self, count: Callable[[], int]) -> None:
        """Tell at every scrape how many grants there are."""
        self._grants.set_function(count)

    def secret_ends(self, day: date | None) -> None:
        """Tell on which day the application's secret ends, if that is known."""
        if day is not None:
            self.secret_expiry.set(datetime.combine(day, time.min, UTC).timestamp())

    def request(self, operation: str, ended: str, seconds: float) -> None:
        """Note one request to Graph."""
        self.requests.labels(operation, ended).observe(seconds)

    def deferred(self, cause: UnavailableError) -> None:
        """Note that something was put off, by the kind of error that was the cause."""
        self.deferrals.labels(cause.kind).inc()

    def change(self, change: Change | EventLookDeferred) -> None:
        """Note one change."""
        reason = change.reason if isinstance(change, OutlookSkipped) else None
        self.changes.labels(f"{change.kind}:{reason}" if reason else change.kind).inc()
