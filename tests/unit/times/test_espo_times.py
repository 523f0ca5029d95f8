"""Times as EspoCRM writes them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from times.espo import from_espo, to_espo


def test_espo_writes_utc_without_saying_so() -> None:
    assert from_espo("2026-03-02 09:00:00") == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_an_instant_of_another_zone_is_written_in_utc() -> None:
    assert to_espo(datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=2)))) == "2026-03-02 07:00:00"


def test_a_part_of_a_second_is_cut_off() -> None:
    assert to_espo(datetime(2026, 3, 2, 9, 0, 0, 999999, tzinfo=UTC)) == "2026-03-02 09:00:00"


@pytest.mark.parametrize("written", ["2026-03-02", "2026-03-02T09:00:00Z", "", "2026-03-02 09:00"])
def test_another_way_of_writing_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="does not match"):
        from_espo(written)
