"""The manual's conflict table, row by row: what it says is what the core does."""

import pytest

from reconciler.core.rules import CONTESTED, ContestedField, Rules
from support.conflict_table import NOT_OF_A_PAIR, VARIED, Row, in_words, rows, situations

ELSEWHERE = "edited in another field"


def is_there_twice(row: Row) -> bool:
    return not {"absent", "created", "removed"} & {*row.situation}


@pytest.mark.scenario("D-19", "D-20", "K-06")
@pytest.mark.parametrize("row", rows(), ids=lambda row: " · ".join(filter(None, row.situation)))
def test_what_the_manual_says_is_what_is_done(row: Row) -> None:
    assert in_words(row.decide()) == row.done


@pytest.mark.parametrize("field", CONTESTED)
def test_a_row_holds_for_each_field_once_it_may_cross(field: ContestedField) -> None:
    of_any = [row for row in rows() if row.is_of_any_field and (field != "location" or ELSEWHERE not in row.situation)]
    assert len(of_any) > 100
    assert [(row, done) for row in of_any if (done := in_words(row.decide_of(field))) != row.done] == []


def test_of_a_private_event_that_is_known_as_busy_time_the_rows_hold_for_its_time() -> None:
    of_any = [row for row in rows() if row.is_of_any_field and is_there_twice(row) and ELSEWHERE not in row.situation]
    assert len(of_any) > 50
    assert [
        (row, done) for row in of_any if (done := in_words(row.decide_of("span", busy_only=True))) != row.done
    ] == []


def test_the_manual_speaks_of_every_combination_once() -> None:
    assert sorted(row.situation for row in rows()) == sorted(situations())


def test_the_manual_gives_a_reason_for_every_row() -> None:
    assert [row.situation for row in rows() if len(row.why) < 10] == []


def test_every_setting_of_an_account_has_rows_or_a_reason_why_it_needs_none() -> None:
    assert {*VARIED, *NOT_OF_A_PAIR} == {*Rules.model_fields}
    assert VARIED.isdisjoint(NOT_OF_A_PAIR)
