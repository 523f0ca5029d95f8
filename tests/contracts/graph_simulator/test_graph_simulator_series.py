"""Recurring events: expansion, exceptions, and what cannot be done to an occurrence."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

Draft = Callable[..., dict[str, Any]]
MARCH = {"startDateTime": "2026-03-01T00:00:00Z", "endDateTime": "2026-04-05T00:00:00Z"}


def recurring(pattern: dict[str, Any], span: dict[str, Any]) -> dict[str, Any]:
    return {"pattern": pattern, "range": {"startDate": "2026-03-02", **span}}


async def days(ann: httpx.AsyncClient, master: dict[str, Any]) -> list[str]:
    params = {**MARCH, "$top": "100"}
    found = (await ann.get(f"events/{master['id']}/instances", params=params)).json()["value"]
    return sorted(one["start"]["dateTime"][:10] for one in found)


@pytest.mark.parametrize(
    ("pattern", "span", "expected"),
    [
        pytest.param(
            {"type": "daily", "interval": 10},
            {"type": "numbered", "numberOfOccurrences": 3},
            ["2026-03-02", "2026-03-12", "2026-03-22"],
            id="every tenth day, three times",
        ),
        pytest.param(
            {"type": "weekly", "interval": 2, "daysOfWeek": ["Monday", "friday"], "firstDayOfWeek": "monday"},
            {"type": "endDate", "endDate": "2026-03-20"},
            ["2026-03-02", "2026-03-06", "2026-03-16", "2026-03-20"],
            id="every other week on two days, until a date",
        ),
        pytest.param(
            {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 2},
            {"type": "noEnd"},
            ["2026-03-02", "2026-04-02"],
            id="every month for ever",
        ),
    ],
)
async def test_a_series_falls_on_the_days_of_its_pattern(
    ann: httpx.AsyncClient, draft: Draft, pattern: dict[str, Any], span: dict[str, Any], expected: list[str],
) -> None:  # fmt: skip
    master = (await ann.post("events", json=draft(recurrence=recurring(pattern, span)))).json()
    assert master["type"] == "seriesMaster"
    assert await days(ann, master) == expected


async def test_a_series_keeps_its_wall_clock_time_over_the_summer_time_change(
    ann: httpx.AsyncClient, weekly: dict[str, Any],
) -> None:  # fmt: skip
    for name in ("start", "end"):
        weekly[name]["timeZone"] = "Europe/Berlin"
    weekly["recurrence"]["range"]["numberOfOccurrences"] = 5
    master = (await ann.post("events", json=weekly)).json()
    found = (await ann.get(f"events/{master['id']}/instances", params=MARCH)).json()["value"]
    assert [one["start"]["dateTime"][11:16] for one in found] == ["08:00", "08:00", "08:00", "08:00", "07:00"]


async def test_an_occurrence_is_read_in_full_by_its_id(ann: httpx.AsyncClient, weekly: dict[str, Any]) -> None:
    master = (await ann.post("events", json=weekly)).json()
    second = (await ann.get("calendarView", params=MARCH)).json()["value"][1]
    read = (await ann.get(f"events/{second['id']}")).json()
    assert (read["type"], read["seriesMasterId"], read["subject"]) == ("occurrence", master["id"], "Budget")
    assert read["originalStart"] == "2026-03-09T09:00:00Z"


async def test_a_changed_occurrence_becomes_an_exception_with_the_same_id(
    ann: httpx.AsyncClient, weekly: dict[str, Any],
) -> None:  # fmt: skip
    await ann.post("events", json=weekly)
    second = (await ann.get("calendarView", params=MARCH)).json()["value"][1]
    changed = (await ann.patch(f"events/{second['id']}", json={"subject": "Special"})).json()
    assert (changed["id"], changed["type"]) == (second["id"], "exception")


async def test_changing_an_occurrence_gives_the_master_a_new_version(
    ann: httpx.AsyncClient, weekly: dict[str, Any],
) -> None:  # fmt: skip
    master = (await ann.post("events", json=weekly)).json()
    second = (await ann.get("calendarView", params=MARCH)).json()["value"][1]
    await ann.patch(f"events/{second['id']}", json={"subject": "Special"})
    assert (await ann.get(f"events/{master['id']}")).json()["changeKey"] != master["changeKey"]


async def test_an_occurrence_cannot_cross_its_neighbour(ann: httpx.AsyncClient, weekly: dict[str, Any]) -> None:
    await ann.post("events", json=weekly)
    second = (await ann.get("calendarView", params=MARCH)).json()["value"][1]
    over = {
        "start": {"dateTime": "2026-03-16T08:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2026-03-16T08:30:00", "timeZone": "UTC"},
    }
    answer = await ann.patch(f"events/{second['id']}", json=over)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "ErrorOccurrenceCrossingBoundary")


async def test_deleted_and_changed_occurrences_are_listed_by_the_master(
    ann: httpx.AsyncClient, weekly: dict[str, Any],
) -> None:  # fmt: skip
    master = (await ann.post("events", json=weekly)).json()
    occurrences = (await ann.get("calendarView", params=MARCH)).json()["value"]
    await ann.delete(f"events/{occurrences[1]['id']}")
    await ann.patch(f"events/{occurrences[2]['id']}", json={"subject": "Special"})
    query = {"$select": "cancelledOccurrences,exceptionOccurrences", "$expand": "exceptionOccurrences"}
    read = (await ann.get(f"events/{master['id']}", params=query)).json()
    assert read["cancelledOccurrences"] == [f"OID.{master['id']}.2026-03-09"]
    assert [one["subject"] for one in read["exceptionOccurrences"]] == ["Special"]


async def test_recurrence_taken_away_leaves_a_single_event(ann: httpx.AsyncClient, weekly: dict[str, Any]) -> None:
    master = (await ann.post("events", json=weekly)).json()
    single = (await ann.patch(f"events/{master['id']}", json={"recurrence": None})).json()
    assert (single["type"], single["recurrence"]) == ("singleInstance", None)
    assert len((await ann.get("calendarView", params=MARCH)).json()["value"]) == 1


@pytest.mark.parametrize(
    "recurrence",
    [
        pytest.param(
            recurring({"type": "daily", "interval": 1}, {"type": "noEnd", "startDate": "2026-03-03"}),
            id="begins on another day than the event",
        ),
        pytest.param(recurring({"type": "weekly", "interval": 1}, {"type": "noEnd"}), id="weekly on no day"),
        pytest.param(recurring({"type": "daily", "interval": 0}, {"type": "noEnd"}), id="no interval"),
        pytest.param(
            recurring({"type": "relativeMonthly", "interval": 1, "daysOfWeek": ["monday"]}, {"type": "noEnd"}),
            id="a pattern that is not simulated",
        ),
        pytest.param({"pattern": {"type": "daily", "interval": 1}}, id="without a range"),
    ],
)
async def test_a_recurrence_that_does_not_hold_together_is_refused(
    ann: httpx.AsyncClient, draft: Draft, recurrence: dict[str, Any],
) -> None:  # fmt: skip
    assert (await ann.post("events", json=draft(recurrence=recurrence))).status_code == 400
