"""Writes rules as Prometheus reads them from a file, and as its operator reads them from Kubernetes."""

from typing import Any

from tandem.monitoring.alerts import RUNBOOK, Alert
from tandem.monitoring.promise import OBJECTIVES, WINDOWS
from tandem.monitoring.watches import GROUPS


def rules() -> dict[str, Any]:
    """Give the content of a rule file: what is recorded, then every alert."""
    alerts = [{"name": f"tandem-{name}", "rules": [_rule(alert) for alert in group]} for name, group in GROUPS.items()]
    return {"groups": [_recorded(), *alerts]}


def resource() -> dict[str, Any]:
    """Give the same rules as a PrometheusRule of the Prometheus Operator."""
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "tandem", "labels": {"app.kubernetes.io/part-of": "tandem"}},
        "spec": rules(),
    }


def _recorded() -> dict[str, Any]:
    return {
        "name": "tandem-recorded",
        "rules": [
            {"record": objective.recorded(window), "expr": objective.ratio(window)}
            for objective in OBJECTIVES
            for window in WINDOWS
        ],
    }


def _rule(alert: Alert) -> dict[str, Any]:
    return {
        "alert": alert.name,
        "expr": alert.expression,
        "for": alert.after,
        "labels": {"severity": alert.severity, **alert.labels},
        "annotations": {"summary": alert.summary, "runbook_url": f"{RUNBOOK}#{alert.anchor}"},
    }
