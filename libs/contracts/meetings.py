"""A *request*: a write to Teams. It makes an Outlook event a Teams meeting, or cares for a meeting that is on no calendar.

Kept apart from the writes to Outlook because another service, with rights of its own, carries them out, and because its
answer is a link to join and not an event.
"""

from typing import Annotated, Literal

from pydantic import Field

from contracts.events import Span
from contracts.writes import Write


class MakeEventOnline(Write):
    """Make an event that is in a mailbox a Teams meeting. Graph knows no way back (Graph documentation, "event")."""

    kind: Literal["make_event_online"] = "make_event_online"
    mailbox: str
    calendar: str = ""
    outlook_id: str


class CreateMeeting(Write):
    """Make a Teams meeting that is on no calendar, once for each `external_id`, which is the EspoCRM record's id.

    `zone` is the IANA zone in which a whole day of the owner begins.
    """

    kind: Literal["create_meeting"] = "create_meeting"
    mailbox: str
    external_id: str
    zone: str
    title: str
    span: Span


class MoveMeeting(Write):
    """Give such a meeting another time or title. Its link stays."""

    kind: Literal["move_meeting"] = "move_meeting"
    mailbox: str
    meeting_id: str
    zone: str
    title: str
    span: Span


class RemoveMeeting(Write):
    """Remove such a meeting."""

    kind: Literal["remove_meeting"] = "remove_meeting"
    mailbox: str
    meeting_id: str


TeamsRequest = Annotated[
    MakeEventOnline | CreateMeeting | MoveMeeting | RemoveMeeting,
    Field(discriminator="kind"),
]
