"""Where a sweep stands, and what it reads again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from espo_connector.reading.cursors import MOST_KNOWN, Lost, OwnerCursor, Place, SweepCursor

NOON = "2026-11-22 12:00:00"
READ = datetime(2026, 11, 22, 12, 0, 1, tzinfo=UTC)


def row(espo_id: str, modified_at: str = NOON, **attributes: Any) -> dict[str, Any]:
    return {"id": espo_id, "modifiedAt": modified_at, **attributes}


def standing(**attributes: Any) -> SweepCursor:
    return SweepCursor(at=NOON, moved_at=READ, swept_at=READ, **attributes)


def test_a_sweep_reads_the_last_ten_seconds_again() -> None:
    assert standing().since(READ) == "2026-11-22 11:59:50"


def test_once_a_minute_it_looks_back_three_minutes() -> None:
    cursor = standing(looked_back_at=READ - timedelta(seconds=59))
    assert cursor.looks_back(READ) is None
    assert cursor.looks_back(READ + timedelta(seconds=1)) == ("2026-11-22 11:57:00", "")


def test_looking_back_goes_on_at_the_next_sweep_where_it_stopped() -> None:
    place = Place("2026-11-22 11:58:00", "b")
    cursor = standing().looking_back(place, READ).finished(READ)
    assert cursor.looks_back(READ) == place
    assert cursor.looking_back(None, READ + timedelta(seconds=2)).looked_back_at == READ
    assert cursor.looking_back(None, READ).looks_back(READ) is None


def test_looking_back_that_fell_behind_goes_on_at_three_minutes() -> None:
    cursor = standing().looking_back(Place("2026-11-22 11:40:00", "b"), READ)
    assert cursor.looks_back(READ) == ("2026-11-22 11:57:00", "")


@pytest.mark.parametrize(
    ("minutes", "since", "back"),
    [
        (0, "2026-11-22 11:59:50", "2026-11-22 11:57:00"),
        (1, "2026-11-22 11:59:50", "2026-11-22 11:57:00"),
        (2, NOON, "2026-11-22 11:58:00"),
        (3, NOON, "2026-11-22 11:59:00"),
        (4, NOON, None),
        (999, NOON, None),
    ],
)
def test_what_nothing_followed_through_minutes_of_sweeps_is_read_no_more(
    minutes: int, since: str, back: str | None
) -> None:
    later = READ + timedelta(minutes=minutes)
    cursor = standing().finished(later)
    assert cursor.since(later) == since
    assert cursor.looks_back(later) == ((back, "") if back else None)


def test_minutes_in_which_nobody_swept_make_the_next_sweep_look_back_at_once() -> None:
    assert standing().since(READ + timedelta(minutes=1)) == "2026-11-22 11:59:50"
    assert standing().since(READ + timedelta(minutes=2)) == "2026-11-22 11:57:00"


def test_a_clock_that_was_set_back_makes_no_sweep_read_more() -> None:
    earlier = READ - timedelta(hours=1)
    assert standing().since(earlier) == "2026-11-22 11:59:50"
    assert standing().finished(earlier).since(earlier) == "2026-11-22 11:59:50"


def test_a_cursor_stands_no_later_than_espocrm_itself() -> None:
    far = [row("a", "2027-11-22 12:00:00")]
    assert standing().after(far, READ, READ).at == "2026-11-22 12:00:01"
    assert standing().after(far, READ).at == "2027-11-22 12:00:00"


def test_a_cursor_goes_back_with_a_clock_that_was_put_back() -> None:
    cursor = standing().after([], READ, READ - timedelta(hours=1))
    assert (cursor.at, cursor.moved_at) == ("2026-11-22 11:00:01", READ)


def test_an_entity_type_without_records_is_swept_from_the_start() -> None:
    assert SweepCursor(at="").since(READ) == ""
    assert SweepCursor(at="").looks_back(READ) is None


def test_the_cursor_of_an_older_release_is_read_on() -> None:
    cursor = SweepCursor.parse('{"at": "2026-11-22 12:00:00", "sweeps": 30, "known": {}}')
    assert cursor.since(READ) == "2026-11-22 11:59:50"


def test_time_counts_from_the_last_row_that_was_newer() -> None:
    cursor = standing().after([row("a", "2026-11-22 12:00:05")], READ + timedelta(seconds=5))
    assert cursor.moved_at == READ + timedelta(seconds=5)
    assert cursor.after([row("a", "2026-11-22 12:00:05")], READ + timedelta(minutes=5)).moved_at == cursor.moved_at


def test_a_row_seen_before_is_known_until_it_differs() -> None:
    cursor = SweepCursor(at=NOON).after([row("a", name="one"), row("b")], READ)
    assert cursor.unknown([row("a", name="one"), row("b")]) == []
    assert cursor.unknown([row("a", name="two"), row("b")]) == [row("a", name="two")]


def test_a_row_that_committed_late_behind_the_cursor_is_new() -> None:
    cursor = SweepCursor(at=NOON).after([row("a")], READ)
    late = row("z", "2026-11-22 11:59:55")
    assert cursor.unknown([late, row("a")]) == [late]


def test_a_cursor_never_moves_back() -> None:
    cursor = SweepCursor(at=NOON).after([row("z", "2026-11-22 11:59:55")], READ)
    assert cursor.at == NOON


def test_a_sweep_that_found_nothing_stands_where_it_stood() -> None:
    cursor = SweepCursor(at=NOON)
    assert cursor.after([], READ).finished(READ) == SweepCursor(at=NOON, swept_at=READ)


def test_what_lies_behind_the_deep_overlap_is_forgotten() -> None:
    cursor = SweepCursor(at=NOON).after([row("old")], READ).after([row("new", "2026-11-22 12:03:01")], READ)
    assert set(cursor.known) == {"new"}


def test_after_a_mass_update_the_cursor_stays_small_enough_to_travel() -> None:
    rows = [row(f"{number:017x}", "2026-11-22 12:00:01") for number in range(MOST_KNOWN + 500)]
    cursor = SweepCursor(at=NOON).after(rows, READ)
    assert len(cursor.known) == MOST_KNOWN
    assert len(cursor.model_dump_json()) < 500_000


def test_a_cursor_survives_its_journey() -> None:
    cursor = standing().after([row("a")], READ)
    assert SweepCursor.parse(cursor.model_dump_json()) == cursor


@pytest.mark.parametrize("text", ["", "nonsense", "{}", '{"at": "yesterday"}', '{"at": 5}'])
def test_a_cursor_that_is_not_ours_is_lost(text: str) -> None:
    with pytest.raises(Lost):
        SweepCursor.parse(text)


def test_an_owner_cursor_starts_at_the_first_record() -> None:
    assert OwnerCursor.parse("{}").after == ""
