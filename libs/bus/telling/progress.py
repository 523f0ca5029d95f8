"""Whether the consumers of this process get on, and how far behind they are.

aiokafka has been seen to stop fetching without an error (issues 625 and 1037, open), and then the process looks idle and
well. What gives it away is a partition with messages waiting and none handed out. An attempt that fails counts as
getting on: restarting helps a consumer that hangs, not one whose messages cannot be handled now.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError

from bus.consuming.delivery import Record

STALLED_SECONDS = 300.0
_POSITION_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Lag:
    """How many messages of a partition this process has been given and not handled yet."""

    group: str
    topic: str
    partition: int
    messages: int


class Progress:
    """Watches every consumer of a process. `clock` counts seconds and never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._members: dict[str, list[Any]] = {}
        self._last: dict[tuple[str, str, int], float] = {}
        self._tables: set[str] = set()

    def add_group(self, group: str) -> None:
        """Register a consumer group. Raises ValueError where it is registered: two handlers would share one position."""
        if group in self._members:
            raise ValueError(f"group {group} has a handler already; name a group of its own")
        self._members[group] = []

    def add_member(self, group: str, subscriber: Any) -> None:
        """Register a FastStream subscriber as a member of the group."""
        self._members[group].append(subscriber)

    def add_table(self, topic: str) -> None:
        """Register a topic that is read whole, by no group."""
        self._tables.add(topic)

    def topics(self) -> set[str]:
        """Name the topics that are read here."""
        consumed = {topic for members in self._members.values() for member in members for topic in member.topic_names}
        return consumed | self._tables

    def note(self, group: str, records: Iterable[Record]) -> None:
        """Note that these records were handed out just now."""
        now = self._clock()
        for topic, partition in {(record.topic, record.partition) for record in records}:
            self._last[group, topic, partition] = now

    def dead_groups(self) -> list[str]:
        """Name the groups of which a consume loop has ended, though nobody stopped it."""
        return [
            group
            for group, members in self._members.items()
            if any(member.running and all(task.done() for task in member.tasks) for member in members)
        ]

    async def lags(self) -> list[Lag]:
        """Measure every partition that is assigned to this process and has a known end."""
        return [lag async for lag in self._measure()]

    async def stalled(self) -> list[Lag]:
        """Find the partitions that have had messages waiting, and none handed out, for too long."""
        lags = await self.lags()
        now = self._clock()
        behind = {(lag.group, lag.topic, lag.partition): lag for lag in lags if lag.messages > 0}
        # A partition that is seen behind for the first time starts its period of grace now.
        self._last = {place: self._last.get(place, now) for place in behind}
        return [lag for place, lag in behind.items() if now - self._last[place] > STALLED_SECONDS]

    def consumers(self, group: str | None = None) -> list[AIOKafkaConsumer]:
        """Give the started consumers of a group, or of all."""
        groups = self._members.values() if group is None else [self._members[group]]
        return [member.consumer for members in groups for member in members if member.consumer is not None]

    async def _measure(self) -> AsyncIterator[Lag]:
        for group in self._members:
            for consumer in self.consumers(group):
                for place in consumer.assignment():
                    end = consumer.highwater(place)
                    position = await _position(consumer, place) if end is not None else None
                    if position is not None:
                        yield Lag(group, place.topic, place.partition, max(0, end - position))


async def _position(consumer: AIOKafkaConsumer, place: TopicPartition) -> int | None:
    """Ask where a consumer stands; None while a rebalance keeps it from knowing."""
    try:
        async with asyncio.timeout(_POSITION_SECONDS):
            return int(await consumer.position(place))
    except (TimeoutError, IllegalStateError):
        return None
