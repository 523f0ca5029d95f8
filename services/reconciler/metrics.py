"""Every number that the reconciler tells Prometheus. Labels are kinds, never people or subjects."""

from prometheus_client import CollectorRegistry, Counter


class Metrics:
    """The reconciler's counters, on one registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.ignored = Counter(
            "reconciler_ignored", "Messages that concern nothing we know, by reason", ["reason"], registry=registry
        )
        self.wishes = Counter("reconciler_wishes", "Writes wished for", ["side", "verb"], registry=registry)
        self.conflicts = Counter("reconciler_conflicts", "Conflicts, by field", ["field"], registry=registry)
        self.outcomes = Counter("reconciler_outcomes", "Outcomes of writes", ["side", "outcome"], registry=registry)
