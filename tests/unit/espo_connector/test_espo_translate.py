"""Records read as events, and events written as attributes."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.events import AllDay, Event, PersonKind, Timed
from espo_connector.fields.schema import EntityType
from espo_connector.translate import (
    Impossible,
    Unreadable,
    described,
    event_of,
    joined_at,
    midnight,
    place,
    seen,
    span_of,
    state,
    times,
)

BERLIN = ZoneInfo("Europe/Berlin")
MEETING = EntityType("Meeting", kinds=tuple(PersonKind), location="location", location_length=20)
CALL = EntityType("Call", all_day=False, kinds=tuple(PersonKind))
VISIT = EntityType("CVisit")
NINE = datetime(2026, 12, 1, 9, tzinfo=UTC)
TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)


def record(**attributes: Any) -> dict[str, Any]:
    return {
        "id": "m1",
        "name": "Kick-off",
        "status": "Planned",
        "dateStart": "2026-12-01 09:00:00",
        "dateEnd": "2026-12-01 10:00:00",
        "assignedUserId": "anna",
        "createdById": "api",
        "modifiedAt": "2026-11-22 12:00:00",
        **attributes,
    }


def event(**fields: Any) -> Event:
    return Event(**{"title": "Kick-off", "span": Timed(start=NINE, end=TEN), **fields})


def test_a_timed_record_is_read_in_utc() -> None:
    assert span_of(record()) == Timed(start=NINE, end=TEN)


def test_a_record_with_a_first_date_is_all_day_whatever_its_times_and_its_flag_say() -> None:
    days = record(dateStartDate="2026-12-10", dateEndDate="2026-12-12", isAllDay=False)
    assert span_of(days) == AllDay(first=date(2026, 12, 10), last=date(2026, 12, 12))


def test_an_all_day_record_without_a_last_date_lasts_one_day() -> None:
    assert span_of(record(dateStartDate="2026-12-10", dateEndDate=None)) == AllDay(
        first=date(2026, 12, 10), last=date(2026, 12, 10)
    )


@pytest.mark.scenario("A-22")
@pytest.mark.parametrize("end", [None, "2026-12-01 08:00:00"])
def test_a_record_whose_end_is_missing_or_before_its_start_ends_as_it_starts(end: str | None) -> None:
    assert span_of(record(dateEnd=end)) == Timed(start=NINE, end=NINE)


def test_a_record_without_a_start_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        span_of(record(dateStart=None, dateEnd=None))


def test_what_a_record_lacks_is_empty_but_what_its_type_cannot_store_is_none() -> None:
    meeting = event_of(record(), MEETING, {}, "api")
    visit = event_of(record(), VISIT, {}, "api")
    assert (meeting.location, meeting.description, meeting.people) == ("", "", ())
    assert (visit.location, visit.description, visit.people) == (None, "", None)


def test_a_record_in_a_cancelled_status_is_a_cancelled_event() -> None:
    assert event_of(record(status="Not Held"), MEETING, {}, "api").cancelled is True
    assert event_of(record(status="Held"), MEETING, {}, "api").cancelled is False


def test_a_type_without_any_cancelled_status_cannot_store_cancellation() -> None:
    endless = EntityType("CVisit", cancelled=())
    assert event_of(record(), endless, {}, "api").cancelled is None


def test_windows_line_ends_and_blanks_at_the_end_of_a_description_do_not_count() -> None:
    assert event_of(record(description="one\r\ntwo\r\n \r\n"), MEETING, {}, "api").description == "one\ntwo"


def test_a_change_names_owner_version_and_who_made_the_record() -> None:
    ours = seen(record(), MEETING, event(), NINE, "api")
    theirs = seen(record(createdById="boris", assignedUserId=None), MEETING, event(), NINE, "api")
    assert (ours.account, ours.version, ours.created_by_us) == ("anna", "2026-11-22 12:00:00", True)
    assert (theirs.account, theirs.created_by_us) == ("", False)


@pytest.mark.parametrize(
    ("authors", "changed_by"),
    [
        ({"createdById": "ben", "createdByName": "Ben Okafor"}, "Ben Okafor"),
        ({"modifiedById": "ben", "modifiedByName": "Ben Okafor"}, "Ben Okafor"),
        ({"createdById": "ben", "createdByName": "Ben", "modifiedById": "api", "modifiedByName": "Tandem"}, ""),
        ({"createdById": "ben"}, ""),
    ],
    ids=["nobody since", "somebody", "us", "without a name"],
)
def test_who_changed_a_record_last_is_told_unless_it_was_us(authors: dict[str, str], changed_by: str) -> None:
    assert seen(record(**authors), MEETING, event(), NINE, "api").changed_by == changed_by


def test_a_timed_span_clears_the_dates_so_that_every_version_drops_the_whole_day() -> None:
    assert times(Timed(start=NINE, end=TEN), MEETING) == {
        "isAllDay": False,
        "dateStartDate": None,
        "dateEndDate": None,
        "dateStart": "2026-12-01 09:00:00",
        "dateEnd": "2026-12-01 10:00:00",
    }


def test_whole_days_are_written_as_inclusive_dates_and_never_as_times() -> None:
    assert times(AllDay(first=date(2026, 12, 10), last=date(2026, 12, 12)), MEETING) == {
        "isAllDay": True,
        "dateStartDate": "2026-12-10",
        "dateEndDate": "2026-12-12",
    }


def test_a_call_is_written_with_its_two_times_alone() -> None:
    assert times(Timed(start=NINE, end=TEN), CALL) == {
        "dateStart": "2026-12-01 09:00:00",
        "dateEnd": "2026-12-01 10:00:00",
    }


def test_a_call_of_a_whole_day_is_impossible() -> None:
    with pytest.raises(Impossible, match="Call"):
        times(AllDay(first=date(2026, 12, 10), last=date(2026, 12, 10)), CALL)


def test_a_location_is_cut_to_the_length_of_its_field() -> None:
    assert place("Headquarters, third floor", MEETING) == {"location": "Headquarters, third"}


def test_a_type_without_a_location_field_is_written_none() -> None:
    assert place("HQ", VISIT) == {}


def test_a_description_is_written_as_it_will_be_read() -> None:
    assert described("one\r\ntwo\n\n") == {"description": "one\ntwo"}


def test_a_new_event_is_planned() -> None:
    assert state(event(), MEETING, BERLIN, now=NINE) == {"status": "Planned"}


def test_an_event_that_is_over_is_completed_at_once() -> None:
    assert state(event(), MEETING, BERLIN, now=datetime(2026, 12, 1, 10, 1, tzinfo=UTC)) == {"status": "Held"}


def test_a_whole_day_is_over_at_its_midnight_in_the_system_zone() -> None:
    today = event(span=AllDay(first=date(2026, 12, 1), last=date(2026, 12, 1)))
    assert state(today, MEETING, BERLIN, now=datetime(2026, 12, 1, 22, 59, tzinfo=UTC)) == {"status": "Planned"}
    assert state(today, MEETING, BERLIN, now=datetime(2026, 12, 1, 23, 1, tzinfo=UTC)) == {"status": "Held"}


def test_a_cancelled_event_is_cancelled_even_if_it_is_over() -> None:
    assert state(event(cancelled=True), MEETING, BERLIN, now=datetime(2027, 1, 1, tzinfo=UTC)) == {"status": "Not Held"}


def test_midnight_is_the_zones_own() -> None:
    assert midnight(date(2026, 7, 1), BERLIN) == datetime(2026, 6, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attributes", "online"),
    [
        ({}, False),
        ({"externalService": None, "cTeamsMeeting": False}, False),
        ({"externalService": "Zoom"}, False),
        ({"externalService": "Microsoft"}, True),
        ({"externalService": "Zoom", "cTeamsMeeting": True}, True),
    ],
)
def test_either_field_asks_for_teams(attributes: dict[str, Any], online: bool) -> None:
    asking = EntityType("Meeting", online=("externalService", "cTeamsMeeting"))
    assert event_of(record(**attributes), asking, {}, "api").online is online


def test_a_type_that_cannot_ask_for_teams_says_nothing_of_it() -> None:
    event = event_of(record(externalService="Microsoft", joinUrl="https://t/1"), VISIT, {}, "api")
    assert (event.online, event.join_url) == (None, None)


def test_a_link_is_read_and_written_where_there_is_a_field_for_it() -> None:
    linked = EntityType("Meeting", join_url_length=30)
    assert event_of(record(joinUrl="https://t/1"), linked, {}, "api").join_url == "https://t/1"
    assert event_of(record(joinUrl=None), linked, {}, "api").join_url == ""
    assert joined_at("https://t/1", linked) == {"joinUrl": "https://t/1"}
    assert joined_at("", linked) == {"joinUrl": None}
    assert joined_at("https://t/1", VISIT) == {}


def test_a_link_that_is_too_long_is_impossible() -> None:
    with pytest.raises(Impossible, match="longer than the 5 characters"):
        joined_at("https://t/1", EntityType("Meeting", join_url_length=5))
