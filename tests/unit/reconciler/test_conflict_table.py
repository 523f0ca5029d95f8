"""The manual's conflict table, row by row: what it says is what the core does."""

import pytest

from support.conflict_table import Row, in_words, rows, situations


@pytest.mark.scenario("D-19", "D-20", "K-06")
@pytest.mark.parametrize("row", rows(), ids=lambda row: " · ".join(filter(None, row.situation)))
def test_what_the_manual_says_is_what_is_done(row: Row) -> None:
    assert in_words(row.decide()) == row.done


def test_the_manual_speaks_of_every_combination_once() -> None:
    assert sorted(row.situation for row in rows()) == sorted(situations())


def test_the_manual_gives_a_reason_for_every_row() -> None:
    assert [row.situation for row in rows() if len(row.why) < 10] == []
