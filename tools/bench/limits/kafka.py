"""Bare aiokafka producing and consuming the same messages."""

import asyncio
import time

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from contracts.topics import ESPO_CHANGES

_TOPIC = ESPO_CHANGES.name
_AT_ONCE = 100


async def messages_a_second(bodies: list[bytes], address: str) -> float:
    """Produce each message by key, confirmed, a hundred under way at a time, while a consumer reads them all."""
    producer = AIOKafkaProducer(bootstrap_servers=address, acks="all", enable_idempotence=True)
    consumer = AIOKafkaConsumer(
        _TOPIC, bootstrap_servers=address, group_id="bench", auto_offset_reset="earliest", fetch_max_wait_ms=30
    )
    async with producer, consumer:
        began = time.perf_counter()
        await asyncio.gather(_produce(producer, bodies), _consume(consumer, len(bodies)))
        return len(bodies) / (time.perf_counter() - began)


async def _produce(producer: AIOKafkaProducer, bodies: list[bytes]) -> None:
    for start in range(0, len(bodies), _AT_ONCE):
        some = bodies[start : start + _AT_ONCE]
        await asyncio.gather(
            *(producer.send_and_wait(_TOPIC, body, key=str(number).encode()) for number, body in enumerate(some))
        )


async def _consume(consumer: AIOKafkaConsumer, count: int) -> None:
    found = 0
    while found < count:
        found += sum(map(len, (await consumer.getmany(timeout_ms=1000, max_records=_AT_ONCE)).values()))
        await consumer.commit()
