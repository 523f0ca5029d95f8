"""From Kafka's bytes to a message of ours.

FastStream reads headers before any code of ours runs and fails on one that is not text, and its own decoding accepts
what is not JSON. Reading a record here instead, in one step that either yields a typed message or says why it cannot,
makes every unreadable record an ordinary dead letter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pydantic import TypeAdapter

from bus.errors import Permanent
from bus.telling import correlation, tracing

M = TypeVar("M")

MESSAGE_ID = "message_id"


class Record(Protocol):
    """The part of aiokafka's consumer record that we read."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


@dataclass(frozen=True, slots=True)
class Delivery(Generic[M]):
    """A message, and where it was read. `message_id` is the same in every redelivery, and unique otherwise."""

    message: M
    topic: str
    partition: int
    offset: int
    key: str
    message_id: str
    correlation_id: str
    traceparent: str = ""

    @property
    def kind(self) -> str:
        """What kind of message it is, in the message's own word."""
        return kind_of(self.message)


class Reads(Protocol[M]):
    """What turns records into deliveries."""

    def read(self, record: Record) -> Delivery[M]:
        """Read one record; whatever this raises, the record is judged by it."""


class Reader(Generic[M]):
    """Reads records as messages of one type, or one union of types."""

    def __init__(self, message: Any) -> None:
        self._type: TypeAdapter[M] = TypeAdapter(message)

    def read(self, record: Record) -> Delivery[M]:
        """Read one record. Raises Permanent or pydantic's ValidationError where it is not a message of this type."""
        headers = {name: _text(value, f"header {name!r}") for name, value in record.headers}
        message_id = headers.get(MESSAGE_ID) or source(record)
        return Delivery(
            message=self._type.validate_json(record.value or b""),
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            key=_text(record.key, "key") if record.key is not None else "",
            message_id=message_id,
            correlation_id=headers.get(correlation.HEADER) or message_id,
            traceparent=headers.get(tracing.HEADER, ""),
        )


def kind_of(message: object) -> str:
    """Name the kind of a message: its own word for it, or its class."""
    return str(getattr(message, "kind", type(message).__name__))


def source(record: Record) -> str:
    """Where a record stands: `topic/partition/offset`."""
    return f"{record.topic}/{record.partition}/{record.offset}"


def _text(value: bytes | None, what: str) -> str:
    if value is None:
        raise Permanent(f"{what} has no value")
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise Permanent(f"{what} is not UTF-8 text") from None
