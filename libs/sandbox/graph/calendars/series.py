"""Series: from a master to its occurrences and exceptions.

Exchange stores the master and what differs from it; the other occurrences exist only when someone looks. Their ids are
derived from the master and the day, so they are the same at every look.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from sandbox.graph.calendars.items import Item
from sandbox.graph.errors import GraphError
from sandbox.graph.ids import derived

_ONE_DAY = timedelta(days=1)


def overlaps(item: Item, start: datetime, end: datetime) -> bool:
    """Tell whether an instance touches the window [start, end), naive UTC; an instance without length counts."""
    if item.start.utc == item.end.utc:
        return start <= item.start.utc < end
    return item.start.utc < end and item.end.utc > start


def instances(master: Item, start: datetime, end: datetime) -> list[Item]:
    """List the occurrences and exceptions of a series that touch the window, in the order of their days."""
    found = [instance(master, day) for day in _days(master, end) if _could_touch(master, day, start)]
    return [one for one in found if overlaps(one, start, end)]


def instance(master: Item, day: date) -> Item:
    """Give the series' instance of a day: the stored exception, or an occurrence made on the spot."""
    if day in master.exceptions:
        return master.exceptions[day]
    start = master.start.moved_to(datetime.combine(day, master.start.local.time()))
    end = master.end.moved_to(start.local + (master.end.local - master.start.local))
    return replace(
        master,
        rest_id=derived(master.rest_id, day.isoformat()),
        immutable_id=derived(master.immutable_id, day.isoformat()),
        kind="occurrence",
        start=start,
        end=end,
        recurrence=None,
        transaction_id=None,
        exceptions={},
        removed_days=set(),
        master=master,
        slot=day,
    )


def is_touched(master: Item, start: datetime, end: datetime) -> bool:
    """Tell whether any instance of the series touches the window."""
    return bool(instances(master, start, end))


def keep_exception(occurrence: Item) -> Item:
    """Store an occurrence as an exception of its series, so that it can differ; gives the stored item."""
    master, day = _place(occurrence)
    if day not in master.exceptions:
        master.exceptions[day] = replace(
            occurrence,
            kind="exception",
            fields=dict(occurrence.fields),
            attendees=[dict(attendee) for attendee in occurrence.attendees],
            extended={},
        )
    return master.exceptions[day]


def drop_instance(one: Item) -> None:
    """Take an occurrence or exception out of its series."""
    master, day = _place(one)
    master.exceptions.pop(day, None)
    master.removed_days.add(day)


def check_not_crossing(moved: Item) -> None:
    """Refuse an instance that was moved onto or over its neighbour's day (`ErrorOccurrenceCrossingBoundary`)."""
    master, day = _place(moved)
    new_day = moved.start.local.date()
    far = max(new_day, day) + timedelta(days=800)
    days = [one for one in _days(master, datetime.combine(far, datetime.min.time())) if one != day]
    taken = [(one, instance(master, one).start.local.date()) for one in days if abs(one - day) <= timedelta(days=800)]
    if any(new_day <= at for one, at in taken if one < day) or any(new_day >= at for one, at in taken if one > day):
        raise GraphError(
            400,
            "ErrorOccurrenceCrossingBoundary",
            "Modified occurrence is crossing or overlapping adjacent occurrence.",
        )


def _days(master: Item, end: datetime) -> Iterator[date]:
    if master.recurrence is None:
        return
    last = max(end.date(), *master.exceptions) if master.exceptions else end.date()
    for day in master.recurrence.days(last + _ONE_DAY):
        if day not in master.removed_days:
            yield day


def _could_touch(master: Item, day: date, start: datetime) -> bool:
    length = master.end.utc - master.start.utc
    return day in master.exceptions or datetime.combine(day + _ONE_DAY, datetime.max.time()) + length >= start


def _place(one: Item) -> tuple[Item, date]:
    if one.master is None or one.slot is None:
        raise ValueError("only an instance of a series has a place in it")
    return one.master, one.slot
