"""Whatever order rows commit in, a sweep tells each of them, and none of them twice."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from espo_connector.reading.cursors import SweepCursor, digest

READ = datetime(2026, 11, 22, 12, 0, 9, tzinfo=UTC)

rows = st.builds(
    lambda number, second, name: {"id": f"r{number}", "modifiedAt": f"2026-11-22 12:00:{second:02}", "name": name},
    st.integers(0, 9),
    st.integers(0, 9),
    st.sampled_from("abc"),
)
pages = st.lists(st.lists(rows, max_size=8, unique_by=lambda row: row["id"]), max_size=8)


@given(pages)
def test_a_row_is_told_exactly_when_it_differs_from_how_it_was_last_seen(pages: list[list[dict[str, str]]]) -> None:
    cursor = SweepCursor(at="2026-11-22 12:00:00")
    last: dict[str, str] = {}
    for page in pages:
        expected = [row for row in page if last.get(row["id"]) != digest(row)]
        assert cursor.unknown(page) == expected
        cursor = SweepCursor.parse(cursor.after(page, READ).finished(READ).model_dump_json())
        last.update({row["id"]: digest(row) for row in page})


@given(pages)
def test_a_cursor_stands_at_the_highest_time_it_saw(pages: list[list[dict[str, str]]]) -> None:
    start = "2026-11-22 12:00:00"
    cursor = SweepCursor(at=start)
    for page in pages:
        cursor = cursor.after(page, READ)
    assert cursor.at == max([start, *(row["modifiedAt"] for page in pages for row in page)])
