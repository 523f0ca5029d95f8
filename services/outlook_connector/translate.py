"""Graph's events and ours, both ways. Pure.

What Outlook holds besides (reminders, categories, rooms, how the time is shown) is no part of an event and never
written, so it stays as it is (rule M14).
"""

from msgspec import UNSET, UnsetType, structs

from contracts.events import AllDay, Event, Span, Timed
from contracts.writes import Patch
from graph.asking.answers import DateTimeTimeZone, GraphEvent, Location
from graph.asking.bodies import TEAMS, EventBody, HiddenProperty, Invitee, NewBody
from outlook_connector.fields.moments import wall
from outlook_connector.fields.page import UnreadableError
from outlook_connector.fields.people import attendees_of, invitees, merged
from outlook_connector.fields.teams_block import description_of_html, description_of_text, with_description
from outlook_connector.fields.text import canonical, to_html
from times.outlook import WallTime, day_of, instant, midnight, wall_time
from times.reach import within_reach
from times.zones import UnknownZoneError

ESPO_PROPERTY = "String {5d1c1f0e-6f0b-4d0c-9a35-2f4b8f2f7a61} Name EspoId"
"""The hidden property that names the EspoCRM record, `Entity/id`. The GUID is ours and stands for our property set."""


def to_event(seen: GraphEvent) -> Event:
    """Read a Graph event.

    `cancelled` is None on the organizer's own event, where Outlook has no such state: to cancel is to remove.

    Raises:
        UnreadableError: it has no times, times that cannot be read, or a body that is nested without end.

    """
    return Event(
        title=seen.subject or "",
        span=_span(seen),
        location=(seen.location.display_name if seen.location else None) or "",
        description=_description(seen),
        people=attendees_of(seen),
        cancelled=_cancelled(seen),
        online=bool(seen.is_online_meeting),
        join_url=(seen.online_meeting.join_url if seen.online_meeting else None) or "",
    )


def new_body(event: Event, zone: str, transaction_id: str, espo: str) -> EventBody:
    """Write a whole event, to be created. `zone` is the one that its owner sees.

    A Teams meeting is asked for in the same request, so that its guests get one mail and the link is in it; it always has
    a body, because Exchange appends the link to none as ugly plain text.
    """
    description = event.description if not event.online else event.description or ""
    start, end, is_all_day = _written(event.span, zone)
    return EventBody(
        subject=event.title,
        body=UNSET if description is None else NewBody(to_html(description)),
        start=start,
        end=end,
        is_all_day=is_all_day,
        location=UNSET if event.location is None else Location(event.location),
        attendees=invitees(event.people) if event.people else UNSET,
        is_online_meeting=True if event.online else UNSET,
        online_meeting_provider=TEAMS if event.online else UNSET,
        transaction_id=transaction_id,
        hidden=(HiddenProperty(ESPO_PROPERTY, espo),),
    )


def needs_reading(patch: Patch) -> bool:
    """Say whether a patch can only be written in view of the event as it stands."""
    return patch.people is not None or patch.description is not None


def patch_body(patch: Patch, zone: str, standing: GraphEvent | None) -> EventBody:
    """Write what a patch changes, and nothing that stands like that already, so that no guest is mailed for nothing.

    `standing` is the event as it is now, needed where `needs_reading`. A reply or a cancellation is nothing that an
    organizer could write.
    """
    body = EventBody(
        subject=UNSET if patch.title is None else patch.title,
        location=UNSET if patch.location is None else Location(patch.location),
    )
    if patch.span is not None:
        start, end, is_all_day = _written(patch.span, zone)
        body = structs.replace(body, start=start, end=end, is_all_day=is_all_day)
    if standing is None:
        return body
    return structs.replace(
        _without_what_stands(body, patch, standing),
        body=_new_description(patch, standing),
        attendees=_new_attendees(patch, standing),
    )


def _without_what_stands(body: EventBody, patch: Patch, standing: GraphEvent) -> EventBody:
    there = to_event(standing)
    if patch.title == there.title:
        body = structs.replace(body, subject=UNSET)
    if patch.location == there.location:
        body = structs.replace(body, location=UNSET)
    if patch.span == there.span:
        body = structs.replace(body, start=UNSET, end=UNSET, is_all_day=UNSET)
    return body


def _new_attendees(patch: Patch, standing: GraphEvent) -> tuple[Invitee, ...] | UnsetType:
    """An empty list is one to write, too: the last guest has left."""
    attendees = merged(standing, patch.people) if patch.people else None
    return UNSET if attendees is None else attendees


def _new_description(patch: Patch, standing: GraphEvent) -> NewBody | UnsetType:
    if patch.description is None or canonical(patch.description) == _description(standing):
        return UNSET
    html = to_html(patch.description)
    standing_html = standing.body.content if standing.body and _is_html(standing) else None
    return NewBody(with_description(standing_html or "", html))


def _cancelled(seen: GraphEvent) -> bool | None:
    if seen.is_cancelled:
        return True
    return False if seen.is_organizer is False else None


def _span(seen: GraphEvent) -> Span:
    if seen.start is None or seen.end is None:
        raise UnreadableError("start or end is missing")
    try:
        return _all_day(seen.start, seen.end) if seen.is_all_day else _timed(seen.start, seen.end)
    except UnknownZoneError:
        raise UnreadableError("start or end is in a time zone that nobody knows") from None
    except ValueError:
        raise UnreadableError("start or end is no date and time that a calendar has") from None


def _all_day(start: DateTimeTimeZone, end: DateTimeTimeZone) -> AllDay:
    first, behind = day_of(wall(start)), day_of(wall(end))
    within_reach(first)
    within_reach(behind)
    return AllDay.until(first, behind)


def _timed(start: DateTimeTimeZone, end: DateTimeTimeZone) -> Timed:
    begins, ends = instant(wall(start)), instant(wall(end))
    within_reach(begins)
    within_reach(ends)
    return Timed(start=begins, end=ends)


def _written(span: Span, zone: str) -> tuple[DateTimeTimeZone, DateTimeTimeZone, bool]:
    if isinstance(span, AllDay):
        return _pair(midnight(span.first, zone)), _pair(midnight(span.end, zone)), True
    return _pair(wall_time(span.start, zone)), _pair(wall_time(span.end, zone)), False


def _pair(wall: WallTime) -> DateTimeTimeZone:
    return DateTimeTimeZone(wall.date_time, wall.time_zone)


def _description(seen: GraphEvent) -> str:
    content = (seen.body.content if seen.body else None) or ""
    return description_of_html(content) if _is_html(seen) else description_of_text(content)


def _is_html(seen: GraphEvent) -> bool:
    return seen.body is not None and (seen.body.content_type or "").lower() != "text"
