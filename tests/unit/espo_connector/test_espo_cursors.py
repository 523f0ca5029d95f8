"""Where a sweep stands, and what it reads again."""

from typing import Any

import pytest

from espo_connector.reading.cursors import DEEP_EVERY, MOST_KNOWN, Lost, OwnerCursor, SweepCursor

NOON = "2026-11-22 12:00:00"


def row(espo_id: str, modified_at: str = NOON, **attributes: Any) -> dict[str, Any]:
    return {"id": espo_id, "modifiedAt": modified_at, **attributes}


def test_a_sweep_reads_the_last_ten_seconds_again() -> None:
    assert SweepCursor(at=NOON, sweeps=1).since == "2026-11-22 11:59:50"


def test_one_sweep_in_thirty_reads_the_last_three_minutes_again() -> None:
    assert SweepCursor(at=NOON, sweeps=DEEP_EVERY).since == "2026-11-22 11:57:00"


def test_an_entity_type_without_records_is_swept_from_the_start() -> None:
    assert SweepCursor(at="").since == ""


def test_a_row_seen_before_is_known_until_it_differs() -> None:
    cursor = SweepCursor(at=NOON).after([row("a", name="one"), row("b")])
    assert cursor.unknown([row("a", name="one"), row("b")]) == []
    assert cursor.unknown([row("a", name="two"), row("b")]) == [row("a", name="two")]


def test_a_row_that_committed_late_behind_the_cursor_is_new() -> None:
    cursor = SweepCursor(at=NOON).after([row("a")])
    late = row("z", "2026-11-22 11:59:55")
    assert cursor.unknown([late, row("a")]) == [late]


def test_a_cursor_never_moves_back() -> None:
    cursor = SweepCursor(at=NOON).after([row("z", "2026-11-22 11:59:55")])
    assert cursor.at == NOON


def test_a_sweep_that_found_nothing_stands_where_it_stood() -> None:
    cursor = SweepCursor(at=NOON, sweeps=4)
    assert cursor.after([]).finished() == SweepCursor(at=NOON, sweeps=5)


def test_what_lies_behind_the_deep_overlap_is_forgotten() -> None:
    cursor = SweepCursor(at=NOON).after([row("old")]).after([row("new", "2026-11-22 12:03:01")])
    assert set(cursor.known) == {"new"}


def test_after_a_mass_update_the_cursor_stays_small_enough_to_travel() -> None:
    rows = [row(f"{number:017x}", "2026-11-22 12:00:01") for number in range(MOST_KNOWN + 500)]
    cursor = SweepCursor(at=NOON).after(rows)
    assert len(cursor.known) == MOST_KNOWN
    assert len(cursor.model_dump_json()) < 500_000


def test_a_cursor_survives_its_journey() -> None:
    cursor = SweepCursor(at=NOON, sweeps=7).after([row("a")])
    assert SweepCursor.parse(cursor.model_dump_json()) == cursor


@pytest.mark.parametrize("text", ["", "nonsense", "{}", '{"at": "yesterday"}', '{"at": 5}'])
def test_a_cursor_that_is_not_ours_is_lost(text: str) -> None:
    with pytest.raises(Lost):
        SweepCursor.parse(text)


def test_an_owner_cursor_starts_at_the_first_record() -> None:
    assert OwnerCursor.parse("{}").after == ""
