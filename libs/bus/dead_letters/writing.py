"""Where messages go that no retry can help.

A poisoned message must neither block its partition nor vanish. It is parked as it came, bytes and key untouched, beside
the reason, so that it can be replayed once the cause is mended. A row of them is a broken service or a wrong topic
rather than bad data, and parking on would only hide that: after a limit, consumption stops.
"""

from collections.abc import Mapping
from typing import Protocol

from bus.consuming.delivery import MESSAGE_ID, Record, source
from bus.telling import correlation


class RawPublisher(Protocol):
    """The part of `bus.publish.Publisher` that parking needs."""

    async def publish_raw(self, topic: str, key: bytes | None, body: bytes | None, headers: Mapping[str, str]) -> None:
        """Publish these bytes; return once the cluster has them."""


def topic_of(service: str) -> str:
    """Name the topic in which this service parks messages."""
    return f"{service}.dead-letters.v1"


class DeadLetters:
    """Parks the messages of one consumer group, and counts how many in a row."""

    def __init__(self, publisher: RawPublisher, service: str, limit: int) -> None:
        self._publisher = publisher
        self._topic = topic_of(service)
        self._limit = limit
        self._in_a_row = 0

    @property
    def too_many(self) -> bool:
        """Whether so many were parked in a row that one more is no accident. It stays so until a new process."""
        return self._in_a_row >= self._limit

    def forget(self) -> None:
        """A message was handled: what was parked before it was an accident."""
        if not self.too_many:
            self._in_a_row = 0

    async def park(self, record: Record, reason: str) -> None:
        """Keep this record with the reason. Raises what publishing raises, and then nothing is parked."""
        readable = _readable_headers(record)
        headers = {
            "source": source(record),
            "reason": reason,
            "content-type": readable.get("content-type", ""),
            MESSAGE_ID: readable.get(MESSAGE_ID, source(record)),
            correlation.HEADER: readable.get(correlation.HEADER, source(record)),
        }
        await self._publisher.publish_raw(self._topic, record.key, record.value, headers)
        self._in_a_row += 1


def _readable_headers(record: Record) -> dict[str, str]:
    return {name: value.decode(errors="replace") for name, value in record.headers if value is not None}
