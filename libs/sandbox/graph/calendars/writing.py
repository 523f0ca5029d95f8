"""Writes a client's draft into an item, with everything that Exchange derives from it.

Kept apart from the verbs because creating and changing derive alike: bodies re-wrapped, locations linked to each
other, guests' replies kept when the list is replaced, all-day spans held to midnight.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sandbox.graph.calendars import bodies
from sandbox.graph.calendars.items import DEFAULTS, NOWHERE, Item
from sandbox.graph.calendars.people import Directory
from sandbox.graph.calendars.recurrence import Recurrence
from sandbox.graph.calendars.zones import zone_named
from sandbox.graph.clock import NEVER
from sandbox.graph.errors import GraphError, invalid_property, invalid_request

_LONGEST = timedelta(days=1825)
_ONE_DAY = timedelta(days=1)
_ONLINE = frozenset({"isOnlineMeeting", "onlineMeetingProvider"})


def check_times(item: Item) -> None:
    """Refuse a span that Exchange refuses: ended before begun, five years long, all-day without midnights."""
    if item.end.utc < item.start.utc:
        raise GraphError(400, "ErrorCalendarEndDateIsEarlierThanStartDate", "The end is before the start.")
    if item.end.utc - item.start.utc > _LONGEST:
        raise GraphError(400, "ErrorCalendarDurationIsTooLong", "An event lasts five years at most.")
    if item.fields["isAllDay"]:
        if not (item.start.is_midnight and item.end.is_midnight):
            raise invalid_property("The start and end of an all-day event need to be set to midnight.")
        if zone_named(item.start.zone) != zone_named(item.end.zone):
            raise invalid_property("The start and end of an all-day event need to be in the same time zone.")
        if item.end.local - item.start.local < _ONE_DAY:
            raise invalid_property("The duration of an event marked as all day must be at least 24 hours.")
    if item.recurrence is not None and item.recurrence.first != item.start.local.date():
        raise invalid_property("The startDate of the recurrence range must be the date of the event's start.")


def write(item: Item, draft: dict[str, Any], people: Directory) -> None:
    """Put a draft's properties into an item. Raises GraphError 400 where the result would not hold together."""
    item.fields = {**item.fields, **{k: v for k, v in draft.items() if k in DEFAULTS and k not in _ONLINE}}
    _write_times(item, draft)
    if "body" in draft:
        body = draft["body"] or {}
        item.set_body(bodies.kept(body.get("content", ""), body.get("contentType") or "text"))
    _write_places(item, draft)
    if "attendees" in draft:
        item.attendees = _guests(draft["attendees"], item.attendees, people)
    if "singleValueExtendedProperties" in draft:
        item.extended = {**item.extended, **draft["singleValueExtendedProperties"]}
    check_times(item)


def _write_times(item: Item, draft: dict[str, Any]) -> None:
    zones = item.original_zones
    if "start" in draft:
        item.start, zones = draft["start"], (draft["start"].zone, zones[1])
    if "end" in draft:
        item.end, zones = draft["end"], (zones[0], draft["end"].zone)
    item.original_zones = zones
    if "recurrence" in draft:
        _write_recurrence(item, draft["recurrence"])
    if item.kind == "seriesMaster" and draft.keys() & {"start", "end", "recurrence", "isAllDay"}:
        item.exceptions, item.removed_days = {}, set()


def _write_recurrence(item: Item, recurrence: Recurrence | None) -> None:
    if item.master is not None:
        raise invalid_request("An occurrence of a series cannot have a recurrence of its own.")
    item.recurrence = recurrence and replace(recurrence, zone=recurrence.zone or item.start.zone)
    item.kind = "singleInstance" if recurrence is None else "seriesMaster"


def _write_places(item: Item, draft: dict[str, Any]) -> None:
    if draft.get("locations"):
        item.locations = [_place(one) for one in draft["locations"]]
        item.location = _place({"displayName": "; ".join(one["displayName"] for one in item.locations)})
    elif "locations" in draft and "location" not in draft:
        item.location, item.locations = NOWHERE, []
    elif "location" in draft:
        given = draft["location"] or {}
        item.location = _place(given) if given.get("displayName") else {**NOWHERE, **given}
        item.locations = [item.location] if given.get("displayName") else []


def _place(given: dict[str, Any]) -> dict[str, Any]:
    """Complete a location as Exchange does: a free text becomes its own private id."""
    name = given.get("displayName", "")
    return {"displayName": name, "locationType": "default", "uniqueId": name, "uniqueIdType": "private", **given}


def _guests(given: list[dict[str, Any]], before: list[dict[str, Any]], people: Directory) -> list[dict[str, Any]]:
    """Replace a guest list: who stays keeps the reply given, what a client says about replies is not heard."""
    known = {one["emailAddress"]["address"].lower(): one for one in before}
    guests: dict[str, dict[str, Any]] = {}
    for one in given:
        address = one["emailAddress"]["address"]
        person = people.find(address)
        old = known.get(address.lower(), {})
        guest = {
            "type": one.get("type") or "required",
            "status": old.get("status") or {"response": "none", "time": NEVER},
            "emailAddress": {
                "name": one["emailAddress"].get("name") or (person.name if person else address),
                "address": address,
            },
        }
        if "proposedNewTime" in old:
            guest["proposedNewTime"] = old["proposedNewTime"]
        guests[address.lower()] = guest
    return list(guests.values())
