"""An event of ours, written for Graph and read back, is the same event."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import AllDay, Attendee, Event, Span, Timed
from contracts.writes import PeopleChange
from graph.asking.answers import GraphAttendee, GraphEvent
from graph.asking.bodies import EventBody
from outlook_connector.fields.people import attendees_of, merged
from outlook_connector.fields.text import canonical
from outlook_connector.translate import new_body, to_event

words = st.text(st.characters(codec="utf-8"), max_size=30)
addresses = st.from_regex(r"[a-d]{1,2}@[xy]\.test", fullmatch=True)
zones = st.sampled_from(sorted(available_timezones()))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
people = st.lists(
    st.builds(Attendee, address=addresses, name=words, resource=st.booleans()),
    unique_by=lambda one: one.address,
    max_size=5,
).map(tuple)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    if draw(st.booleans()):
        first = draw(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
        return AllDay(first=first, last=first + timedelta(days=draw(st.integers(0, 40))))
    start = draw(moments)
    return Timed(start=start, end=start + timedelta(minutes=draw(st.integers(0, 10_000))))


events = st.builds(
    Event,
    title=words,
    span=spans(),
    location=words,
    description=words.map(canonical),
    people=people,
    cancelled=st.none(),
    online=st.booleans(),
    join_url=st.just(""),
)


def as_stored(body: EventBody) -> GraphEvent:
    """Give what a server that changes nothing would answer."""
    sent: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(body))
    return msgspec.convert(sent | {"id": "AAMk=", "isOrganizer": True}, GraphEvent)


@given(events, zones)
def test_an_event_written_for_graph_reads_back(event: Event, zone: str) -> None:
    assert to_event(as_stored(new_body(event, zone, "t1", "Meeting/1"))) == event


@given(people, people, st.lists(addresses, max_size=3))
def test_a_change_of_people_touches_nobody_else(
    standing: tuple[Attendee, ...], add: tuple[Attendee, ...], remove: list[str]
) -> None:
    before = as_stored(new_body(Event(title="", span=_SPAN, people=standing), "UTC", "t1", "Meeting/1"))
    change = PeopleChange(add=add, remove=tuple(remove))

    written = merged(before, change)

    there = {one.address for one in standing}
    after = {one.address for one in attendees_of(_with(before, written))}
    assert after == (there - set(remove)) | {one.address for one in add}


@given(people, people, st.lists(addresses, max_size=3))
def test_a_change_of_people_made_twice_changes_nothing_more(
    standing: tuple[Attendee, ...], add: tuple[Attendee, ...], remove: list[str]
) -> None:
    before = as_stored(new_body(Event(title="", span=_SPAN, people=standing), "UTC", "t1", "Meeting/1"))
    change = PeopleChange(add=add, remove=tuple(set(remove) - {one.address for one in add}))

    once = _with(before, merged(before, change))

    assert merged(once, change) is None


_SPAN = Timed(start=datetime(2026, 3, 2, 9, tzinfo=UTC), end=datetime(2026, 3, 2, 10, tzinfo=UTC))


def _with(event: GraphEvent, written: Any) -> GraphEvent:
    if written is None:
        return event
    attendees = msgspec.json.decode(msgspec.json.encode(written), type=tuple[GraphAttendee, ...])
    return msgspec.structs.replace(event, attendees=attendees)
