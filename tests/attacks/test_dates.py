"""Dates beyond every calendar: one of them may stop no mailbox and hold no partition."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from bus.errors import permanent_reason
from contracts.changes import OutlookSkipped
from contracts.events import AllDay, Private
from espo_connector.translate import Unreadable, span_of
from outlook_connector.changes import Vantage

EDGES = ("0001-01-01", "1600-12-31", "4501-01-01", "9999-12-31")


@pytest.mark.parametrize("day", EDGES)
@pytest.mark.parametrize("all_day", [True, False])
def test_an_event_beyond_outlooks_calendar_is_skipped_and_the_rest_is_read(day: str, all_day: bool) -> None:
    when = {"dateTime": f"{day}T00:00:00.0000000", "timeZone": "UTC"}
    item: dict[str, Any] = {
        "id": "x",
        "@odata.etag": 'W/"1"',
        "lastModifiedDateTime": "2026-01-01T00:00:00Z",
        "isAllDay": all_day,
        "start": when,
        "end": when,
    }
    vantage = Vantage("ann", "", datetime(2026, 1, 1, tzinfo=UTC), Private.SKIP)
    (change,) = vantage.changes([msgspec.json.encode(item)])
    assert isinstance(change, OutlookSkipped)
    assert change.reason == "unreadable"


@pytest.mark.parametrize("day", EDGES)
@pytest.mark.parametrize("field", ["dateStart", "dateStartDate"])
def test_a_record_beyond_every_calendar_is_unreadable(day: str, field: str) -> None:
    with pytest.raises(Unreadable):
        span_of({field: day if field == "dateStartDate" else f"{day} 23:00:00"})


def test_a_day_without_length_at_the_beginning_of_time_is_one_day() -> None:
    assert AllDay.until(date.min, date.min).last == date.min


def test_what_nothing_can_be_computed_with_is_parked_and_does_not_come_again() -> None:
    assert permanent_reason(OverflowError("date value out of range")) == "a number or a date of it is out of range"
