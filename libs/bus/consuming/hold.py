"""Makes a partition wait without making its consumer wait.

A handler that sleeps before a retry blocks every partition of its consumer, delays a shutdown, and outlasts a
rebalance. So a failed message is put back (the consumer seeks to it) and its partition is paused: the others go on, the
order within the partition is kept, and nothing sleeps.
"""

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition

from bus.consuming.backoff import Backoff
from bus.consuming.delivery import Record


class Hold:
    """The paused partitions of one consumer group's members in this process."""

    def __init__(self, backoff: Backoff) -> None:
        self._backoff = backoff
        self._waiting: dict[TopicPartition, asyncio.TimerHandle] = {}

    def put_back(self, consumer: AIOKafkaConsumer, record: Record) -> float:
        """Have this record read again after a pause; answer the pause in seconds."""
        seconds = self._backoff.pause_after_failure(record.topic, record.partition, record.offset)
        partition = _rewind(consumer, record)
        if earlier := self._waiting.pop(partition, None):
            earlier.cancel()
        loop = asyncio.get_running_loop()
        self._waiting[partition] = loop.call_later(seconds, self._resume, consumer, partition)
        return seconds

    def put_back_for_good(self, consumer: AIOKafkaConsumer, record: Record) -> None:
        """Keep this record and read no partition any more: somebody has to look first."""
        _rewind(consumer, record)
        for timer in self._waiting.values():
            timer.cancel()
        self._waiting.clear()
        consumer.pause(*consumer.assignment())

    def _resume(self, consumer: AIOKafkaConsumer, partition: TopicPartition) -> None:
        del self._waiting[partition]
        if partition in consumer.assignment():
            consumer.resume(partition)


def _rewind(consumer: AIOKafkaConsumer, record: Record) -> TopicPartition:
    partition = TopicPartition(record.topic, record.partition)
    # A rebalance may have given the partition to another member, which reads the record from the last commit anyway.
    if partition in consumer.assignment():
        consumer.seek(partition, record.offset)
        consumer.pause(partition)
    return partition
