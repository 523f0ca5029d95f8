"""A record's title and time as Teams takes them, and whether a meeting says the same. Pure.

Teams knows no whole days and no meeting without length, so a whole day lasts from midnight to midnight where its owner
is, and a moment lasts an hour, which is what Graph itself makes of a missing end (documentation, "createOrGet").
"""

from datetime import datetime, timedelta

from contracts.events import AllDay, Span
from graph.asking.answers import OnlineMeeting
from graph.asking.bodies import MeetingBody
from times.outlook import instant, midnight

_SHORTEST = timedelta(hours=1)


def meeting_body(title: str, span: Span, zone: str) -> MeetingBody:
    """Write a meeting. `zone` is the one that its owner sees."""
    start, end = _instants(span, zone)
    if end <= start:
        end = start + _SHORTEST
    return MeetingBody(title, start.isoformat(), end.isoformat())


def says_the_same(meeting: OnlineMeeting, body: MeetingBody) -> bool:
    """Whether a meeting that was found has the subject and the times that are wished for."""
    there = (meeting.subject or "", _moment(meeting.start_date_time), _moment(meeting.end_date_time))
    return there == (body.subject, _moment(body.start_date_time), _moment(body.end_date_time))


def _instants(span: Span, zone: str) -> tuple[datetime, datetime]:
    if isinstance(span, AllDay):
        return instant(midnight(span.first, zone)), instant(midnight(span.end, zone))
    return span.start, span.end


def _moment(written: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(written or "")
    except ValueError:
        return None
