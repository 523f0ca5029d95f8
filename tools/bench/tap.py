"""Listens to the bus: what was published since a moment, and when the broker took it.

A record's own time tells when a hop was over, so nothing in the product has to be measured for it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.topics import Topic

_EVERY_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it was published: the topic, the moment (seconds since 1970, to the millisecond), the content."""

    topic: str
    at: float
    message: dict[str, Any]


class Tap:
    """Hears what is published from its making on."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def until(self, count: int, wanted: Callable[[Heard], bool], patience: float) -> list[Heard]:
        """Listen until so many messages are as wanted; give everything heard by then, in the order of time.

        Raises TimeoutError when the patience, in seconds, is over.
        """
        heard: list[Heard] = []
        found, deadline = 0, time.monotonic() + patience
        while found < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{found} of {count} were seen within {patience:.0f} s")
            await asyncio.sleep(_EVERY_SECONDS)
            new = [_heard(record) for some in (await self._consumer.getmany()).values() for record in some]
            found += sum(map(wanted, new))
            heard += new
        return sorted(heard, key=lambda one: one.at)


def _heard(record: Any) -> Heard:
    return Heard(record.topic, record.timestamp / 1000, msgspec.json.decode(record.value or b"{}"))


@asynccontextmanager
async def tap(kafka: str, topics: Sequence[Topic]) -> AsyncIterator[Tap]:
    """Listen to these topics from now on."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)
    await consumer.start()
    try:
        places = [TopicPartition(topic.name, number) for topic in topics for number in range(topic.partitions)]
        consumer.assign(places)
        for place, end in (await consumer.end_offsets(places)).items():
            consumer.seek(place, end)
        yield Tap(consumer)
    finally:
        await consumer.stop()
