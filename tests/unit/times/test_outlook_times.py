"""Wall-clock times beside the name of a zone, as Outlook writes them."""

from datetime import UTC, date, datetime

import pytest

from times.outlook import WallTime, day_of, instant, midnight, wall_time
from times.zones import UnknownZoneError


@pytest.mark.scenario("Z-14")
def test_a_time_without_an_offset_belongs_to_the_zone_beside_it() -> None:
    written = WallTime("2026-07-01T09:00:00.0000000", "W. Europe Standard Time")

    assert instant(written) == datetime(2026, 7, 1, 7, tzinfo=UTC)


@pytest.mark.scenario("Z-14")
def test_seven_digits_of_a_second_are_read() -> None:
    assert instant(WallTime("2026-03-02T09:00:00.1234567", "UTC")) == datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


def test_an_offset_in_the_time_itself_is_believed() -> None:
    assert instant(WallTime("2026-07-01T09:00:00Z", "Pacific Standard Time")) == datetime(2026, 7, 1, 9, tzinfo=UTC)


@pytest.mark.scenario("Z-07")
def test_of_a_time_that_occurs_twice_the_first_is_meant() -> None:
    assert instant(WallTime("2026-10-25T02:30:00", "Europe/Berlin")) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.scenario("Z-06")
def test_a_time_that_never_occurs_is_read_as_before_the_change() -> None:
    assert instant(WallTime("2026-03-29T02:30:00", "Europe/Berlin")) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("written", ["", "soon", "2026-13-01T00:00:00", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        instant(WallTime(written, "UTC"))


def test_a_time_in_an_unknown_zone_is_refused() -> None:
    with pytest.raises(UnknownZoneError):
        instant(WallTime("2026-03-02T09:00:00", "tzone://Microsoft/Custom"))


def test_an_instant_is_written_as_its_owner_sees_it() -> None:
    moment = datetime(2026, 7, 1, 7, tzinfo=UTC)

    assert wall_time(moment, "Europe/Berlin") == WallTime("2026-07-01T09:00:00", "W. Europe Standard Time")


@pytest.mark.scenario("Z-07")
def test_the_second_of_two_equal_wall_times_is_written_in_utc() -> None:
    moment = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    assert wall_time(moment, "Europe/Berlin") == WallTime("2026-10-25T01:30:00", "UTC")


@pytest.mark.parametrize("zone", ["Antarctica/Troll", "Nowhere/Land"])
def test_a_zone_that_outlook_does_not_know_is_written_in_utc(zone: str) -> None:
    assert wall_time(datetime(2026, 7, 1, 7, tzinfo=UTC), zone) == WallTime("2026-07-01T07:00:00", "UTC")


@pytest.mark.scenario("H-07")
def test_a_whole_day_is_midnight_in_the_zone_and_never_converted() -> None:
    written = midnight(date(2026, 3, 29), "Pacific/Auckland")

    assert written == WallTime("2026-03-29T00:00:00", "New Zealand Standard Time")
    assert day_of(written) == date(2026, 3, 29)
