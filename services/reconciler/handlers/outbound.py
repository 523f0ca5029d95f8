"""From a wish to the write that a connector carries out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.events import FIELDS
from contracts.meetings import CreateMeeting, MakeEventOnline, MoveMeeting, RemoveMeeting
from contracts.topics import ESPO_WRITES, OUTLOOK_WRITES, TEAMS_REQUESTS, Topic
from contracts.writes import (
    CreateEspoRecord,
    CreateOutlookEvent,
    DeleteEspoRecord,
    DeleteOutlookEvent,
    UpdateEspoRecord,
    UpdateOutlookEvent,
    Write,
)
from reconciler.core.decision import MeetingWish, Wish
from reconciler.core.link import Link
from reconciler.core.rules import CONTESTED
from reconciler.core.side import Verb
from reconciler.store import Account


def write_for(wish: Wish, link: Link, account: Account, write_id: UUID, now: datetime) -> tuple[Topic, Write]:
    """Name everything that a replica needs to carry the wish out."""
    common = _common(link, account, write_id, now)
    if wish.side == "outlook" and wish.fields == ("online",):
        place = {"mailbox": account.mailbox, "calendar": link.calendar, "outlook_id": link.outlook.id}
        return TEAMS_REQUESTS, MakeEventOnline.model_validate({**common, **place})
    if wish.side == "outlook":
        return OUTLOOK_WRITES, _for_outlook(wish, link, account, common)
    return ESPO_WRITES, _for_espo(wish, link, common)


def request_for(wish: MeetingWish, link: Link, account: Account, write_id: UUID, now: datetime) -> Write:
    """Name everything that Teams must know of the record's own meeting."""
    place = {**_common(link, account, write_id, now), "mailbox": account.mailbox}
    if wish.verb is Verb.DELETE or wish.record is None:
        return RemoveMeeting.model_validate({**place, "meeting_id": link.meeting.id})
    place |= {"zone": account.zone, "title": wish.record.title, "span": wish.record.span}
    if wish.verb is Verb.UPDATE:
        return MoveMeeting.model_validate({**place, "meeting_id": link.meeting.id})
    return CreateMeeting.model_validate({**place, "external_id": link.espo.id})


def _common(link: Link, account: Account, write_id: UUID, now: datetime) -> dict[str, Any]:
    return {"write_id": write_id, "link_id": link.id, "account": account.id, "issued_at": now}


def _for_outlook(wish: Wish, link: Link, account: Account, common: dict[str, Any]) -> Write:
    place = {"mailbox": account.mailbox, "calendar": link.calendar}
    match wish.verb:
        case Verb.CREATE:
            return CreateOutlookEvent.model_validate(
                {
                    **common,
                    **place,
                    "zone": account.zone,
                    "transaction_id": link.transaction_id,
                    "espo": f"{link.entity}/{link.espo.id}",
                    "event": wish.event,
                    "private": account.rules.private,
                }
            )
        case Verb.UPDATE:
            return UpdateOutlookEvent.model_validate(
                {
                    **common,
                    **place,
                    "zone": account.zone,
                    "outlook_id": link.outlook.id,
                    "version": link.outlook.version,
                    "patch": wish.patch,
                    "private": account.rules.private,
                }
            )
        case Verb.DELETE:
            return DeleteOutlookEvent.model_validate(
                {**common, **place, "outlook_id": link.outlook.id, **_unless_edited(link, account)}
            )


def _unless_edited(link: Link, account: Account) -> dict[str, Any]:
    """What the old owner of a record may have edited unheard is not to be lost with the event (M22).

    An ordinary removal is somebody's wish that the event be gone, and not worth another request.
    """
    seen = link.outlook.seen
    if not link.moved_away or seen is None:
        return {}
    kept = seen.model_copy(update={field: None for field in FIELDS if field not in CONTESTED})
    return {"decided_on": kept, "modified_at": link.outlook.modified_at, "private": account.rules.private}


def _for_espo(wish: Wish, link: Link, common: dict[str, Any]) -> Write:
    match wish.verb:
        case Verb.CREATE:
            return CreateEspoRecord.model_validate(
                {
                    **common,
                    "entity": link.entity,
                    "event": wish.event,
                    "key": link.key,
                    "again": link.espo.creation is not None,
                    "not_these": link.not_these,
                }
            )
        case Verb.UPDATE:
            return UpdateEspoRecord.model_validate(
                {
                    **common,
                    "entity": link.entity,
                    "espo_id": link.espo.id,
                    "decided_on": link.espo.seen,
                    "version": link.espo.version,
                    "patch": wish.patch,
                }
            )
        case Verb.DELETE:
            return DeleteEspoRecord.model_validate(
                {**common, "entity": link.entity, "espo_id": link.espo.id, "erase": wish.erase}
            )
