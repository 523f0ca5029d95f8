"""Reads what a client sends to create or change an event.

Sources: Microsoft Graph v1.0 documentation, "Create event" and "Update event" (writable properties), and the v1.0 CSDL
(types). Server-owned properties are passed over, as Exchange does; anything unknown is refused.
"""

import re
from typing import Any

from sandbox.graph.calendars import shapes
from sandbox.graph.calendars.moments import read_moment
from sandbox.graph.calendars.recurrence import read_recurrence
from sandbox.graph.errors import GraphError, bad_body, invalid_property

EVENT = "microsoft.graph.event"
_MAX_SUBJECT = 255
_MAX_ATTENDEES = 500
_MAX_TRANSACTION_ID = 255
_EXTENDED_ID = re.compile(
    r"(?P<type>[A-Za-z]+(?: Array)?) \{(?P<guid>[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}"
    r" (?P<kind>Name|Id) (?P<name>\S.*)",
)

_READ_ONLY = frozenset(
    {
        "id", "changeKey", "createdDateTime", "lastModifiedDateTime", "bodyPreview", "iCalUId", "isCancelled", "isDraft",
        "isOrganizer", "organizer", "originalStart", "originalStartTimeZone", "originalEndTimeZone", "responseStatus",
        "seriesMasterId", "type", "webLink", "onlineMeeting", "onlineMeetingUrl", "hasAttachments",
        "cancelledOccurrences", "exceptionOccurrences",
    },
)  # fmt: skip

_EMAIL_ADDRESS = shapes.record("microsoft.graph.emailAddress", {"name": shapes.text, "address": shapes.text})
_SLOT = shapes.record("microsoft.graph.timeSlot", {"start": read_moment, "end": read_moment})
_RESPONSES = ("none", "organizer", "tentativelyAccepted", "accepted", "declined", "notResponded")
_STATUS = shapes.record(
    "microsoft.graph.responseStatus",
    {"response": shapes.optional(shapes.one_of(*_RESPONSES)), "time": shapes.text},
)
_ATTENDEE = shapes.record(
    "microsoft.graph.attendee",
    {
        "type": shapes.optional(shapes.one_of("required", "optional", "resource")),
        "emailAddress": _EMAIL_ADDRESS,
        "status": shapes.optional(_STATUS),
        "proposedNewTime": shapes.optional(_SLOT),
    },
)
_ADDRESS_PARTS = ("street", "city", "state", "countryOrRegion", "postalCode")
_COORDINATES = ("accuracy", "altitude", "altitudeAccuracy", "latitude", "longitude")
_LOCATION_TYPES = (
    "default", "conferenceRoom", "homeAddress", "businessAddress", "geoCoordinates", "streetAddress", "hotel",
    "restaurant", "localBusiness", "postalAddress",
)  # fmt: skip
_LOCATION = shapes.record(
    "microsoft.graph.location",
    {
        "displayName": shapes.text,
        "locationType": shapes.one_of(*_LOCATION_TYPES),
        "locationEmailAddress": shapes.text,
        "locationUri": shapes.text,
        "uniqueId": shapes.text,
        "uniqueIdType": shapes.one_of("unknown", "locationStore", "directory", "private", "bing"),
        "address": shapes.optional(
            shapes.record("microsoft.graph.physicalAddress", dict.fromkeys(_ADDRESS_PARTS, shapes.text)),
        ),
        "coordinates": shapes.optional(
            shapes.record(
                "microsoft.graph.outlookGeoCoordinates",
                dict.fromkeys(_COORDINATES, shapes.optional(shapes.number)),
            ),
        ),
    },
)
_BODY = shapes.record(
    "microsoft.graph.itemBody",
    {"contentType": shapes.optional(shapes.one_of("text", "html")), "content": shapes.text},
)
_EXTENDED = shapes.many(
    shapes.record("microsoft.graph.singleValueLegacyExtendedProperty", {"id": shapes.text, "value": shapes.text}),
)


