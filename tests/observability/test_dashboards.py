"""Every query of every dashboard and rule asks for metrics that exist, and every panel says what it shows, in which unit."""

import json
import re
from collections import Counter

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from observability.exposed import SERVICES, metrics_of
from observability.queries import FOLDER, PANELS, QUERIES
from tandem.monitoring.panels import WIDTH
from tandem.monitoring.promise import OBJECTIVES, WINDOWS

NAMES = sorted(path.name for path in (FOLDER / "dashboards").glob("*.json"))

_NO_NAMES = re.compile(r'"[^"]*"|\[[^]]*]|\b(?:by|on|ignoring|group_left|without) \([^)]*\)|\{[^}]*}')
_NAME = re.compile(r"\b([a-z][a-z_:0-9]*_[a-z_:0-9]+)\b(?!\s*\()")


def names_in(query: str) -> set[str]:
    """The metrics that a query names."""
    return set(_NAME.findall(_NO_NAMES.sub("", query)))


def known_names() -> set[str]:
    """Every series that exists: metrics, the parts of histograms, what rules record."""
    names = {name for service in SERVICES for name in metrics_of(service)}
    parts = {f"{name}_{part}" for name in names for part in ("bucket", "count", "sum")}
    return names | parts | {objective.recorded(window) for objective in OBJECTIVES for window in WINDOWS}


def test_every_query_names_metrics() -> None:
    assert [query for query in QUERIES if not names_in(query) and "ALERTS" not in query] == []


def test_every_query_names_only_metrics_that_exist() -> None:
    known = known_names()
    assert {query: unknown for query in QUERIES if (unknown := names_in(query) - known)} == {}


def test_every_panel_says_in_a_sentence_what_it_shows() -> None:
    assert [panel["title"] for panel in PANELS if not panel["description"].endswith(".")] == []


def test_every_panel_has_a_unit() -> None:
    assert [panel["title"] for panel in PANELS if not panel["fieldConfig"]["defaults"].get("unit")] == []


def test_every_line_has_a_name() -> None:
    drawn = [panel for panel in PANELS if panel["type"] == "timeseries"]
    assert [
        panel["title"] for panel in drawn if not all(target.get("legendFormat") for target in panel["targets"])
    ] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_dashboard_is_what_grafana_s_own_schema_reads(name: str) -> None:
    told = json.loads((FOLDER / "dashboards" / name).read_text("utf-8"))
    read = json.loads(JSONEncoder().encode(Dashboard.from_json(told)))
    assert read == told


@pytest.mark.parametrize("name", NAMES)
def test_no_two_panels_of_a_dashboard_lie_on_each_other(name: str) -> None:
    told = json.loads((FOLDER / "dashboards" / name).read_text("utf-8"))
    covered = Counter(
        (at["x"] + across, at["y"] + down)
        for at in (panel["gridPos"] for panel in told["panels"])
        for across in range(at["w"])
        for down in range(at["h"])
    )
    assert max(covered.values()) == 1
    assert max(x for x, _ in covered) < WIDTH


def test_every_dashboard_has_an_address_of_its_own() -> None:
    addresses = [json.loads((FOLDER / "dashboards" / name).read_text("utf-8"))["uid"] for name in NAMES]
    assert len(set(addresses)) == len(NAMES)
