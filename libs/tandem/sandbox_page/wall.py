"""An entry as the page shows it and takes it: what its owner's clock on the wall says, in JSON."""

from datetime import UTC, date, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.events import AllDay, Span, Timed
from tandem.people.entries import Entry

_LONGEST = 200


class Typed(BaseModel):
    """What somebody typed or dragged. `start` and `end` are wall times without an offset; of a whole day only the date counts.

    An all-day entry's `end` is its last day.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(max_length=_LONGEST)
    start: datetime
    end: datetime
    all_day: bool = False
    call: bool = False
    location: str = Field(default="", max_length=_LONGEST)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("times are those of a wall clock, without an offset")
        if self.end < self.start:
            raise ValueError("it ends before it starts")
        if self.call and self.all_day:
            raise ValueError("a call lasts no whole day in EspoCRM")
        return self

    def entry(self, zone: str, before: Entry | None) -> Entry:
        """Say it as an entry; what the page does not show (guests) stays as it was `before`."""
        return Entry(
            title=self.title,
            span=self._span(ZoneInfo(zone)),
            location=self.location,
            people=before.people if before else frozenset(),
            call=before.call if before else self.call,
            cancelled=before.cancelled if before else False,
        )

    def _span(self, zone: ZoneInfo) -> Span:
        if self.all_day:
            return AllDay(first=self.start.date(), last=self.end.date())
        start, end = (edge.replace(tzinfo=zone).astimezone(UTC) for edge in (self.start, self.end))
        return Timed(start=start, end=end)


def shown(entry: Entry, zone: str) -> dict[str, Any]:
    """Write an entry for the page, in the words of `Typed`."""
    span = entry.span
    if isinstance(span, AllDay):
        start, end = _midnight(span.first), _midnight(span.last)
    else:
        start, end = (edge.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for edge in (span.start, span.end))
    return {
        "title": entry.title,
        "start": start.isoformat(timespec="minutes"),
        "end": end.isoformat(timespec="minutes"),
        "all_day": isinstance(span, AllDay),
        "call": entry.call,
        "location": entry.location,
        "guests": sorted(entry.people),
    }


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  # a day on the wall has no zone
