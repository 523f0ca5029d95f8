"""Every metric that each service exposes, found by building what the service builds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from prometheus_client import CollectorRegistry, Info

from bus.broker import make_broker
from bus.settings import KafkaSettings
from bus.telling.metrics import describe_process
from console.metrics import Metrics as ConsoleMetrics
from espo_connector.metrics import Metrics as EspoMetrics
from outlook_connector.metrics import Metrics as OutlookMetrics
from reconciler.census import Census
from reconciler.core.brake import Brake
from reconciler.metrics import Metrics as ReconcilerMetrics
from reconciler.store import Database
from teams_meeting.metrics import Metrics as TeamsMetrics


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as Prometheus will name it."""

    name: str
    kind: str
    labels: tuple[str, ...]
    meaning: str


def _reconciler(registry: CollectorRegistry) -> None:
    Census(Database("", ReconcilerMetrics(registry), Brake(1, 1, timedelta(1))), registry, 1)


_OWN: Mapping[str, Callable[[CollectorRegistry], Any]] = {
    "outlook_connector": OutlookMetrics,
    "espo_connector": EspoMetrics,
    "teams_meeting": TeamsMetrics,
    "reconciler": _reconciler,
    "console": ConsoleMetrics,
}

SERVICES = tuple(_OWN)


def metrics_of(service: str) -> dict[str, Metric]:
    """Give every metric of a service, by name."""
    registry = CollectorRegistry()
    if service == "console":
        describe_process(registry, service)
    else:
        make_broker(KafkaSettings(kafka="127.0.0.1:1"), service, registry)
    _OWN[service](registry)
    return {metric.name: metric for collector in registry._collector_to_names for metric in _of(collector)}


def _of(collector: Any) -> list[Metric]:
    labels = tuple(collector._value if isinstance(collector, Info) else getattr(collector, "_labelnames", ()))
    described = collector.describe() if hasattr(collector, "describe") else collector.collect()
    return [
        Metric(_name(family), family.type, labels, family.documentation) for family in described or collector.collect()
    ]


def _name(family: Any) -> str:
    return str(family.name) + {"counter": "_total", "info": "_info"}.get(family.type, "")
