"""docs/asyncapi/*.json: what each service reads and writes, as AsyncAPI 3.0, by FastStream's own generator.

The services read raw records, so that a message that nobody understands is parked instead of lost, and FastStream cannot see
their types. So a broker that never connects is given the topics of the contracts, which is what the services are held to.
"""

import json
from typing import Any

from faststream.kafka import KafkaBroker
from faststream.specification import AsyncAPI

from contracts import changes, grants, looks, meetings, notices, outcomes, topics, writes
from contracts.topics import SERVICES, TOPICS, Topic

_VERSION = "1"
_MESSAGES: dict[str, Any] = {
    topics.OUTLOOK_NOTICES.name: notices.OutlookNotice,
    topics.OUTLOOK_LOOKS.name: looks.OutlookLook,
    topics.OUTLOOK_CHANGES.name: changes.OutlookChange,
    topics.OUTLOOK_WRITES.name: writes.OutlookWrite,
    topics.OUTLOOK_OUTCOMES.name: outcomes.AnyOutcome,
    topics.OUTLOOK_GRANTS.name: grants.SealedGrant,
    topics.ESPO_NOTICES.name: notices.RecordTouched,
    topics.ESPO_LOOKS.name: looks.EspoLook,
    topics.ESPO_CHANGES.name: changes.EspoChange,
    topics.ESPO_WRITES.name: writes.EspoWrite,
    topics.ESPO_OUTCOMES.name: outcomes.AnyOutcome,
    topics.TEAMS_REQUESTS.name: meetings.TeamsRequest,
    topics.TEAMS_OUTCOMES.name: outcomes.AnyOutcome,
}


def pages() -> dict[str, str]:
    """Write one document a service, by file name."""
    return {f"{service}.json": _document(service) for service in SERVICES}


def _document(service: str) -> str:
    broker = KafkaBroker("kafka:9092")
    for topic in TOPICS:
        if service in topic.readers:
            _read(broker, topic)
        if service == topic.writer:
            broker.publisher(
                topic.name, title=f"{topic.name}:written", description=topic.meaning, schema=_message_of(topic)
            )
    described = AsyncAPI(title=service, version=_VERSION, schema_version="3.0.0")
    described.add_broker(broker)
    document = json.loads(described.to_specification().to_json())
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _read(broker: KafkaBroker, topic: Topic) -> None:
    async def read(message: Any) -> None:
        """Stand in for the handler, so that FastStream has something to describe."""

    read.__annotations__["message"] = _message_of(topic)
    broker.subscriber(topic.name, title=f"{topic.name}:read", description=topic.meaning)(read)


def _message_of(topic: Topic) -> Any:
    """Give the type of a topic's messages; a dead letter holds whatever could not be read."""
    return bytes if topic.name.endswith(".dead-letters.v1") else _MESSAGES[topic.name]
