"""Both catalogues: every row is held by a test or says why not, and no marker names a row that is not there."""

from pathlib import Path

import pytest

from scenarios.report import RULES, SCENARIOS, Catalogue, Row, Standing, amiss, marked, rows, standing, table

HELD = Row("A-01", "create", "Somebody plans a meeting")
LEFT_OUT = Row("R-01", "recurrence", "Somebody plans a series", why_not="EspoCRM has none")


both = pytest.mark.parametrize("catalogue", [SCENARIOS, RULES], ids=["scenarios", "rules"])


@both
def test_every_row_has_a_test_or_a_reason_and_every_marker_a_row(catalogue: Catalogue) -> None:
    assert amiss(rows(catalogue), marked(catalogue)) == []


@both
def test_no_row_is_listed_twice(catalogue: Catalogue) -> None:
    ids = [row.id for row in rows(catalogue)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("catalogue", "tested", "said"),
    [
        ([HELD], ["A-01", "Z-99"], "Z-99: the catalogue has no such row"),
        ([HELD], [], "A-01: neither a test nor a reason"),
        ([LEFT_OUT], ["R-01"], "R-01: has a test, so its why_not is untrue"),
        ([Row("A-01", "create", "", limit="half of it")], [], "A-01: neither a test nor a reason"),
        ([Row("A-01", "create", "", why_not="no", limit="half")], [], "A-01: has a limit, but no test"),
    ],
)
def test_what_does_not_fit_is_said(catalogue: list[Row], tested: list[str], said: str) -> None:
    assert said in amiss(catalogue, tested)


@pytest.mark.parametrize(
    ("row", "outcomes", "stands"),
    [
        (HELD, ["passed", "passed"], Standing.PASSED),
        (HELD, ["passed", "failed"], Standing.FAILED),
        (HELD, ["skipped", "passed"], Standing.PASSED),
        (HELD, ["skipped"], Standing.SKIPPED),
        (HELD, [], Standing.FORGOTTEN),
        (LEFT_OUT, [], Standing.NOT_COVERED),
    ],
)
def test_a_row_stands_as_the_worst_of_its_tests(row: Row, outcomes: list[str], stands: Standing) -> None:
    assert standing(row, outcomes) is stands


def test_the_table_shows_every_row_with_its_reason_and_ends_with_the_counts() -> None:
    lines = list(table([HELD, LEFT_OUT], {"A-01": ["passed"]}))
    assert "  A-01  passed       Somebody plans a meeting" in lines
    assert "  R-01  not covered  Somebody plans a series [EspoCRM has none]" in lines
    assert lines[-1] == "1 passed, 1 not covered, of 2 rows"


def test_a_marker_is_found_wherever_it_stands(tmp_path: Path) -> None:
    (tmp_path / "test_marked.py").write_text(
        """
pytestmark = [mark.system, mark.scenario("L-01")]

@pytest.mark.scenario("A-01", "A-02")
def test_one(): ...

@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.scenario("A-03"))])
def test_two(x): ...
"""
    )
    assert marked(SCENARIOS, tmp_path) == {row: {"test_marked.py"} for row in ("L-01", "A-01", "A-02", "A-03")}


def test_a_rule_is_held_by_the_running_whole_alone(tmp_path: Path) -> None:
    for folder in ("unit", "system"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "test_rule.py").write_text('@pytest.mark.rule("M25")\ndef test_one(): ...\n')

    assert marked(RULES, tmp_path) == {"M25": {"system/test_rule.py"}}
