"""What happens between reading records and committing them.

Three things can come of a message: it is handled, it is parked because no retry can help, or it is held and comes again.
The commit that follows must cover the first two and never pass the third. This module decides which it is, for one
record or for a whole poll alike, so that one bad message costs neither its neighbours nor itself.
"""

import logging
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from bus.broker import Broker
from bus.consuming.delivery import Delivery, Reads, Record, source
from bus.consuming.hold import Hold
from bus.dead_letters.writing import DeadLetters
from bus.errors import permanent_reason, safe_reason, where
from bus.telling import correlation

M = TypeVar("M")

_LEVELS = {"handled": logging.INFO, "held": logging.WARNING, "parked": logging.ERROR}

_log = structlog.get_logger("bus")


@dataclass(frozen=True, slots=True)
class _Letter(Generic[M]):
    """A record that was opened: a delivery, or the error that reading it raised."""

    record: Record
    delivery: Delivery[M] | None = None
    error: Exception | None = None

    @property
    def partition(self) -> TopicPartition:
        return TopicPartition(self.record.topic, self.record.partition)

    def precedes(self, held: dict[TopicPartition, int]) -> bool:
        """Tell whether its partition is not held, or only further on."""
        return self.record.offset < held.get(self.partition, math.inf)


class Handling(Generic[M]):
    """Carries the records of one consumer group through one handler."""

    def __init__(
        self,
        broker: Broker,
        *,
        group: str,
        reader: Reads[M],
        handler: Callable[[Sequence[Delivery[M]]], Awaitable[None]],
        dead_letters: DeadLetters,
        hold: Hold,
    ) -> None:
        self._broker = broker
        self._group = group
        self._reader = reader
        self._handler = handler
        self._dead_letters = dead_letters
        self._hold = hold

    async def handle(self, records: Sequence[Record], consumer: AIOKafkaConsumer) -> bool:
        """Handle, park or hold these records; answer whether the consumer's position may be committed.

        Records of one partition come in their order. A held record is put back together with what follows it on its
        partition, so the position is behind exactly what is handled or parked. If that is nothing, the answer is no.
        """
        self._broker.progress.note(self._group, records)
        letters = [self._open(record) for record in records]
        held: dict[TopicPartition, int] = {}
        for letter in letters:
            if letter.error and letter.precedes(held):
                await self._settle(letter, letter.error, consumer, held)
        opened = [letter for letter in letters if letter.delivery and letter.precedes(held)]
        error = await self._failure(opened) if opened else None
        if error and len(opened) == 1:
            await self._settle(opened[0], error, consumer, held)
        elif error:
            await self._one_by_one(opened, consumer, held)
        return any(letter.precedes(held) for letter in letters)

    def _open(self, record: Record) -> _Letter[M]:
        try:
            return _Letter(record, delivery=self._reader.read(record))
        except Exception as error:  # noqa: BLE001  # whatever reading raises, _settle judges it
            return _Letter(record, error=error)

    async def _one_by_one(
        self, letters: Sequence[_Letter[M]], consumer: AIOKafkaConsumer, held: dict[TopicPartition, int]
    ) -> None:
        """Find out which letters of a failed batch are to blame; the others are handled."""
        for letter in letters:
            if letter.precedes(held) and (error := await self._failure([letter])):
                await self._settle(letter, error, consumer, held)

    async def _failure(self, letters: Sequence[_Letter[M]]) -> Exception | None:
        """Call the handler; answer what it raised, or None when all of the letters are handled."""
        deliveries = [letter.delivery for letter in letters if letter.delivery]
        began = time.perf_counter()
        try:
            with correlation.carrying(deliveries[0].correlation_id) if len(deliveries) == 1 else nullcontext():
                await self._handler(deliveries)
        except Exception as error:  # noqa: BLE001  # the handler's failures are what _settle judges
            return error
        seconds = time.perf_counter() - began
        self._broker.metrics.handling.labels(self._group).observe(seconds)
        self._dead_letters.forget()
        for letter in letters:
            self._tell(letter, "handled", ms=round(seconds * 1000, 1))
        return None

    async def _settle(
        self, letter: _Letter[M], error: Exception, consumer: AIOKafkaConsumer, held: dict[TopicPartition, int]
    ) -> None:
        """Park what no retry can help, hold the rest."""
        reason = permanent_reason(error)
        if reason is not None and not self._dead_letters.too_many:
            try:
                await self._dead_letters.park(letter.record, reason)
            except Exception as failure:  # noqa: BLE001  # a letter that is not parked is held, whatever the cause
                error = failure
            else:
                self._tell(letter, "parked", reason=reason)
                return
        held[letter.partition] = letter.record.offset
        if self._dead_letters.too_many:
            self._hold.put_back_for_good(consumer, letter.record)
            self._tell(letter, "held", reason=safe_reason(error))
            self._broker.health.fail(f"group {self._group} stands still: too many dead letters in a row")
            return
        seconds = self._hold.put_back(consumer, letter.record)
        self._tell(letter, "held", reason=safe_reason(error), where=where(error), retry_in=round(seconds, 3))

    def _tell(self, letter: _Letter[M], outcome: str, **details: Any) -> None:
        """Write the one line that a message leaves, and count it."""
        record, delivery = letter.record, letter.delivery
        self._broker.metrics.outcomes.labels(record.topic, outcome).inc()
        _log.log(
            _LEVELS[outcome],
            "message",
            outcome=outcome,
            kind=delivery.kind if delivery else "unreadable",
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            group=self._group,
            correlation_id=delivery.correlation_id if delivery else source(record),
            **details,
        )
