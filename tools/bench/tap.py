"""Listens to the bus after the fact: what was published since a moment, and when the broker took it.

Reading afterwards costs the measured run nothing, and a record's own time tells when each hop was over.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.topics import Topic


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it was published: the topic, the moment (seconds since 1970, to the millisecond), the content."""

    topic: str
    at: float
    message: dict[str, Any]


class Tap:
    """Remembers where the topics stood when it was made."""

    def __init__(self, consumer: AIOKafkaConsumer, begins: dict[TopicPartition, int]) -> None:
        self._consumer = consumer
        self._begins = begins

    async def heard(self) -> list[Heard]:
        """Give everything that was published since, in the order of time."""
        ends = await self._consumer.end_offsets(list(self._begins))
        behind = {place: end for place, end in ends.items() if end > self._begins[place]}
        for place, begin in self._begins.items():
            self._consumer.seek(place, begin)
        found: list[Heard] = []
        while behind:
            batch = await self._consumer.getmany(*behind, timeout_ms=1000)
            for place, records in batch.items():
                found += [
                    Heard(place.topic, record.timestamp / 1000, msgspec.json.decode(record.value or b"{}"))
                    for record in records
                ]
                if records[-1].offset + 1 >= behind[place]:
                    del behind[place]
        return sorted(found, key=lambda one: one.at)


@asynccontextmanager
async def tap(kafka: str, topics: Sequence[Topic]) -> AsyncIterator[Tap]:
    """Listen to these topics from now on."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        places = [TopicPartition(topic.name, number) for topic in topics for number in range(topic.partitions)]
        consumer.assign(places)
        yield Tap(consumer, await consumer.end_offsets(places))
    finally:
        await consumer.stop()
