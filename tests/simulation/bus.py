"""A bus that keeps the promises of Kafka and no others: order within a key, and every message at least once.

What was handled may come again, from any earlier place on; a consumer that dies reads again what it had not finished.
"""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from bus.consuming.delivery import Delivery, Reader
from bus.publish import headers_for_new_message


@dataclass(slots=True)
class Kept:
    """A record of a topic, as `bus.consuming.delivery.Record` has it."""

    topic: str
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    partition: int = 0


@dataclass(slots=True)
class Log:
    """The records of one key of one topic, and where its reader stands."""

    records: list[Kept] = field(default_factory=list)
    read: int = 0

    def waiting(self, most: int) -> list[Kept]:
        """The next records, in order."""
        return self.records[self.read : self.read + most]


@dataclass(slots=True)
class Bus:
    """All logs. It is what services publish to, and what the relay hands over to."""

    logs: dict[tuple[str, str], Log] = field(default_factory=dict)

    async def publish(self, topic: str, key: str, message: BaseModel) -> None:
        """Publish a message of the story in hand. Its sender may die before and after."""
        await asyncio.sleep(0)
        self._keep(topic, key, message.model_dump_json().encode(), headers_for_new_message())
        await asyncio.sleep(0)

    async def hand_over(self, topic: str, key: str, body: bytes, headers: dict[str, str]) -> Awaitable[None]:
        """Take a message of the outbox; what is answered is confirmed at once."""
        self._keep(topic, key, body, headers)
        return asyncio.sleep(0)

    def busy(self, topics: Iterable[str]) -> list[Log]:
        """The logs of these topics in which something waits."""
        wanted = set(topics)
        return [log for (topic, _), log in self.logs.items() if topic in wanted and log.waiting(1)]

    def told_of(self, espo_id: str) -> bool:
        """Whether any message names this record."""
        name = espo_id.encode()
        return any(name in (record.value or b"") for log in self.logs.values() for record in log.records)

    def _keep(self, topic: str, key: str, body: bytes, headers: dict[str, str]) -> None:
        log = self.logs.setdefault((topic, key), Log())
        encoded = [(name, value.encode()) for name, value in headers.items()]
        log.records.append(Kept(topic, len(log.records), key.encode(), body, encoded))


def deliveries(reader: Reader[Any], records: Sequence[Kept]) -> list[Delivery[Any]]:
    """Read records as a service does."""
    return [reader.read(record) for record in records]
