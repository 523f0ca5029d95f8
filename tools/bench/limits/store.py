"""Bare aiokafka and bare asyncpg doing the reconciler's I/O: the same messages in, the same rows, the same messages out.

Batch by batch: read, write every row in one transaction, publish, take the rows out of the outbox, commit. Nothing is
decided, so what the product does beyond this is its own cost.
"""

import asyncio
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from tandem.local.ports import HOST, choose
from tandem.local.processes import Program, Supervisor
from tandem.local.readiness import listens

_BATCH = 100
_IN, _OUT, _PARTITIONS = "in", "out", 12
_TABLES = ("inbox", "links", "journal", "outbox")
_INBOX = "INSERT INTO bench.inbox (message_id) VALUES ($1)"
_LINK = """INSERT INTO bench.links (id, account, entity, outlook_id, ical_uid, transaction_id, state, in_flight, ends_at, body)
VALUES ($1, $2, 'Meeting', $3, $3, $3, 'pending', 1, now(), $4::jsonb)"""
_JOURNAL = "INSERT INTO bench.journal (account, link, what, reason) VALUES ($1, $2, 'decided', 'new in Outlook')"
_OUTBOX = (
    "INSERT INTO bench.outbox (topic, key, message_id, correlation_id, body) VALUES ($1, $2, $3, $4, $5) RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Moved:
    """What went in, and what came out of it, one for one."""

    received: Sequence[bytes]
    sent: Sequence[dict[str, Any]]


async def moved_a_second(moved: Moved, postgres: str, directory: Path) -> float:
    """Move all of it, on a broker of its own and in a schema of its own in the same database; messages a second."""
    address = f"{HOST}:{choose(0).kafka}"
    topics = tuple(word for name in (_IN, _OUT) for word in ("--topic", f"{name}:{_PARTITIONS}"))
    arguments = ("--port", address.rpartition(":")[2], *topics)
    connection = await asyncpg.connect(postgres)
    async with Supervisor(directory) as supervisor:
        await supervisor.start(Program("kafka", "sandbox.kafka.memory", arguments, ready=listens(address)))
        await connection.execute("DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench")
        for table in _TABLES:
            await connection.execute(f"CREATE TABLE bench.{table} (LIKE public.{table} INCLUDING ALL)")
        try:
            return await _move(moved, address, connection)
        finally:
            await connection.execute("DROP SCHEMA bench CASCADE")
            await connection.close()


async def _move(moved: Moved, address: str, connection: Any) -> float:
    producer = AIOKafkaProducer(bootstrap_servers=address, acks="all", enable_idempotence=True)
    consumer = AIOKafkaConsumer(
        _IN, bootstrap_servers=address, group_id="bench", auto_offset_reset="earliest", fetch_max_wait_ms=30
    )
    async with producer, consumer:
        for number, body in enumerate(moved.received):
            await producer.send(_IN, body, key=str(number % _PARTITIONS).encode())
        await producer.flush()
        began, done = time.perf_counter(), 0
        while done < len(moved.received):
            batch = await consumer.getmany(timeout_ms=1000, max_records=_BATCH)
            records = [record for some in batch.values() for record in some]
            await _one(records, moved.sent[done : done + len(records)], connection, producer)
            await consumer.commit()
            done += len(records)
        return done / (time.perf_counter() - began)


async def _one(
    records: Sequence[ConsumerRecord], sent: Sequence[dict[str, Any]], connection: Any, producer: AIOKafkaProducer
) -> None:
    ids = [uuid.uuid4() for _ in records]
    bodies = [msgspec.json.encode(message) for message in sent]
    async with connection.transaction():
        await connection.executemany(_INBOX, [(each,) for each in ids])
        links = [(each, "bench", str(each), record.value.decode()) for each, record in zip(ids, records, strict=True)]
        await connection.executemany(_LINK, links)
        await connection.executemany(_JOURNAL, [("bench", each) for each in ids])
        outbox = [(_OUT, "bench", each, str(each), body.decode()) for each, body in zip(ids, bodies, strict=True)]
        rows = await connection.fetchmany(_OUTBOX, outbox)
    await asyncio.gather(*(producer.send_and_wait(_OUT, body, key=b"bench") for body in bodies))
    await connection.execute("DELETE FROM bench.outbox WHERE id = ANY ($1::bigint[])", [row["id"] for row in rows])
