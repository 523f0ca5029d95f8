"""From a wish to the write that a connector carries out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.topics import ESPO_WRITES, OUTLOOK_WRITES, Topic
from contracts.writes import (
    CreateEspoRecord,
    CreateOutlookEvent,
    DeleteEspoRecord,
    DeleteOutlookEvent,
    UpdateEspoRecord,
    UpdateOutlookEvent,
    Write,
)
from reconciler.core.decision import Wish
from reconciler.core.link import Link, Verb
from reconciler.store import Account


def write_for(wish: Wish, link: Link, account: Account, write_id: UUID, now: datetime) -> tuple[Topic, Write]:
    """Name everything that a replica needs to carry the wish out."""
    common = {"write_id": write_id, "link_id": link.id, "account": account.id, "issued_at": now}
    if wish.side == "outlook":
        return OUTLOOK_WRITES, _for_outlook(wish, link, account, common)
    return ESPO_WRITES, _for_espo(wish, link, common)


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
                }
            )
        case Verb.DELETE:
            return DeleteOutlookEvent.model_validate({**common, **place, "outlook_id": link.outlook.id})


def _for_espo(wish: Wish, link: Link, common: dict[str, Any]) -> Write:
    match wish.verb:
        case Verb.CREATE:
            return CreateEspoRecord.model_validate(
                {**common, "entity": link.entity, "event": wish.event, "not_these": link.not_these}
            )
        case Verb.UPDATE:
            return UpdateEspoRecord.model_validate(
                {
                    **common,
                    "entity": link.entity,
                    "espo_id": link.espo.id,
                    "decided_on": link.espo.seen,
                    "patch": wish.patch,
                }
            )
        case Verb.DELETE:
            return DeleteEspoRecord.model_validate({**common, "entity": link.entity, "espo_id": link.espo.id})
