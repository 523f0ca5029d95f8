"""Requests to Teams, as the reconciler makes them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from contracts.meetings import CreateMeeting, MakeEventOnline, MoveMeeting, RemoveMeeting
from support.outlook import ACCOUNT, ANN, START, timed

RECORD = "65f0c0ffee"
"""The EspoCRM record that a meeting belongs to."""


def _common() -> dict[str, Any]:
    return {"write_id": uuid4(), "link_id": uuid4(), "account": ACCOUNT, "issued_at": START, "mailbox": ANN}


def going_online(outlook_id: str, **other: Any) -> MakeEventOnline:
    """Wish that an event of Ann's becomes a Teams meeting."""
    return MakeEventOnline(**_common() | {"outlook_id": outlook_id} | other)


def creation(**other: Any) -> CreateMeeting:
    """Wish for a meeting of Ann's."""
    usual = {"external_id": RECORD, "zone": "Europe/Berlin", "title": "Demo", "span": timed()}
    return CreateMeeting(**_common() | usual | other)


def move(meeting_id: str, hours: int = 24, **other: Any) -> MoveMeeting:
    """Wish that a meeting begins so many hours later."""
    usual = {"meeting_id": meeting_id, "zone": "Europe/Berlin", "title": "Demo", "span": timed(hours)}
    return MoveMeeting(**_common() | usual | other)


def removal(meeting_id: str) -> RemoveMeeting:
    """Wish that a meeting is removed."""
    return RemoveMeeting(**_common(), meeting_id=meeting_id)


def after(hours: int) -> str:
    """Write the time so many hours after START, as Graph does."""
    return f"{(START + timedelta(hours=hours)).replace(tzinfo=None).isoformat()}.0000000Z"
