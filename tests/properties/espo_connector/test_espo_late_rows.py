"""A row that commits up to two minutes after its `modifiedAt` is told once, however many there are, however small a page."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from espo_connector.asking.client import Client, Page
from espo_connector.fields.schema import EntityType
from espo_connector.reading.cursors import SweepCursor
from espo_connector.reading.sweeps import Sweeps
from times.espo import to_espo

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
SWEEP_SECONDS = 2
MOST_LATE = 120
LAST = 240
LONG = LAST + 2 * MOST_LATE
MEETING = EntityType("Meeting")

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "equals": operator.eq,
    "greaterThan": operator.gt,
    "greaterThanOrEquals": operator.ge,
    "lessThan": operator.lt,
    "isNotNull": lambda value, _: value is not None,
}


@dataclass
class Table:
    """EspoCRM's list of meetings: rows that can be seen once they are committed, in pages of `size`."""

    size: int
    commits: list[tuple[int, dict[str, str]]]
    seconds: int = 0
    reads: int = 0

    def now(self) -> datetime:
        """Tell our time, which is minutes behind EspoCRM's."""
        return START + timedelta(seconds=self.seconds) - timedelta(minutes=7)

    async def rows(self, _entity: str, search: str) -> Page:
        """Give the first page of what matches."""
        self.reads += 1
        asked = msgspec.json.decode(search)
        found = [
            row
            for at, row in self.commits
            if at <= self.seconds and all(_matches(row, item) for item in asked["where"])
        ]
        found.sort(key=lambda row: (row["modifiedAt"], row["id"]), reverse=asked["order"] == "desc")
        return Page(found[: self.size], more=len(found) > self.size)


def _matches(row: dict[str, str], item: dict[str, Any]) -> bool:
    match item["type"]:
        case "and":
            return all(_matches(row, one) for one in item["value"])
        case "or":
            return any(_matches(row, one) for one in item["value"])
        case kind:
            return bool(_COMPARE[kind](row[item["attribute"]], item.get("value")))


def row(number: int, second: int) -> dict[str, str]:
    return {"id": f"r{number:04}", "modifiedAt": to_espo(START + timedelta(seconds=second))}


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Draw rows of some minutes, some of them in bursts, some of them late."""
    commits: list[tuple[int, dict[str, str]]] = []
    bursts = draw(st.lists(st.tuples(st.integers(0, LAST), st.integers(1, 12)), min_size=1, max_size=6))
    for second, count in bursts:
        late = draw(st.sampled_from((0, 0, 1, 9, 11, 60, MOST_LATE)))
        commits += [(second + late, row(len(commits) + one, second)) for one in range(count)]
    return Table(draw(st.integers(1, 6)), commits)


@given(tables())
@settings(deadline=None, max_examples=30)
async def test_every_row_is_told_once_whenever_it_commits(table: Table) -> None:
    sweeps = Sweeps(cast("Client", table), table.now)
    table.seconds = -1
    cursor, told = await sweeps.start(MEETING), list[str]()
    for table.seconds in range(0, LONG, SWEEP_SECONDS):
        async for page in sweeps.pages(MEETING, cursor):
            told += [row["id"] for row in page.new]
            cursor = page.cursor
        cursor = SweepCursor.parse(cursor.model_dump_json())
    assert sorted(told) == [row["id"] for _, row in table.commits]


@pytest.mark.parametrize("seconds", [30, 300, 3000])
@pytest.mark.parametrize("late", [2, 8, MOST_LATE])
async def test_a_row_that_commits_late_while_nobody_can_sweep_is_told_afterwards(late: int, seconds: int) -> None:
    sweeps = Sweeps(cast("Client", table := Table(3, [(200, row(1, 200))])), table.now)
    cursor, told = await sweeps.start(MEETING), list[str]()
    over = 202 + seconds
    table.commits += [(204, row(2, 204 - late)), (over + 1, row(3, over + 1))]
    for table.seconds in (*range(100, 203, SWEEP_SECONDS), *range(over, over + 120, SWEEP_SECONDS)):
        async for page in sweeps.pages(MEETING, cursor):
            told += [each["id"] for each in page.new]
            cursor = page.cursor
    assert sorted(told) == ["r0001", "r0002", "r0003"]


@given(tables())
@settings(deadline=None, max_examples=30)
async def test_a_quiet_company_is_asked_once_a_sweep(table: Table) -> None:
    sweeps = Sweeps(cast("Client", table), table.now)
    table.seconds = LONG
    newest = max(row["modifiedAt"] for _, row in table.commits)
    cursor = SweepCursor(at=newest, moved_at=table.now() - timedelta(minutes=5), swept_at=table.now())
    at_once = sum(row["modifiedAt"] == newest for _, row in table.commits)
    for _ in range(60):
        async for page in sweeps.pages(MEETING, cursor):
            cursor = page.cursor
    assert table.reads <= 60 * -(-at_once // table.size)
