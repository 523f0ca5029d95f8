"""The table of `make bench`: what is reached, what is missed, and what was not taken is told apart."""

import json
from pathlib import Path

import pytest
from tools.bench.report import markdown, write
from tools.bench.rows import Row, Target, percentile


@pytest.mark.parametrize(
    ("row", "met"),
    [
        (Row("rate", 500, "/s", Target(500)), True),
        (Row("rate", 499, "/s", Target(500)), False),
        (Row("delay", 1.5, "s", Target(1.5, "less")), True),
        (Row("delay", 1.6, "s", Target(1.5, "less")), False),
        (Row("rate", 72, "/s", Target(0.9, share=True), limit=80), True),
        (Row("rate", 71, "/s", Target(0.9, share=True), limit=80), False),
        (Row("rate", 71, "/s", Target(0.9, share=True)), None),
        (Row("rate", None, "/s", Target(500)), None),
        (Row("rate", 71, "/s"), None),
    ],
)
def test_a_target_is_compared_with_the_number_or_with_its_share_of_the_limit(row: Row, met: bool | None) -> None:
    assert row.met is met


def test_a_line_shows_value_target_and_share_of_the_limit() -> None:
    row = Row("push", 76.04, "events/s", Target(0.9, share=True), limit=80, note="one | two")

    assert (
        markdown([row]).splitlines()[2]
        == r"| push | 76 events/s | ≥ 90% of the limit | 95% of 80 | reached; one \| two |"
    )


def test_what_was_not_taken_has_no_number() -> None:
    assert "| pull | not taken | ≥ 600 |  | TimeoutError |" in markdown(
        [Row("pull", None, "", Target(600), note="TimeoutError")]
    )


def test_a_run_is_kept_as_json_and_as_a_table(tmp_path: Path) -> None:
    write([Row("push", 40, "events/s", Target(500), limit=80)], tmp_path / "build", "quick")

    kept = json.loads((tmp_path / "build/bench.json").read_text("utf-8"))
    assert kept["form"] == "quick"
    assert kept["rows"][0]["ratio"] == 0.5
    assert kept["rows"][0]["met"] is False
    assert (tmp_path / "build/bench.md").read_text("utf-8").startswith("| measure |")


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(number) for number in range(1, 101)]

    assert [percentile(values, share) for share in (0.5, 0.95, 0.99)] == [50, 95, 99]
    assert percentile([7.0], 0.99) == 7.0
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)
