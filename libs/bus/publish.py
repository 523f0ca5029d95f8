"""How a message gets onto a topic.

A publish that is not confirmed is a message that may be lost, and one without its key lands on a random partition, out
of order. So every message has its key and its confirmation is awaited: at once, or by a caller that hands over several in
a row and awaits them together. FastStream's own batch ignores keys when it picks the partition.
"""

from collections.abc import Awaitable, Mapping
from uuid import uuid4

from aiokafka.errors import (
    InvalidProducerEpoch,
    InvalidProducerIdMapping,
    OutOfOrderSequenceNumber,
    ProducerFenced,
    UnknownProducerId,
)
from opentelemetry.trace import SpanKind
from pydantic import BaseModel

from bus.broker import Broker
from bus.consuming.delivery import MESSAGE_ID
from bus.telling import correlation, tracing
from bus.telling.health import UNREACHABLE

_JSON = "application/json"

_FATAL = (
    InvalidProducerEpoch,
    InvalidProducerIdMapping,
    OutOfOrderSequenceNumber,
    ProducerFenced,
    UnknownProducerId,
)
"""After one of these every further publish fails the same way until the process starts anew (aiokafka issue 1017)."""


class Publisher:
    """Publishes in this service's name."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def publish(self, topic: str, key: str, message: BaseModel) -> None:
        """Publish a message of the story in hand; return once the cluster has it.

        Raises KafkaFailure where the cluster does not confirm in time; the message may then be there or not.
        """
        with tracing.span(f"{topic} publish", kind=SpanKind.PRODUCER, messaging__destination__name=topic):
            await self.publish_raw(topic, key, message.model_dump_json().encode(), headers_for_new_message())

    async def publish_raw(
        self, topic: str, key: str | bytes | None, body: bytes | None, headers: Mapping[str, str]
    ) -> None:
        """Publish bytes that were made earlier, under the headers they were made with. A body of None is a tombstone.

        Raises KafkaFailure as `publish` does. A refusal that no retry survives also ends the process.
        """
        await (await self.hand_over(topic, key, body, headers))

    async def hand_over(
        self, topic: str, key: str | bytes | None, body: bytes | None, headers: Mapping[str, str]
    ) -> Awaitable[None]:
        """Have such bytes sent behind those of the same key that were handed over before; answer what awaits confirmation.

        The order holds through the producer's retries, because it is idempotent. Here and when awaited this raises as
        `publish_raw` does.
        """
        sent = await self._broker.client.publish(
            body,
            topic,
            key=key.encode() if isinstance(key, str) else key,
            headers=dict(headers),
            correlation_id=headers.get(correlation.HEADER),
            no_confirm=True,
        )
        return self._confirmed(sent)

    async def _confirmed(self, sent: Awaitable[object]) -> None:
        try:
            await sent
        except _FATAL as error:
            reason = f"Kafka refuses this producer for good: {type(error).__name__}"
            self._broker.health.end(UNREACHABLE, reason)
            raise


def headers_for_new_message() -> dict[str, str]:
    """Give the headers of a message that is made now: its own id, and the story that it belongs to."""
    message_id = str(uuid4())
    traceparent = tracing.current()
    return {
        MESSAGE_ID: message_id,
        correlation.HEADER: correlation.current() or message_id,
        "content-type": _JSON,
        **({tracing.HEADER: traceparent} if traceparent else {}),
    }
