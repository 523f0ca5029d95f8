"""How a service reads topics: at least once, in order, and never past a message that it has not dealt with.

A handler sees typed messages and raises `Permanent` or `Transient`; all else (reading, dead letters, pauses, commits,
rebalances, the log line) happens around it, the same in every service.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from faststream import AckPolicy
from faststream.exceptions import NackMessage
from faststream.kafka.message import KafkaMessage

from bus.broker import Broker
from bus.consuming.backoff import Backoff
from bus.consuming.delivery import Delivery, Reader, Reads
from bus.consuming.handling import Handling
from bus.consuming.hold import Hold
from bus.consuming.rebalance import DrainOnRevoke
from bus.dead_letters.reading import DeadLetter, LetterReader, never_parked
from bus.dead_letters.writing import DeadLetters, topic_of
from bus.publish import Publisher
from bus.telling.story import telling

M = TypeVar("M")

_UNTIL_SOMETHING_COMES_MS = 10 * 365 * 24 * 3_600_000
"""A poll returns with the first message, and FastStream sleeps after an empty one for as long again: so none is ever empty."""

_LETTERS_AT_ONCE = 20


def consume(
    broker: Broker,
    *topics: str,
    group: str,
    handler: Callable[[M], Awaitable[None]],
    message: Any,
    workers: int = 1,
    from_now: bool = False,
) -> None:
    """Have `handler` called with each message of these topics, one at a time and committed one by one.

    `message` is a pydantic model or an annotated union of them. `workers` is how many members of the group this process
    holds; they share out the partitions. A group without a commit starts at the oldest message, or with `from_now` at
    the newest. Raises ValueError where the group has a handler already.
    """

    async def one(deliveries: Sequence[Delivery[M]]) -> None:
        for delivery in deliveries:
            with telling(delivery):
                await handler(delivery.message)

    reader = Reader[M](message)
    _subscribe(broker, topics, group=group, handler=one, reader=reader, workers=workers, from_now=from_now, poll={})


def consume_batch(
    broker: Broker,
    *topics: str,
    group: str,
    handler: Callable[[Sequence[Delivery[M]]], Awaitable[None]],
    message: Any,
    max_records: int = 100,
    workers: int = 1,
    from_now: bool = False,
) -> None:
    """Have `handler` called with what each poll gives, `max_records` at most, and committed as a whole.

    Unreadable messages are parked before the handler sees the rest. If the handler raises, it is called again with each
    message on its own, so that only the one that fails is parked or held. Messages of one partition come in order; each
    belongs to a story of its own, see `bus.telling.story.telling`. The rest is as in `consume`.
    """
    reader = Reader[M](message)
    poll = _batches_of(max_records)
    _subscribe(
        broker, topics, group=group, handler=handler, reader=reader, workers=workers, from_now=from_now, poll=poll
    )


def consume_dead_letters(
    broker: Broker,
    *services: str,
    group: str,
    handler: Callable[[Sequence[Delivery[DeadLetter]]], Awaitable[None]],
) -> None:
    """Have `handler` called with what these services parked, from the oldest on. No failure parks a letter again."""
    topics = {topic_of(service): service for service in services}
    _subscribe(
        broker,
        tuple(topics),
        group=group,
        handler=never_parked(handler),
        reader=LetterReader(topics),
        workers=1,
        from_now=False,
        poll=_batches_of(_LETTERS_AT_ONCE),
    )


def _batches_of(records: int) -> dict[str, Any]:
    return {"batch": True, "max_records": records, "batch_timeout_ms": _UNTIL_SOMETHING_COMES_MS}


def _subscribe(
    broker: Broker,
    topics: Sequence[str],
    *,
    group: str,
    handler: Callable[[Sequence[Delivery[M]]], Awaitable[None]],
    reader: Reads[M],
    workers: int,
    from_now: bool,
    poll: dict[str, Any],
) -> None:
    settings = broker.settings
    broker.progress.add_group(group)
    broker.metrics.expect(topics)
    handling = Handling(
        broker,
        group=group,
        reader=reader,
        handler=handler,
        dead_letters=DeadLetters(Publisher(broker), broker.service, settings.dead_letter_limit),
        hold=Hold(Backoff(settings.kafka_retry_seconds, settings.kafka_retry_ceiling_seconds)),
    )

    async def handle(received: KafkaMessage) -> None:
        raw = received.raw_message
        if not await handling.handle(raw if isinstance(raw, tuple) else (raw,), received.consumer):
            raise NackMessage

    for _ in range(workers):
        drain = DrainOnRevoke(settings.kafka_rebalance_seconds)
        subscriber = broker.client.subscriber(
            *topics,
            group_id=group,
            ack_policy=AckPolicy.NACK_ON_ERROR,
            auto_offset_reset="latest" if from_now else "earliest",
            isolation_level="read_committed",
            partition_assignment_strategy=(RangePartitionAssignor,),
            session_timeout_ms=round(settings.kafka_session_seconds * 1000),
            heartbeat_interval_ms=round(settings.kafka_heartbeat_seconds * 1000),
            rebalance_timeout_ms=round(settings.kafka_rebalance_seconds * 1000),
            max_poll_interval_ms=round(settings.kafka_poll_seconds * 1000),
            fetch_max_wait_ms=round(settings.kafka_fetch_seconds * 1000),
            listener=drain,
            parser=_parse,
            decoder=_decode,
            no_reply=True,
            **poll,
        )
        drain.subscriber = subscriber
        broker.progress.add_member(group, subscriber)
        subscriber(handle)


async def _parse(raw: Any, original: Callable[[Any], Awaitable[KafkaMessage]]) -> KafkaMessage:
    """Keep FastStream from reading headers, which fails on one that is not text before any of our code runs."""
    bare = tuple(replace(record, headers=()) for record in raw) if isinstance(raw, tuple) else replace(raw, headers=())
    received = await original(bare)
    received.raw_message = raw
    return received


async def _decode(received: KafkaMessage) -> KafkaMessage:
    """Leave the body alone: `bus.consuming.delivery` reads headers and body together."""
    return received
