"""Events in neutral form: instants, dates and people that cannot be misread."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.events import AllDay, Attendee, Timed


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError):
        Timed(start=datetime(2026, 3, 2, 12), end=datetime(2026, 3, 2, 13))  # noqa: DTZ001 - the point of the test


def test_a_moment_of_any_zone_is_kept_in_utc() -> None:
    kolkata = timezone(timedelta(hours=5, minutes=30))
    span = Timed(start=datetime(2026, 3, 2, 12, tzinfo=kolkata), end=datetime(2026, 3, 2, 13, tzinfo=kolkata))
    assert span.start == datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
    assert span.start.tzinfo is UTC


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_whole_days_never_grow_or_shrink_on_the_way_to_an_exclusive_end_and_back(first: date, length: int) -> None:
    span = AllDay(first=first, last=first + timedelta(days=length))
    assert AllDay.until(span.first, span.end) == span


def test_a_span_of_no_length_is_one_day() -> None:
    assert AllDay.until(date(2026, 3, 2), date(2026, 3, 2)) == AllDay(first=date(2026, 3, 2), last=date(2026, 3, 2))


def test_whole_days_cannot_end_before_they_begin() -> None:
    with pytest.raises(ValidationError):
        AllDay(first=date(2026, 3, 2), last=date(2026, 3, 1))


def test_addresses_that_differ_only_in_case_are_the_same_person() -> None:
    assert Attendee(address=" Ann@Contoso.test ").addresses == Attendee(address="ann@contoso.test").addresses
