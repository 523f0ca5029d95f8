"""What the sandbox page shows and takes are the times on its person's wall."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from contracts.events import AllDay, Timed
from tandem.people.cast import CLEO, DANA
from tandem.people.entries import Entry
from tandem.sandbox_page.wall import Typed, shown

NINE_IN_KOLKATA = Timed(start=datetime(2026, 12, 1, 3, 30, tzinfo=UTC), end=datetime(2026, 12, 1, 4, 30, tzinfo=UTC))


def typed(**changes: object) -> Typed:
    usual = {"title": "Lunch", "start": "2026-12-01T09:00", "end": "2026-12-01T10:00"}
    return Typed.model_validate(usual | changes)


def test_a_time_is_shown_as_on_the_wall_of_its_person() -> None:
    told = shown(Entry("Lunch", NINE_IN_KOLKATA), CLEO.zone)
    assert (told["start"], told["end"]) == ("2026-12-01T09:00", "2026-12-01T10:00")


def test_a_time_that_is_typed_is_the_one_on_the_wall_of_its_person() -> None:
    assert typed().entry(CLEO.zone, None).span == NINE_IN_KOLKATA


def test_a_whole_day_is_the_same_date_wherever_its_person_is() -> None:
    entry = typed(all_day=True).entry(CLEO.zone, None)
    assert entry.span == AllDay(first=date(2026, 12, 1), last=date(2026, 12, 1))
    assert shown(entry, CLEO.zone)["start"] == "2026-12-01T00:00"


def test_guests_whom_the_page_does_not_edit_stay_invited() -> None:
    before = Entry("Lunch", NINE_IN_KOLKATA, people=frozenset({DANA.address}))
    assert typed(title="Late lunch").entry(CLEO.zone, before).people == {DANA.address}


@pytest.mark.parametrize(
    "wrong",
    [
        {"end": "2026-12-01T08:00"},
        {"start": "2026-12-01T09:00Z", "end": "2026-12-01T10:00Z"},
        {"all_day": True, "call": True},
    ],
    ids=["it ends before it starts", "a time with an offset", "a call of a whole day"],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        typed(**wrong)