def _subject(value: Any, name: str) -> str:
    subject = shapes.text(value, name)
    if len(subject) > _MAX_SUBJECT:
        raise invalid_property("At least one property failed validation. The subject is longer than 255 characters.")
    return subject


def _attendees(value: Any, name: str) -> list[dict[str, Any]]:
    attendees: list[dict[str, Any]] = shapes.many(_ATTENDEE)(value, name)
    if len(attendees) > _MAX_ATTENDEES:
        raise invalid_property("An event takes at most 500 attendees.")
    for attendee in attendees:
        if "@" not in attendee.get("emailAddress", {}).get("address", ""):
            raise GraphError(400, "ErrorInvalidRecipients", "At least one recipient is not valid.")
    return attendees


def _reminder(value: Any, name: str) -> int:
    minutes = shapes.whole(value, name)
    if minutes < 0:
        raise invalid_property("The reminder must not be negative.")
    return minutes


def _transaction_id(value: Any, name: str) -> str:
    transaction_id = shapes.text(value, name)
    if len(transaction_id) > _MAX_TRANSACTION_ID:
        raise invalid_property("The transactionId is too long.")
    return transaction_id


def _extended(value: Any, name: str) -> dict[str, str]:
    return {extended_id(entry.get("id", "")): entry.get("value", "") for entry in _EXTENDED(value, name)}


_WRITABLE: dict[str, shapes.Check] = {
    "allowNewTimeProposals": shapes.flag,
    "attendees": _attendees,
    "body": shapes.optional(_BODY),
    "categories": shapes.many(shapes.text),
    "end": read_moment,
    "hideAttendees": shapes.flag,
    "importance": shapes.one_of("low", "normal", "high"),
    "isAllDay": shapes.flag,
    "isOnlineMeeting": shapes.flag,
    "isReminderOn": shapes.flag,
    "location": shapes.optional(_LOCATION),
    "locations": shapes.many(_LOCATION),
    "onlineMeetingProvider": shapes.one_of("unknown", "teamsForBusiness", "skypeForBusiness", "skypeForConsumer"),
    "recurrence": shapes.optional(read_recurrence),
    "reminderMinutesBeforeStart": _reminder,
    "responseRequested": shapes.flag,
    "sensitivity": shapes.one_of("normal", "personal", "private", "confidential"),
    "showAs": shapes.one_of("free", "tentative", "busy", "oof", "workingElsewhere", "unknown"),
    "singleValueExtendedProperties": _extended,
    "start": read_moment,
    "subject": _subject,
    "transactionId": _transaction_id,
}
PROPERTIES = frozenset(_WRITABLE) | _READ_ONLY


def read_draft(body: Any) -> dict[str, Any]:
    """Read an event from a request: property name to checked value, with only what the client may write.

    `start`/`end` become Moments, `recurrence` a Recurrence, extended properties a mapping of id to value.
    Raises GraphError 400 for what Graph's types or Exchange's limits refuse.
    """
    if not isinstance(body, dict):
        raise bad_body("The request body must be an event.")
    draft = {}
    for name, value in body.items():
        if "@" in name or name in _READ_ONLY:
            continue
        if name not in _WRITABLE:
            raise shapes.unknown_property(name, EVENT)
        draft[name] = _WRITABLE[name](value, name)
    return draft


def extended_id(text: str) -> str:
    """Bring an extended property's id to its stored form: GUID in lower case, the name as given (it is case-sensitive).

    Raises GraphError 400 for anything but `{type} {guid} Name|Id {name}` (Microsoft Graph v1.0 documentation,
    "singleValueLegacyExtendedProperty resource type").
    """
    found = _EXTENDED_ID.fullmatch(text)
    if found is None:
        raise GraphError(400, "ErrorInvalidProperty", f"The property id '{text}' is not valid.")
    return f"{found['type']} {{{found['guid'].lower()}}} {found['kind']} {found['name']}"
