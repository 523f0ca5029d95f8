"""Every number this connector tells Prometheus. Labels are kinds, never people or subjects."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from contracts.changes import EventLookDeferred, OutlookSkipped
from outlook_connector.changes import Change


class Metrics:
    """The connector's counters, on one registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Histogram(
            "outlook_graph_request_seconds",
            "Requests to Graph, by what for and by status (`lost`: no answer)",
            ["operation", "ended"],
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
            registry=registry,
        )
        self.changes = Counter("outlook_changes", "Changes published, by kind and reason", ["kind"], registry=registry)
        self.looks = Counter("outlook_looks", "Looks carried out, by answer", ["answer"], registry=registry)
        self.writes = Counter(
            "outlook_writes", "Writes carried out, by kind and outcome", ["kind", "outcome"], registry=registry
        )
        self.notices = Counter("outlook_notices", "Notices published, by kind", ["kind"], registry=registry)
        self.refused_notifications = Counter(
            "outlook_notifications_refused",
            "Notifications not believed or not understood, by reason",
            ["reason"],
            registry=registry,
        )

    def request(self, operation: str, ended: str, seconds: float) -> None:
        """Note one request to Graph."""
        self.requests.labels(operation, ended).observe(seconds)

    def change(self, change: Change | EventLookDeferred) -> None:
        """Note one change."""
        reason = change.reason if isinstance(change, OutlookSkipped) else None
        self.changes.labels(f"{change.kind}:{reason}" if reason else change.kind).inc()
