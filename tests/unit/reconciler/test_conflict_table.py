"""The manual's conflict table, row by row: what it says is what the core does."""

import pytest

from reconciler.core.rules import Rules
from support.conflict_table import NOT_OF_A_PAIR, VARIED, Row, in_words, rows, situations


@pytest.mark.scenario("D-19", "D-20", "K-06")
@pytest.mark.parametrize("row", rows(), ids=lambda row: " · ".join(filter(None, row.situation)))
def test_what_the_manual_says_is_what_is_done(row: Row) -> None:
    assert in_words(row.decide()) == row.done


def test_the_manual_speaks_of_every_combination_once() -> None:
    assert sorted(row.situation for row in rows()) == sorted(situations())


def test_the_manual_gives_a_reason_for_every_row() -> None:
    assert [row.situation for row in rows() if len(row.why) < 10] == []


def test_every_setting_of_an_account_has_rows_or_a_reason_why_it_needs_none() -> None:
    assert {*VARIED, *NOT_OF_A_PAIR} == {*Rules.model_fields}
    assert VARIED.isdisjoint(NOT_OF_A_PAIR)
