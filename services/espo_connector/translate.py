"""EspoCRM's records to events and back, pure.

The two kinds of time are where synchronisers go wrong, so the rule is short: a record with a first *date* is all-day, its
dates are read and its times ignored, because EspoCRM recomputes those from the system zone. Written are always all five
attributes, since versions 9 and 10 each need others of them to turn one kind into the other. (EspoCRM source,
`Core/Repositories/Event.php`; observed on 9.2.7, 9.3.10 and 10.0.0.)
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from contracts.changes import EspoSeen
from contracts.events import AllDay, Event, Span, Timed
from contracts.size import TOO_LONG
from espo_connector.fields.attendance import Person, PersonId, Record, attendees
from espo_connector.fields.schema import EntityType
from espo_connector.fields.titles import accepted, shown
from times.espo import from_espo, to_espo
from times.reach import within_reach

Attributes = dict[str, Any]

_ASKS_FOR_TEAMS = ("Microsoft", True)
"""What stands in *Online location* (`externalService`), or in a checkbox, of a record that wants a Teams meeting (M27)."""


class Unreadable(ValueError):  # noqa: N818  # a statement about the record
    """A record that is no event: a time is written in no known way. Says nothing of its content."""


class NoStart(Unreadable):
    """A record that takes place at no time: EspoCRM lets a start be missing."""


class TooLong(Unreadable):
    """A record that says more than can travel (`contracts.size`)."""

    def __init__(self) -> None:
        super().__init__(TOO_LONG)


class Impossible(ValueError):  # noqa: N818  # a statement about the event
    """An event that an entity type cannot hold. Says nothing of its content."""


def event_of(record: Record, entity: EntityType, persons: Mapping[PersonId, Person], api_user: str) -> Event:
    """Read a record as an event. Raises Unreadable."""
    return Event(
        title=shown(record.get("name") or ""),
        span=span_of(record),
        location=(record.get(entity.location) or "") if entity.location else None,
        description=plain(record.get("description") or ""),
        people=attendees(record, entity, persons, api_user) if entity.kinds else None,
        cancelled=record.get("status") in entity.cancelled if entity.cancelled else None,
        online=any(record.get(field) in _ASKS_FOR_TEAMS for field in entity.online) if entity.online else None,
        join_url=(record.get("joinUrl") or "") if entity.join_url_length else None,
    )


def seen(record: Record, entity: EntityType, event: Event, read_at: datetime, api_user: str) -> EspoSeen:
    """Say what was read of a record. Raises Unreadable where it has no time of modification."""
    modified_at = _instant(record.get("modifiedAt"))
    return EspoSeen(
        account=record.get("assignedUserId") or "",
        entity=entity.name,
        espo_id=record["id"],
        version=record["modifiedAt"],
        modified_at=modified_at,
        read_at=read_at,
        created_by_us=record.get("createdById") == api_user,
        changed_by=_changed_by(record, api_user),
        key=(record.get(entity.key) or "") if entity.key else "",
        event=event,
    )


def _changed_by(record: Record, api_user: str) -> str:
    """Name who changed a record last, or made it if nobody has changed it since; "" if that was us."""
    last = "modifiedBy" if record.get("modifiedById") else "createdBy"
    return "" if record.get(f"{last}Id") == api_user else record.get(f"{last}Name") or ""


def span_of(record: Record) -> Span:
    """Read when a record takes place. EspoCRM lets an end be missing or before the start: then it ends as it starts.

    Raises Unreadable, also for dates that no calendar of Outlook has.
    """
    span = _span(record)
    try:
        for day in (span.first, span.last) if isinstance(span, AllDay) else (span.start, span.end):
            within_reach(day)
    except ValueError as error:
        raise Unreadable(str(error)) from None
    return span


def _span(record: Record) -> Span:
    if record.get("dateStartDate"):
        first = _date(record["dateStartDate"])
        return AllDay(first=first, last=max(first, _date(record.get("dateEndDate") or record["dateStartDate"])))
    if not record.get("dateStart"):
        raise NoStart("it has no start")
    start = _instant(record["dateStart"])
    return Timed(start=start, end=max(start, _instant(record.get("dateEnd") or record["dateStart"])))


def plain(text: str) -> str:
    r"""Write line ends as `\n`, with nothing behind the last line."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip()


def times(span: Span, entity: EntityType) -> Attributes:
    """Write when an event takes place: both ends always, or EspoCRM moves the one that is missing.

    Raises Impossible for whole days in an entity type that has none.
    """
    match span:
        case AllDay() if not entity.all_day:
            raise Impossible(f"a {entity.name} in EspoCRM cannot last whole days")
        case AllDay(first=first, last=last):
            return {"isAllDay": True, "dateStartDate": first.isoformat(), "dateEndDate": last.isoformat()}
        case Timed(start=start, end=end):
            hours = {"dateStart": to_espo(start), "dateEnd": to_espo(end)}
            no_days = {"isAllDay": False, "dateStartDate": None, "dateEndDate": None}
            return {**no_days, **hours} if entity.all_day else hours


def place(location: str, entity: EntityType) -> Attributes:
    """Write where an event takes place, as long as the field is; nothing where the entity type has none."""
    return {entity.location: location.strip()[: entity.location_length].rstrip()} if entity.location else {}


def state(event: Event, entity: EntityType, zone: ZoneInfo, now: datetime) -> Attributes:
    """Write the status of a new record. What is over is completed at once, or EspoCRM would remind people of it."""
    if event.cancelled:
        return standing(True, entity) or {"status": entity.planned}
    return {"status": entity.completed if _end(event.span, zone) < now else entity.planned}


def standing(cancelled: bool, entity: EntityType) -> Attributes:
    """Write whether an event is cancelled; nothing where the entity type has no status that says so."""
    if not entity.cancelled:
        return {}
    return {"status": entity.cancelled[0] if cancelled else entity.planned}


def named(title: str) -> Attributes:
    """Write what an event is called."""
    return {"name": accepted(title)}


def described(text: str) -> Attributes:
    """Write what is said about an event."""
    return {"description": plain(text)}


def keyed(key: str, entity: EntityType) -> Attributes:
    """Write of which event a record is made; nothing where no field holds that."""
    return {entity.key: key} if key and entity.key else {}


def joined_at(join_url: str, entity: EntityType) -> Attributes:
    """Write where people join a meeting online; nothing where we cannot. Raises Impossible for a link that is too long."""
    if not entity.join_url_length:
        return {}
    if len(join_url) > entity.join_url_length:
        raise Impossible(f"the join link is longer than the {entity.join_url_length} characters that EspoCRM takes")
    return {"joinUrl": join_url or None}


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Give the moment at which a day begins in a zone."""
    return datetime.combine(day, time.min, tzinfo=zone)


def _end(span: Span, zone: ZoneInfo) -> datetime:
    return span.end if isinstance(span, Timed) else midnight(span.last + timedelta(days=1), zone)


def _instant(written: Any) -> datetime:
    try:
        return from_espo(written)
    except (TypeError, ValueError):
        raise Unreadable("a time is missing or written in no known way") from None


def _date(written: Any) -> date:
    try:
        return date.fromisoformat(written)
    except (TypeError, ValueError):
        raise Unreadable("a date is written in no known way") from None
