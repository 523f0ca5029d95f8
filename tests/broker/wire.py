"""Access to Kafka as any other client has it, and to services that a test runs inside itself."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from prometheus_client import CollectorRegistry
from pydantic import BaseModel
from starlette.applications import Starlette

from bus.broker import Broker, make_broker
from bus.settings import KafkaSettings
from sandbox.kafka.memory import MemoryKafka

QUICK = {
    "kafka_session_seconds": 2.0,
    "kafka_heartbeat_seconds": 0.2,
    "kafka_fetch_seconds": 0.02,
    "kafka_retry_seconds": 0.05,
    "kafka_retry_ceiling_seconds": 0.1,
    "kafka_replication": 1,
}

_PRODUCE, _MESSAGE_TOO_LARGE = 0, 10
"""Kafka protocol guide: an api key, an error code."""


class Note(BaseModel):
    """The message of these tests."""

    text: str
    number: int = 0


def body(text: str) -> bytes:
    """Write a note as it is on the wire."""
    return Note(text=text).model_dump_json().encode()


class Wire:
    """The test's own access to the cluster, without the code under test."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap

    def service(self, name: str = "demo", **settings: Any) -> Broker:
        """Make the broker of a service whose patience suits a test."""
        return make_broker(self.settings(**settings), name, CollectorRegistry())

    def settings(self, **settings: Any) -> KafkaSettings:
        return KafkaSettings(**{"kafka": self.bootstrap, **QUICK, **settings})

    async def send(
        self, topic: str, *bodies: bytes, key: str = "k", headers: Sequence[tuple[str, bytes | None]] = (), **place: int
    ) -> None:
        """Write raw records, one after the other."""
        producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap)
        await producer.start()
        try:
            for body in bodies:
                await producer.send_and_wait(topic, body, key=key.encode(), headers=list(headers), **place)
        finally:
            await producer.stop()

    async def send_at_once(
        self, topic: str, *bodies: bytes, headers: Sequence[tuple[str, bytes | None]] = (), partition: int = 0
    ) -> None:
        """Write raw records so that one poll finds all of them."""
        producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap)
        await producer.start()
        try:
            batch = producer.create_batch()
            for value in bodies:
                batch.append(key=b"k", value=value, timestamp=None, headers=list(headers))
            await (await producer.send_batch(batch, topic, partition=partition))
        finally:
            await producer.stop()

    async def read(self, topic: str, count: int, partitions: int = 1) -> list[ConsumerRecord[bytes, bytes]]:
        """Read the first `count` records of a topic."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, auto_offset_reset="earliest")
        consumer.assign([TopicPartition(topic, number) for number in range(partitions)])
        await consumer.start()
        try:
            return [await consumer.getone() for _ in range(count)]
        finally:
            await consumer.stop()

    async def committed(self, group: str, topic: str, partition: int = 0) -> int | None:
        """Ask where a group stands on a partition."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, group_id=group, enable_auto_commit=False)
        await consumer.start()
        try:
            offset: int | None = await consumer.committed(TopicPartition(topic, partition))
            return offset
        finally:
            await consumer.stop()


class MemoryWire(Wire):
    """Access to an in-memory cluster, which can also be made to fail."""

    def __init__(self, kafka: MemoryKafka) -> None:
        super().__init__(kafka.bootstrap)
        self.kafka = kafka

    async def refuse_next_publish(self) -> None:
        """Have the cluster refuse the next record for a reason that no repetition mends."""
        await self.kafka.push_errors(_PRODUCE, [_MESSAGE_TOO_LARGE])


def headers(record: ConsumerRecord[bytes, bytes]) -> dict[str, str]:
    """Read a record's headers as text."""
    return {name: value.decode() for name, value in record.headers}


@asynccontextmanager
async def running(app: Starlette) -> AsyncIterator[None]:
    """Start an application as its server would, and stop it when the block ends."""
    async with app.router.lifespan_context(app):
        yield


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a state that nothing announces; the test's time limit is the only limit."""
    while not condition():  # noqa: ASYNC110  # nothing announces it
        await asyncio.sleep(0.01)
