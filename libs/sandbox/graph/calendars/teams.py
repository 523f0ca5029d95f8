"""Teams meetings: what the meeting service knows, whether an event or a client of its own made them.

Source: Microsoft Graph v1.0 documentation, "onlineMeeting resource type", "onlineMeeting: createOrGet" and "Choose an API
in Microsoft Graph to create and join online meetings". A meeting made by an event follows that event; one made through
the online meetings API is on no calendar.
"""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sandbox.graph.calendars.people import Person
from sandbox.graph.clock import text_of as written
from sandbox.graph.clock import ticks_of
from sandbox.graph.ids import Ids

PROVIDER = "teamsForBusiness"


@dataclass(slots=True, eq=False)
class OnlineMeeting:
    """A meeting in the Teams service. `start` and `end` are naive UTC; `settings` what its owner chose beyond."""

    id: str
    owner: Person
    join_url: str
    conference_id: str
    thread: str
    start: datetime
    end: datetime
    created: int
    subject: str = ""
    external_id: str | None = None
    of_event: bool = False
    attendees: list[dict[str, Any]] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)

    def info(self) -> dict[str, Any]:
        """Write as the `onlineMeeting` of an event."""
        return {"joinUrl": self.join_url, "conferenceId": self.conference_id, "tollNumber": "+1 323-555-0166"}

    def shown(self) -> dict[str, Any]:
        """Write as an onlineMeeting of the online meetings API."""
        identity = {"user": {"id": self.owner.oid, "displayName": None}}
        return {
            "id": self.id,
            "creationDateTime": written(self.created),
            "startDateTime": written(ticks_of(self.start)),
            "endDateTime": written(ticks_of(self.end)),
            "joinWebUrl": self.join_url,
            "subject": self.subject,
            "externalId": self.external_id,
            "allowedPresenters": "everyone",
            "participants": {
                "organizer": {"upn": self.owner.upn, "role": "presenter", "identity": identity},
                "attendees": self.attendees,
            },
            "lobbyBypassSettings": {"scope": "organization", "isDialInBypassEnabled": False},
            "joinMeetingIdSettings": {
                "isPasscodeRequired": False,
                "joinMeetingId": self.conference_id,
                "passcode": None,
            },
            "chatInfo": {"threadId": self.thread, "messageId": "0", "replyChainMessageId": None},
            "audioConferencing": None,
            "videoTeleconferenceId": None,
            **self.settings,
        }


class TeamsService:
    """All online meetings of the tenant, by owner and id."""

    def __init__(self, tenant_id: str, ids: Ids) -> None:
        self._tenant_id = tenant_id
        self._ids = ids
        self._meetings: dict[tuple[str, str], OnlineMeeting] = {}

    def schedule(self, owner: Person, start: datetime, end: datetime, now: int, subject: str = "") -> OnlineMeeting:
        """Make a meeting; the join URL names the tenant and the organizer, as real ones do."""
        thread = f"19:meeting_{self._ids.secret(27)}@thread.v2"
        context = f'{{"Tid":"{self._tenant_id}","Oid":"{owner.oid}"}}'
        meeting = OnlineMeeting(
            id="MSp" + base64.urlsafe_b64encode(f"{owner.oid}*0**{thread}".encode()).decode().rstrip("="),
            owner=owner,
            join_url=f"https://teams.microsoft.com/l/meetup-join/{quote(thread, '')}/0?context={quote(context, '')}",
            conference_id=self._ids.digits(9),
            thread=thread,
            start=start,
            end=end,
            created=now,
            subject=subject,
        )
        self._meetings[owner.oid, meeting.id] = meeting
        return meeting

    def find(self, owner: Person, meeting_id: str) -> OnlineMeeting | None:
        """Find a person's meeting by id."""
        return self._meetings.get((owner.oid, meeting_id))

    def with_join_url(self, owner: Person, join_url: str) -> OnlineMeeting | None:
        """Find a person's meeting by its join URL."""
        return next((one for one in self.of(owner) if one.join_url == join_url), None)

    def with_external_id(self, owner: Person, external_id: str) -> OnlineMeeting | None:
        """Find a person's meeting by the client's own key."""
        return next((one for one in self.of(owner) if one.external_id == external_id), None)

    def of(self, owner: Person) -> list[OnlineMeeting]:
        """List a person's meetings."""
        return [meeting for (oid, _), meeting in self._meetings.items() if oid == owner.oid]

    def forget(self, meeting: OnlineMeeting) -> None:
        """Remove a meeting; removing it twice is no mistake."""
        self._meetings.pop((meeting.owner.oid, meeting.id), None)
