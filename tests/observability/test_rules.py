"""The committed rules are what the code says, Prometheus accepts them, and each alert tells what to do."""

import re
import subprocess
from pathlib import Path

import pytest

from support.needed import program
from tandem.monitoring.output import files
from tandem.monitoring.watches import GROUPS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "k8s/monitoring"
ALERTS = [alert for group in GROUPS.values() for alert in group]
PLAYED = ("alerts.yaml", "alerts_over_days.yaml")
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def promtool(*words: str) -> subprocess.CompletedProcess[str]:
    """Run Prometheus' own checker."""
    return subprocess.run(  # noqa: S603  # a program of the system's
        [program("promtool"), *words], capture_output=True, text=True, check=False, cwd=Path(__file__).parent
    )


@pytest.mark.parametrize("name", sorted(files()))
def test_what_is_committed_is_what_the_code_says(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == files()[name], "run `python -m tandem.monitoring`"


def test_prometheus_accepts_the_rules() -> None:
    checked = promtool("check", "rules", str(FOLDER / "rules.yaml"))
    assert checked.returncode == 0, checked.stderr


@pytest.mark.rule("M35")
@pytest.mark.scenario("O-11", "X-04")
def test_each_alert_fires_when_it_should_and_not_before() -> None:
    tested = promtool("test", "rules", *PLAYED)
    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_each_alert_has_been_seen_to_fire_in_those_tests() -> None:
    played = "".join((Path(__file__).parent / name).read_text("utf-8") for name in PLAYED)
    assert {alert.name for alert in ALERTS} == set(re.findall(r"alertname: (\w+)", played))


def test_each_alert_has_its_paragraph_in_the_runbook_and_each_paragraph_its_alert() -> None:
    headings = HEADING.findall((ROOT / "docs/runbook.md").read_text("utf-8"))
    assert {heading.lower().replace(" ", "-") for heading in headings} == {alert.anchor for alert in ALERTS}
