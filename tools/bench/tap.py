"""Reads what was published in a time, and when the broker took it.

A record's own time tells when a hop was over, so nothing in the product has to be measured for it. It is read once all is
over, up to where the topics end then: who listens meanwhile hears late, as the broker in memory gives a partition's batches
one in a fetch, and takes processor time from what is measured.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.topics import Topic

Marks = Mapping[TopicPartition, int]
"""An offset of each partition."""

_WAIT_MS = 30


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it was published: the topic, the moment (seconds since 1970, to the millisecond), the content."""

    topic: str
    at: float
    message: dict[str, Any]


async def marks(kafka: str, topics: Sequence[Topic]) -> Marks:
    """Tell where these topics end now."""
    places = [TopicPartition(topic.name, number) for topic in topics for number in range(topic.partitions)]
    async with _consumer(kafka, places) as consumer:
        return await _ends(consumer, places)


async def since(kafka: str, begin: Marks) -> list[Heard]:
    """Read what was published from these marks until now, in the order of time."""
    async with _consumer(kafka, list(begin)) as consumer:
        ends = await _ends(consumer, list(begin))
        behind = {place for place, end in ends.items() if end > begin[place]}
        if not behind:
            return []
        consumer.assign(list(behind))
        for place in behind:
            consumer.seek(place, begin[place])
        heard: list[Heard] = []
        while behind:
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                heard += [_heard(record) for record in records]
            behind = {place for place in behind if await consumer.position(place) < ends[place]}
    return sorted(heard, key=lambda one: one.at)


async def _ends(consumer: AIOKafkaConsumer, places: list[TopicPartition]) -> Marks:
    ends: Marks = await consumer.end_offsets(places)
    return ends


@asynccontextmanager
async def _consumer(kafka: str, places: list[TopicPartition]) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False, fetch_max_wait_ms=_WAIT_MS)
    await consumer.start()
    try:
        consumer.assign(places)
        yield consumer
    finally:
        await consumer.stop()


def _heard(record: Any) -> Heard:
    return Heard(record.topic, record.timestamp / 1000, msgspec.json.decode(record.value or b"{}"))
