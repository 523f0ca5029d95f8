"""Recurrence of a series: which days it falls on.

Daily, weekly, monthly and yearly on a fixed day are enough for the simulator; the relative patterns are refused clearly
rather than expanded wrongly. Source: Microsoft Graph v1.0 documentation, "recurrencePattern" and "recurrenceRange".
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sandbox.graph.calendars import shapes
from sandbox.graph.calendars.zones import zone_named
from sandbox.graph.errors import GraphError, bad_body, invalid_property

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TYPES = ("daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly", "relativeYearly")
_WEEK = 7
_MONTHS = 12
_LAST_DAY = 31
_FOREVER = date(4500, 8, 31)
_NO_DATE = "0001-01-01"


def _date(value: Any, name: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise bad_body(f"Cannot convert the value of '{name}' to the expected type 'Edm.Date'.") from None


_PATTERN = shapes.record(
    "microsoft.graph.recurrencePattern",
    {
        "type": shapes.one_of(*_TYPES),
        "interval": shapes.whole,
        "month": shapes.whole,
        "dayOfMonth": shapes.whole,
        "daysOfWeek": shapes.many(shapes.one_of(*_DAYS)),
        "firstDayOfWeek": shapes.optional(shapes.one_of(*_DAYS)),
        "index": shapes.optional(shapes.one_of("first", "second", "third", "fourth", "last")),
    },
)
_RANGE = shapes.record(
    "microsoft.graph.recurrenceRange",
    {
        "type": shapes.one_of("endDate", "noEnd", "numbered"),
        "startDate": _date,
        "endDate": shapes.optional(_date),
        "numberOfOccurrences": shapes.optional(shapes.whole),
        "recurrenceTimeZone": shapes.optional(shapes.text),
    },
)
_RECURRENCE = shapes.record("microsoft.graph.patternedRecurrence", {"pattern": _PATTERN, "range": _RANGE})


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A pattern over a range. `count` limits a numbered range; `last` an end-dated one (inclusive)."""

    kind: str
    interval: int
    days_of_week: tuple[int, ...]
    day_of_month: int
    month: int
    first_day_of_week: int
    range_kind: str
    first: date
    last: date
    count: int | None
    zone: str

    def days(self, until: date) -> Iterator[date]:
        """Give the days of the series in order, none after `until`."""
        end = min(until, self.last)
        for number, day in enumerate(self._all_days()):
            if day > end or (self.count is not None and number >= self.count):
                return
            yield day

    def shown(self, zone: str) -> dict[str, Any]:
        """Write as a patternedRecurrence; `zone` names the range where the client gave none."""
        return {
            "pattern": {
                "type": self.kind,
                "interval": self.interval,
                "month": self.month,
                "dayOfMonth": self.day_of_month,
                "daysOfWeek": [_DAYS[day] for day in self.days_of_week],
                "firstDayOfWeek": _DAYS[self.first_day_of_week],
                "index": "first",
            },
            "range": {
                "type": self.range_kind,
                "startDate": self.first.isoformat(),
                "endDate": self.last.isoformat() if self.range_kind == "endDate" else _NO_DATE,
                "recurrenceTimeZone": self.zone or zone,
                "numberOfOccurrences": self.count or 0,
            },
        }

    def _all_days(self) -> Iterator[date]:
        if self.kind == "daily":
            day = self.first
            while True:
                yield day
                day += timedelta(days=self.interval)
        elif self.kind == "weekly":
            yield from self._weekly()
        else:
            yield from self._monthly(self.interval * (_MONTHS if self.kind == "absoluteYearly" else 1))

    def _weekly(self) -> Iterator[date]:
        week = self.first - timedelta(days=(self.first.weekday() - self.first_day_of_week) % _WEEK)
        offsets = sorted((day - self.first_day_of_week) % _WEEK for day in self.days_of_week)
        while True:
            for offset in offsets:
                day = week + timedelta(days=offset)
                if day >= self.first:
                    yield day
            week += timedelta(days=_WEEK * self.interval)

    def _monthly(self, step: int) -> Iterator[date]:
        month = (self.month or self.first.month) if self.kind == "absoluteYearly" else self.first.month
        index = self.first.year * _MONTHS + month - 1
        while True:
            year, month0 = divmod(index, _MONTHS)
            day = date(year, month0 + 1, min(self.day_of_month, calendar.monthrange(year, month0 + 1)[1]))
            if day >= self.first:
                yield day
            index += step


def read_recurrence(value: Any, name: str) -> Recurrence:
    """Read a patternedRecurrence. Raises GraphError 400 where it is incomplete, contradictory or not simulated."""
    given = _RECURRENCE(value, name)
    if not {"pattern", "range"} <= given.keys():
        raise invalid_property("A recurrence takes a pattern and a range.")
    pattern, span = given["pattern"], given["range"]
    kind = pattern.get("type")
    if kind in {"relativeMonthly", "relativeYearly"}:
        raise GraphError(400, "ErrorInvalidRequest", f"The simulator does not expand '{kind}' recurrences.")
    if "startDate" not in span or kind is None:
        raise invalid_property("A recurrence takes a pattern type and a range start date.")
    range_kind = span.get("type", "endDate")
    if range_kind == "endDate" and not span.get("endDate"):
        raise invalid_property("An end-dated range takes an endDate.")
    if range_kind == "numbered" and (span.get("numberOfOccurrences") or 0) < 1:
        raise invalid_property("A numbered range takes a positive numberOfOccurrences.")
    zone_named(span.get("recurrenceTimeZone") or "UTC")
    recurrence = Recurrence(
        kind=kind,
        interval=pattern.get("interval", 1),
        days_of_week=tuple(_DAYS.index(day) for day in pattern.get("daysOfWeek", [])),
        day_of_month=pattern.get("dayOfMonth", 0),
        month=pattern.get("month", 0),
        first_day_of_week=_DAYS.index(pattern.get("firstDayOfWeek") or "sunday"),
        range_kind=range_kind,
        first=span["startDate"],
        last=span["endDate"] if range_kind == "endDate" else _FOREVER,
        count=span["numberOfOccurrences"] if range_kind == "numbered" else None,
        zone=span.get("recurrenceTimeZone") or "",
    )
    _check(recurrence)
    return recurrence


def _check(recurrence: Recurrence) -> None:
    if recurrence.interval < 1:
        raise invalid_property("The interval of a recurrence must be positive.")
    if recurrence.last < recurrence.first:
        raise invalid_property("The endDate of a recurrence must not be before its startDate.")
    if recurrence.kind == "weekly" and not recurrence.days_of_week:
        raise invalid_property("A weekly recurrence takes daysOfWeek.")
    monthly = recurrence.kind in {"absoluteMonthly", "absoluteYearly"}
    if monthly and not 1 <= recurrence.day_of_month <= _LAST_DAY:
        raise invalid_property("This recurrence takes a dayOfMonth from 1 to 31.")
    if recurrence.kind == "absoluteYearly" and not 1 <= recurrence.month <= _MONTHS:
        raise invalid_property("A yearly recurrence takes a month from 1 to 12.")
