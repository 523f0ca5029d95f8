"""An event as a mailbox holds it, and how it is written for a reader.

One item has two ids; which one a reader sees, in which zone its times are told and whether its body is HTML or text is
the reader's choice in each request (the `Prefer` header), never the item's.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sandbox.graph.calendars import bodies
from sandbox.graph.calendars.moments import Moment
from sandbox.graph.calendars.recurrence import Recurrence
from sandbox.graph.calendars.teams import OnlineMeeting
from sandbox.graph.clock import NEVER, text_of

DEFAULTS: dict[str, Any] = {
    "categories": [],
    "reminderMinutesBeforeStart": 15,
    "isReminderOn": True,
    "subject": "",
    "importance": "normal",
    "sensitivity": "normal",
    "isAllDay": False,
    "responseRequested": True,
    "showAs": "busy",
    "allowNewTimeProposals": True,
    "hideAttendees": False,
    "isOnlineMeeting": False,
    "onlineMeetingProvider": "unknown",
}
_WEB_LINK = "https://outlook.office365.com/owa/?itemid={}&exvsurl=1&path=/calendar/item"
NOWHERE: dict[str, Any] = {
    "displayName": "",
    "locationType": "default",
    "uniqueIdType": "unknown",
    "address": {},
    "coordinates": {},
}


@dataclass(frozen=True, slots=True)
class View:
    """How a reader wants events written: ids, zone (None is UTC), body as text."""

    immutable: bool = False
    zone: str | None = None
    text: bool = False


@dataclass(slots=True, eq=False)
class Item:
    """An event. `fields` holds the plain writable properties as they go over the wire; the rest has a life of its own.

    `kind` is `singleInstance`, `seriesMaster`, `occurrence` or `exception`; the last two have a `master` and a `slot`,
    their day in the series. Occurrences are made when looked at and not stored.
    """

    rest_id: str
    immutable_id: str
    ical_uid: str
    change_key: str
    created: int
    modified: int
    start: Moment
    end: Moment
    organizer: dict[str, str]
    fields: dict[str, Any]
    calendar: str = ""
    kind: str = "singleInstance"
    body: str = ""
    body_text: str = ""
    location: dict[str, Any] = field(default_factory=lambda: NOWHERE)
    locations: list[dict[str, Any]] = field(default_factory=list)
    attendees: list[dict[str, Any]] = field(default_factory=list)
    extended: dict[str, str] = field(default_factory=dict)
    is_organizer: bool = True
    is_cancelled: bool = False
    response: str = "organizer"
    responded: str = NEVER
    transaction_id: str | None = None
    online: OnlineMeeting | None = None
    original_zones: tuple[str, str] = ("UTC", "UTC")
    recurrence: Recurrence | None = None
    removed_days: set[date] = field(default_factory=set)
    exceptions: dict[date, "Item"] = field(default_factory=dict)
    master: "Item | None" = None
    slot: date | None = None

    @property
    def etag(self) -> str:
        """Write the version as an entity tag."""
        return f'W/"{self.change_key}"'

    def id_for(self, view: View) -> str:
        """Give the id that this reader asked for."""
        return self.immutable_id if view.immutable else self.rest_id

    def set_body(self, kept_html: str) -> None:
        """Replace the body, as Exchange keeps it."""
        self.body = kept_html
        self.body_text = bodies.plain(kept_html)

    def shown(self, view: View) -> dict[str, Any]:
        """Write as a Graph event, every property of the v1.0 type that is returned by default."""
        fields, item_id, all_day = self.fields, self.id_for(view), self.fields["isAllDay"]
        shown = {
            "@odata.etag": self.etag,
            "id": item_id,
            "createdDateTime": text_of(self.created),
            "lastModifiedDateTime": text_of(self.modified),
            "changeKey": self.change_key,
            "originalStartTimeZone": self.original_zones[0],
            "originalEndTimeZone": self.original_zones[1],
            "iCalUId": self.ical_uid,
            "hasAttachments": False,
            "bodyPreview": bodies.preview(self.body_text),
            "isCancelled": self.is_cancelled,
            "isOrganizer": self.is_organizer,
            "isDraft": False,
            "type": self.kind,
            "seriesMasterId": self.master.id_for(view) if self.master else None,
            "webLink": _WEB_LINK.format(item_id.replace("=", "%3D")),
            "onlineMeetingUrl": None,
            "recurrence": self.recurrence.shown(self.start.zone) if self.recurrence else None,
            "responseStatus": {"response": self.response, "time": self.responded},
            "body": self._body(view),
            "start": self.start.shown(view.zone, all_day=all_day),
            "end": self.end.shown(view.zone, all_day=all_day),
            "location": self.location,
            "locations": self.locations,
            "attendees": self._attendees(view),
            "organizer": {"emailAddress": self.organizer},
            "onlineMeeting": self.online.info() if self.online and fields["isOnlineMeeting"] else None,
            **fields,
        }
        if self.transaction_id is not None:
            shown["transactionId"] = self.transaction_id
        if self.master is not None and self.slot is not None:
            shown["originalStart"] = original_start(self.master, self.slot)
        return shown

    def slim(self, view: View) -> dict[str, Any]:
        """Write as delta writes an occurrence: hardly more than its times."""
        all_day = self.fields["isAllDay"]
        return {
            "@odata.etag": self.etag,
            "id": self.id_for(view),
            "type": self.kind,
            "seriesMasterId": self.master.id_for(view) if self.master else None,
            "start": self.start.shown(view.zone, all_day=all_day),
            "end": self.end.shown(view.zone, all_day=all_day),
        }

    def _body(self, view: View) -> dict[str, str]:
        if view.text:
            return {"contentType": "text", "content": self.body_text}
        return {"contentType": "html", "content": self.body}

    def _attendees(self, view: View) -> list[dict[str, Any]]:
        return [_proposed(attendee, view) if "proposedNewTime" in attendee else attendee for attendee in self.attendees]


def original_start(master: Item, slot: date) -> str:
    """Write an instance's place in its series: the UTC instant, whatever the reader's zone."""
    planned = master.start.moved_to(master.start.local.combine(slot, master.start.local.time()))
    return f"{planned.utc.isoformat()}Z"


def _proposed(attendee: dict[str, Any], view: View) -> dict[str, Any]:
    slot = {name: moment.shown(view.zone, all_day=False) for name, moment in attendee["proposedNewTime"].items()}
    return {**attendee, "proposedNewTime": slot}
