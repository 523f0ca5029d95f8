"""Whatever the zone and the hour: an instant written and read again is the same instant."""

from datetime import UTC, date, datetime
from zoneinfo import available_timezones

from hypothesis import given
from hypothesis import strategies as st

from times.espo import from_espo, to_espo
from times.outlook import day_of, instant, midnight, wall_time

zones = st.sampled_from(sorted(available_timezones()))
instants = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(instants, zones)
def test_an_instant_written_for_outlook_is_read_back(moment: datetime, zone: str) -> None:
    assert instant(wall_time(moment, zone)) == moment


@given(st.dates(), zones)
def test_a_day_written_for_outlook_is_read_back(day: date, zone: str) -> None:
    assert day_of(midnight(day, zone)) == day


@given(instants)
def test_a_second_written_for_espo_is_read_back(moment: datetime) -> None:
    assert from_espo(to_espo(moment)) == moment.replace(microsecond=0)
