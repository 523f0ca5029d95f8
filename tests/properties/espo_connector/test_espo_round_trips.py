"""Whatever an event holds, it comes back from a record as it went in."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts.events import AllDay, Event, PersonKind, Span, Timed
from espo_connector.fields.schema import EntityType
from espo_connector.fields.titles import LONGEST, accepted, shown
from espo_connector.translate import described, event_of, named, place, standing, times

MEETING = EntityType("Meeting", kinds=tuple(PersonKind), location="location", location_length=255)

seconds = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
timed = st.builds(
    lambda start, length: Timed(start=start, end=start + length),
    seconds,
    st.timedeltas(timedelta(0), timedelta(days=30)).map(lambda length: timedelta(seconds=int(length.total_seconds()))),
)
all_day = st.builds(
    lambda first, days: AllDay(first=first, last=first + timedelta(days=days)),
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    st.integers(0, 40),
)
spans = timed | all_day
titles = st.text(max_size=400)
words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=200)


@given(titles)
def test_a_title_that_espocrm_accepts_stays_as_it_is(title: str) -> None:
    assert accepted(accepted(title)) == accepted(title)


@given(titles)
def test_a_title_always_meets_espocrms_rules(title: str) -> None:
    name = accepted(title)
    assert set("<>=").isdisjoint(name)
    assert 0 < len(name) <= LONGEST
    assert name == name.strip()


@given(titles)
def test_a_title_that_was_shown_is_stored_as_before(title: str) -> None:
    assert accepted(shown(accepted(title))) == accepted(title)


@given(spans)
def test_a_span_is_read_as_it_was_written(span: Span) -> None:
    assert _read(times(span, MEETING)).span == span


@given(spans, spans)
def test_a_span_written_over_another_leaves_no_trace_of_it(before: Span, after: Span) -> None:
    assert _read({**times(before, MEETING), **times(after, MEETING)}).span == after


@given(title=words, span=spans, location=words, description=words, cancelled=st.booleans())
def test_an_event_is_read_as_it_was_written(
    title: str, span: Span, location: str, description: str, cancelled: bool
) -> None:
    event = Event(
        title=shown(accepted(title)),
        span=span,
        location=location,
        description=description,
        people=(),
        cancelled=cancelled,
    )
    written = {
        **named(event.title),
        **times(span, MEETING),
        **place(location, MEETING),
        **described(description),
        **standing(cancelled, MEETING),
    }
    assert _read(written) == event


def _read(attributes: dict[str, Any]) -> Event:
    return event_of({"id": "m1", "assignedUserId": "anna", "name": "x", **attributes}, MEETING, {}, "api")
