"""How a catalogue stands: which row is held by a test, which is not and why.

One lists what users of calendar sync ran into, the other the rules of the product. A list that nobody checks goes stale, so
each row names either its tests, by the marker that they bear, or the reason why it has none; this module reads both and says
what is amiss.
"""

import ast
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A list of rows and the marker by which tests say that they hold one. Only tests in `folders` count; none named: all do."""

    title: str
    file: Path
    marker: str
    folders: frozenset[str] = frozenset()


SCENARIOS = Catalogue("scenario catalogue", Path(__file__).with_name("catalogue.toml"), "scenario")
RULES = Catalogue(
    "rules of the product, through the running whole",
    Path(__file__).with_name("rules.toml"),
    "rule",
    frozenset({"browser", "observability", "operations", "scenarios", "system"}),
)


class Standing(StrEnum):
    """How a row came out of a run."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_COVERED = "not covered"
    FORGOTTEN = "FORGOTTEN"


@dataclass(frozen=True, slots=True)
class Row:
    """One situation. `why_not` says why no test holds it; `limit` what part of it is not held although tests are there."""

    id: str
    chapter: str
    situation: str
    why_not: str = ""
    limit: str = ""


def rows(catalogue: Catalogue) -> list[Row]:
    """Read a catalogue: a table for each chapter, a row for each id. Raises TypeError for a key that a row does not have."""
    chapters = tomllib.loads(catalogue.file.read_text("utf-8"))
    return [Row(row, chapter, **said) for chapter, listed in chapters.items() for row, said in listed.items()]


def marked(catalogue: Catalogue, tests: Path = TESTS) -> dict[str, set[str]]:
    """Find which files mark which rows, by row, without running anything."""
    found: dict[str, set[str]] = {}
    for path in sorted(tests.rglob("test_*.py")):
        place = path.relative_to(tests)
        if catalogue.folders and place.parts[0] not in catalogue.folders:
            continue
        for row in _ids_in(ast.parse(path.read_text("utf-8")), catalogue.marker):
            found.setdefault(row, set()).add(str(place))
    return found


def amiss(catalogue: Sequence[Row], tested: Iterable[str]) -> list[str]:
    """Say in words what does not fit: unknown rows, rows that were forgotten, reasons that have become untrue."""
    known, tested = {row.id: row for row in catalogue}, set(tested)
    return [
        *(f"{row}: the catalogue has no such row" for row in sorted(tested - known.keys())),
        *(f"{row.id}: neither a test nor a reason" for row in catalogue if _forgotten(row, tested)),
        *(f"{row.id}: has a test, so its why_not is untrue" for row in catalogue if row.why_not and row.id in tested),
        *(f"{row.id}: has a limit, but no test" for row in catalogue if row.limit and row.id not in tested),
    ]


def standing(row: Row, outcomes: Sequence[str]) -> Standing:
    """Say how a row stands after its tests ended in these words of pytest's."""
    if not outcomes:
        return Standing.NOT_COVERED if row.why_not else Standing.FORGOTTEN
    if "failed" in outcomes:
        return Standing.FAILED
    return Standing.PASSED if "passed" in outcomes else Standing.SKIPPED


def table(catalogue: Sequence[Row], outcomes: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Write every row with its standing, chapter by chapter, and then the counts."""
    counts: Counter[Standing] = Counter()
    chapter = ""
    for row in catalogue:
        if row.chapter != chapter:
            chapter = row.chapter
            yield f"\n{chapter}"
        stands = standing(row, outcomes.get(row.id, ()))
        counts[stands] += 1
        yield f"  {row.id:5} {stands:12} {row.situation}{_remark(row)}"
    yield ""
    yield (
        ", ".join(f"{counts[stands]} {stands}" for stands in Standing if counts[stands]) + f", of {len(catalogue)} rows"
    )


def _forgotten(row: Row, tested: set[str]) -> bool:
    return not row.why_not and row.id not in tested


def _remark(row: Row) -> str:
    return f" [{row.why_not or row.limit}]" if row.why_not or row.limit else ""


def _ids_in(tree: ast.AST, marker: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == marker:
            yield from (ast.literal_eval(argument) for argument in node.args)
