"""Requests on online meetings that stand on their own, apart from calendars.

Source: Microsoft Graph v1.0 documentation, "Create onlineMeeting", "onlineMeeting: createOrGet", "Update onlineMeeting"
(both times must be given to move one).
"""

import re
from datetime import datetime, timedelta
from typing import Any

from sandbox.graph.calendars import shapes
from sandbox.graph.calendars.mailbox import Mailbox
from sandbox.graph.calendars.moments import read_instant
from sandbox.graph.calendars.teams import OnlineMeeting
from sandbox.graph.calendars.tenant import Tenant
from sandbox.graph.errors import GraphError, bad_query, invalid_request
from sandbox.graph.web.calls import Answer, Call

_BY_JOIN_URL = re.compile(r"JoinWebUrl\s+eq\s+'([^']*)'", re.IGNORECASE)
_DEFAULT_LENGTH = timedelta(hours=1)


def _instant(value: Any, name: str) -> datetime:
    return read_instant(shapes.text(value, name), name)


_IDENTITY = shapes.record("microsoft.graph.identity", {"id": shapes.text, "displayName": shapes.text})
_PARTICIPANT = shapes.record(
    "microsoft.graph.meetingParticipantInfo",
    {
        "upn": shapes.text,
        "role": shapes.one_of("attendee", "presenter", "producer", "coorganizer"),
        "identity": shapes.optional(shapes.record("microsoft.graph.identitySet", {"user": _IDENTITY})),
    },
)
_PARTICIPANTS = shapes.record(
    "microsoft.graph.meetingParticipants",
    {"organizer": shapes.optional(_PARTICIPANT), "attendees": shapes.many(_PARTICIPANT)},
)
_LOBBY = shapes.record(
    "microsoft.graph.lobbyBypassSettings",
    {
        "scope": shapes.one_of(
            "organizer", "organization", "organizationAndFederated", "everyone", "invited",
            "organizationExcludingGuests",
        ),
        "isDialInBypassEnabled": shapes.flag,
    },
)  # fmt: skip
_MEETING = shapes.record(
    "microsoft.graph.onlineMeeting",
    {
        "subject": shapes.text,
        "startDateTime": _instant,
        "endDateTime": _instant,
        "participants": _PARTICIPANTS,
        "externalId": shapes.text,
        "allowedPresenters": shapes.one_of("everyone", "organization", "roleIsPresenter", "organizer"),
        "lobbyBypassSettings": shapes.optional(_LOBBY),
        "allowMeetingChat": shapes.one_of("enabled", "disabled", "limited"),
        "recordAutomatically": shapes.flag,
    },
)
_SETTINGS = ("allowedPresenters", "lobbyBypassSettings", "allowMeetingChat", "recordAutomatically")


class OnlineRoutes:
    """The handlers; a person without a Teams licence is refused in each."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def create(self, call: Call, mailbox: Mailbox) -> Answer:
        """Make a meeting; no start means now, no end an hour."""
        _licensed(mailbox)
        given = _MEETING(call.json(), "onlineMeeting")
        return Answer(201, self._made(mailbox, given).shown())

    def create_or_get(self, call: Call, mailbox: Mailbox) -> Answer:
        """Make the meeting of an external id, or answer the one that has it."""
        _licensed(mailbox)
        given = _MEETING(call.json(), "onlineMeeting")
        if not given.get("externalId"):
            raise invalid_request("createOrGet requires an externalId.")
        found = self._tenant.teams.with_external_id(mailbox.person, given["externalId"])
        if found is not None:
            return Answer(200, found.shown())
        meeting = self._made(mailbox, given)
        meeting.external_id = given["externalId"]
        return Answer(201, meeting.shown())

    def listed(self, call: Call, mailbox: Mailbox) -> Answer:
        """Find a meeting by its join URL; Graph lists them in no other way."""
        _licensed(mailbox)
        found = _BY_JOIN_URL.fullmatch(call.query.get("$filter", "").strip())
        if found is None or call.query.keys() != {"$filter"}:
            raise bad_query("Online meetings are found with $filter=JoinWebUrl eq '{url}' only.")
        meeting = self._tenant.teams.with_join_url(mailbox.person, found.group(1))
        return Answer(200, {"value": [meeting.shown()] if meeting else []})

    def get(self, call: Call, mailbox: Mailbox, meeting_id: str) -> Answer:
        """Answer a meeting."""
        del call
        return Answer(200, self._found(mailbox, meeting_id).shown())

    def change(self, call: Call, mailbox: Mailbox, meeting_id: str) -> Answer:
        """Change a meeting."""
        meeting = self._found(mailbox, meeting_id)
        given = _MEETING(call.json(), "onlineMeeting")
        if ("startDateTime" in given) != ("endDateTime" in given):
            raise invalid_request("To move a meeting, give both startDateTime and endDateTime.")
        self._write(meeting, given, meeting.start, meeting.end)
        return Answer(200, meeting.shown())

    def remove(self, call: Call, mailbox: Mailbox, meeting_id: str) -> Answer:
        """Delete a meeting; one that an event made is removed with its event."""
        del call
        meeting = self._found(mailbox, meeting_id)
        if meeting.of_event:
            raise invalid_request("This meeting belongs to a calendar event: delete that event.")
        self._tenant.teams.forget(meeting)
        return Answer(204)

    def _made(self, mailbox: Mailbox, given: dict[str, Any]) -> OnlineMeeting:
        if "endDateTime" in given and "startDateTime" not in given:
            raise invalid_request("An endDateTime takes a startDateTime.")
        start = given.get("startDateTime", self._tenant.clock.moment())
        end = given.get("endDateTime", start + _DEFAULT_LENGTH)
        if end <= start:
            raise invalid_request("The end of the meeting is not after its start.")
        meeting = self._tenant.teams.schedule(mailbox.person, start, end, self._tenant.clock.now())
        self._write(meeting, given, start, end)
        return meeting

    def _write(self, meeting: OnlineMeeting, given: dict[str, Any], start: datetime, end: datetime) -> None:
        meeting.start, meeting.end = given.get("startDateTime", start), given.get("endDateTime", end)
        if meeting.end <= meeting.start:
            raise invalid_request("The end of the meeting is not after its start.")
        meeting.subject = given.get("subject", meeting.subject)
        if "participants" in given:
            meeting.attendees = given["participants"].get("attendees", [])
        meeting.settings |= {name: given[name] for name in _SETTINGS if given.get(name) is not None}

    def _found(self, mailbox: Mailbox, meeting_id: str) -> OnlineMeeting:
        _licensed(mailbox)
        meeting = self._tenant.teams.find(mailbox.person, meeting_id)
        if meeting is None:
            raise GraphError(404, "NotFound", "The meeting does not exist.")
        return meeting


def _licensed(mailbox: Mailbox) -> None:
    if not mailbox.person.teams:
        raise GraphError(403, "Forbidden", "The user has no licence for online meetings.")
