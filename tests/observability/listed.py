"""What docs/metrics.md says: every metric, and how many values each label has at most."""

import re
from pathlib import Path

from observability.exposed import Metric

_PAGE = (Path(__file__).parents[2] / "docs/metrics.md").read_text("utf-8")
_METRIC = re.compile(
    r"^\| `(?P<name>[a-z_]+)` \| (?P<kind>[a-z]+) \| (?P<labels>[^|]*) \| (?P<meaning>.+) \|$", re.MULTILINE
)
_BOUND = re.compile(r"^\| (?P<labels>`[a-z_`, ]+`) \| [^|]+ \| (?P<most>\d+) \|$", re.MULTILINE)


def _words(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))


LISTED = {
    row["name"]: Metric(row["name"], row["kind"], _words(row["labels"]), row["meaning"])
    for row in _METRIC.finditer(_PAGE)
}
BOUNDED = {label: int(row["most"]) for row in _BOUND.finditer(_PAGE) for label in _words(row["labels"])}
