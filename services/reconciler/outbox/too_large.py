"""What Kafka takes in no size: out of the outbox, where it would hold up everybody's, with a word to whoever waits for it.

Connectors tell of nothing that makes a message so large (`contracts.size`); a limit that an operator lowered does, or what
was decided before there was that rule. It is kept as a dead letter, to be replayed once Kafka takes more. A write is
answered as refused, besides: its link would wait for an outcome for ever, and its user could not read why.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import structlog
from pydantic import ValidationError

from contracts.outcomes import Refused
from contracts.topics import (
    ESPO_OUTCOMES,
    ESPO_WRITES,
    OUTLOOK_OUTCOMES,
    OUTLOOK_WRITES,
    TEAMS_OUTCOMES,
    TEAMS_REQUESTS,
)
from contracts.writes import Write
from reconciler.store.sql import QUERIES

_OUTCOMES = {
    OUTLOOK_WRITES.name: OUTLOOK_OUTCOMES.name,
    ESPO_WRITES.name: ESPO_OUTCOMES.name,
    TEAMS_REQUESTS.name: TEAMS_OUTCOMES.name,
}
_WHY = "Kafka takes no message of this size"
_REFUSED = "the change is too large to be sent: its description or its list of people is too long"

Row = Mapping[str, Any]

log = structlog.get_logger()


async def park(connection: Any, row: Row) -> None:
    """Take a message out of the outbox, keep it as a dead letter, and answer it if it is a write."""
    log.error("message too large for Kafka", topic=row["topic"], size=len(row["body"]), outbox_id=row["id"])
    place = f"{row['topic']}/outbox/{row['id']}"
    ids = str(row["message_id"]), row["correlation_id"]
    key, body = row["key"].encode(), row["body"].encode()
    async with connection.transaction():
        await connection.execute(QUERIES["put_dead_letter"], "reconciler", place, *ids, key, body, _WHY)
        if row["topic"] in _OUTCOMES and (refused := _refused(row["body"])):
            about = _OUTCOMES[row["topic"]], row["key"], uuid4(), row["correlation_id"], row["traceparent"]
            await connection.execute(QUERIES["send"], *about, refused)
        await connection.execute(QUERIES["sent"], [row["id"]])


def _refused(body: str) -> str | None:
    """The answer to a write; nothing to a letter that is replayed and was none, which nobody waits for."""
    try:
        write = Write.model_validate_json(body)
    except ValidationError:
        return None
    about = {"write_id": write.write_id, "link_id": write.link_id, "account": write.account}
    return Refused.model_validate({**about, "finished_at": datetime.now(UTC), "reason": _REFUSED}).model_dump_json()
