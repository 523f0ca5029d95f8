"""A compacted topic as a table, held whole in the memory of every replica that reads it.

A stateless service still has a little to remember that belongs to nobody else, and a database of its own would end its
being stateless. A compacted topic keeps the last row of each key; a replica reads all of it before it begins to work and
follows it from then on, so each knows what any of them wrote.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from faststream.kafka.security import parse_security
from pydantic import BaseModel, ValidationError

from bus.broker import Broker, security
from bus.consuming.delivery import MESSAGE_ID, source
from bus.errors import Transient, safe_reason
from bus.publish import Publisher, headers_for_new_message

M = TypeVar("M", bound=BaseModel)

_POLL_MS = 1000
_PATIENCE_SECONDS = 10.0
"""How long a writer waits to see its own row come back."""

_log = structlog.get_logger("bus")


@dataclass(frozen=True, slots=True)
class Row(Generic[M]):
    """What the table holds under a key, and the id of the message that said so."""

    message: M
    message_id: str


class Table(Generic[M]):
    """The rows of one topic, by key. `open` it before its first use, and keep `follow` running from then on."""

    def __init__(self, broker: Broker, topic: str, message: type[M]) -> None:
        self._broker = broker
        self._topic = topic
        self._message = message
        self._publisher = Publisher(broker)
        self._rows: dict[str, Row[M]] = {}
        self._awaited: dict[str, asyncio.Future[Row[M] | None]] = {}
        self._consumer: AIOKafkaConsumer | None = None
        broker.progress.add_table(topic)

    @property
    def rows(self) -> Mapping[str, Row[M]]:
        """Every row that was read so far."""
        return self._rows

    async def open(self) -> None:
        """Read all that is there. Raises KafkaFailure where the cluster is out of reach."""
        settings = self._broker.settings
        self._consumer = consumer = AIOKafkaConsumer(
            self._topic,
            bootstrap_servers=settings.kafka.split(","),
            client_id=self._broker.service,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            request_timeout_ms=round(settings.kafka_request_seconds * 1000),
            fetch_max_wait_ms=round(settings.kafka_fetch_seconds * 1000),
            **parse_security(security(settings)),
        )
        await consumer.start()
        ends = await consumer.end_offsets(consumer.assignment())
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            await self._take_in(consumer)

    async def follow(self) -> None:
        """Read what comes, for ever. Raises RuntimeError where the table was not opened."""
        if self._consumer is None:
            raise RuntimeError("the table was not opened")
        while True:
            await self._take_in(self._consumer)

    async def close(self) -> None:
        """Stop reading."""
        if self._consumer is not None:
            await self._consumer.stop()

    async def put(self, key: str, message: M | None) -> None:
        """Write a row, or with None remove it; return once this replica reads it back.

        Raises KafkaFailure or Transient; the row may then have been written or not.
        """
        await self._written(key, message)

    async def replace(self, key: str, row: Row[M], message: M) -> bool:
        """Write a row in the place of another one, unless somebody else was quicker; answer whether it stands.

        What somebody else wrote in between is written once more, so that it is the last word again. Raises as `put`.
        """
        if self._rows.get(key) != row:
            return False
        before = await self._written(key, message)
        if before is not None and before.message_id == row.message_id:
            return True
        await self._written(key, before.message if before else None)
        return False

    async def _written(self, key: str, message: M | None) -> Row[M] | None:
        """Write, wait until it was read back, and give the row that it replaced."""
        headers = headers_for_new_message()
        read_back: asyncio.Future[Row[M] | None] = asyncio.get_running_loop().create_future()
        self._awaited[headers[MESSAGE_ID]] = read_back
        body = message.model_dump_json().encode() if message is not None else None
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._publisher.publish_raw(self._topic, key, body, headers)
                return await read_back
        except TimeoutError:
            raise Transient(f"what was written to {self._topic} was not read back in time") from None
        finally:
            del self._awaited[headers[MESSAGE_ID]]

    async def _take_in(self, consumer: AIOKafkaConsumer) -> None:
        for records in (await consumer.getmany(timeout_ms=_POLL_MS)).values():
            for record in records:
                self._apply(record)

    def _apply(self, record: ConsumerRecord) -> None:
        key = (record.key or b"").decode(errors="replace")
        headers = {name: value.decode(errors="replace") for name, value in record.headers}
        message_id = headers.get(MESSAGE_ID, source(record))
        before = self._rows.pop(key, None)
        message = self._read(record)
        if message is not None:
            self._rows[key] = Row(message, message_id)
        awaited = self._awaited.get(message_id)
        if awaited is not None and not awaited.done():
            awaited.set_result(before)

    def _read(self, record: ConsumerRecord) -> M | None:
        """Read a row; one that is none counts as removed, in this replica as in any that begins later."""
        if record.value is None:
            return None
        try:
            return self._message.model_validate_json(record.value)
        except ValidationError as error:
            _log.error("unreadable row", source=source(record), reason=safe_reason(error))
            return None
