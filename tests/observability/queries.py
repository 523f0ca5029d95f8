"""Every query that is asked of Prometheus, read from what is committed: those of the panels and those of the rules."""

import json
from pathlib import Path
from typing import Any

import yaml

from tandem.monitoring.watches import GROUPS

FOLDER = Path(__file__).parents[2] / "k8s/monitoring"

PANELS: list[dict[str, Any]] = [
    panel
    for file in sorted((FOLDER / "dashboards").glob("*.json"))
    for panel in json.loads(file.read_text("utf-8"))["panels"]
    if panel["type"] != "row"
]

_SHOWN = (target["expr"] for panel in PANELS for target in panel["targets"])

_RECORDED = (
    rule["expr"]
    for group in yaml.safe_load((FOLDER / "rules.yaml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
    if "record" in rule
)

_MEASURED = (condition.value for group in GROUPS.values() for alert in group for condition in alert.conditions)
"""The measure of each condition of each alert, without its limit: beyond it there is mostly nothing."""

QUERIES: tuple[str, ...] = tuple(dict.fromkeys((*_SHOWN, *_RECORDED, *_MEASURED)))
