"""A Kafka in memory for each test."""

from collections.abc import AsyncIterator

import pytest

from broker.wire import MemoryWire
from sandbox.kafka.memory import MemoryKafka

TOPICS = [
    ("notes.v1", 1),
    ("wide.v1", 4),
    ("copies.v1", 1),
    ("demo.dead-letters.v1", 1),
    ("small.dead-letters.v1", 1),
]


@pytest.fixture
async def wire() -> AsyncIterator[MemoryWire]:
    async with MemoryKafka(TOPICS) as kafka:
        yield MemoryWire(kafka)
