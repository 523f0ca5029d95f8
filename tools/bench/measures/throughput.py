"""The reconciler's throughput: from changes on the bus to writes on the bus, through the database.

The limit is bare aiokafka and bare asyncpg doing the same: the messages read a hundred at a time, the same rows written in one
transaction a batch, the same writes published and confirmed, on the same broker and database, in the same run.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from prometheus_client import CollectorRegistry

from bus.broker import make_broker
from bus.consume import consume_batch
from bus.consuming.delivery import Delivery
from bus.publish import Publisher
from bus.settings import KafkaSettings
from bus.telling import logs
from contracts.topics import ESPO_WRITES, OUTLOOK_CHANGES
from reconciler.handlers.dispatch import Dispatcher, Message
from reconciler.metrics import Metrics
from reconciler.outbox.relay import Relay
from reconciler.settings import ReconcilerSettings
from reconciler.store import Database
from reconciler.store.migrate import migrate
from reconciler.store.sql import QUERIES
from sandbox.postgres import EmbeddedPostgres
from tools.bench.reconciler import connected, new_events
from tools.bench.rows import Row, Target

_ACCOUNTS = 50
_AT_ONCE = 100
_FETCH_MS = 30
_LINKS = """
SELECT id, account, entity, espo_id, outlook_id, ical_uid, transaction_id, state, in_flight, due_at, ends_at, body::text,
       correlation_id, traceparent, key, in_line FROM links
"""
_JOURNAL = (
    "SELECT account, link, what, source, target, entity, fields, reason, latency_ms, details::text, by FROM journal"
)

Rows = list[tuple[Any, ...]]


async def throughput(messages: int, address: str, directory: Path) -> list[Row]:
    """Have new events of fifty mailboxes decided on, on the Kafka at this address, then do the same I/O without deciding."""
    async with EmbeddedPostgres(directory / "postgres") as postgres:
        dsn = await postgres.create_database(f"throughput_{uuid4().hex}")
        await migrate(dsn)
        async with AIOKafkaProducer(bootstrap_servers=address, acks="all", enable_idempotence=True) as producer:
            for change in new_events(messages, _ACCOUNTS):
                body, key = change.model_dump_json().encode(), change.account.encode()
                await producer.send(
                    OUTLOOK_CHANGES.name, body, key=key, headers=[("message_id", str(uuid4()).encode())]
                )
            await producer.flush()
            with (directory / "reconciler.log").open("w") as log, redirect_stderr(log):
                logs.configure("reconciler")  # a line a message, as the service writes it
                ours = await _ours(address, dsn, messages)
            logs.configure("bench", "WARNING", json=False)
            bare = await _bare(address, dsn, messages, producer)
    note = (
        f"{messages:,} new events of {_ACCOUNTS} mailboxes; the limit is bare aiokafka and asyncpg doing the same I/O"
    )
    return [Row("reconciler throughput", ours, "messages/s", target=Target(0.5, share=True), limit=bare, note=note)]


async def _ours(address: str, dsn: str, messages: int) -> float:
    settings = ReconcilerSettings.model_validate({"postgres": dsn})
    kafka = KafkaSettings(kafka=address, kafka_replication=1, kafka_fetch_seconds=_FETCH_MS / 1000)
    broker = make_broker(kafka, "reconciler", CollectorRegistry())
    async with Database(dsn, Metrics(CollectorRegistry()), settings.brake) as database:
        await connected(database, settings, _ACCOUNTS)
        dispatcher = Dispatcher(database, settings.poll_seconds, settings.poll_unsubscribed_seconds)
        message: Any = Message
        begun: list[float] = []

        async def handle(deliveries: Sequence[Delivery[Any]]) -> None:
            begun.append(time.perf_counter())
            await dispatcher.handle(deliveries)

        consume_batch(broker, OUTLOOK_CHANGES.name, group="ours", handler=handle, message=message)
        relay = asyncio.create_task(Relay(database, Publisher(broker)).run())
        await broker.client.start()
        try:
            await _read_writes(address, messages)
            return messages / (time.perf_counter() - begun[0])
        finally:
            relay.cancel()
            await asyncio.gather(relay, return_exceptions=True)
            await broker.client.stop()


async def _read_writes(address: str, messages: int) -> None:
    consumer = AIOKafkaConsumer(
        ESPO_WRITES.name,
        bootstrap_servers=address,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=_FETCH_MS,
    )
    async with consumer:
        found = 0
        while found < messages:
            found += sum(map(len, (await consumer.getmany(timeout_ms=1000)).values()))


async def _bare(address: str, dsn: str, messages: int, producer: AIOKafkaProducer) -> float:
    connection = await asyncpg.connect(dsn)
    links: Rows = [tuple(row.values()) for row in await connection.fetch(_LINKS)]
    journal: Rows = [tuple(row.values()) for row in await connection.fetch(_JOURNAL)]
    await connection.execute("TRUNCATE links, journal, inbox, outbox")
    consumer = AIOKafkaConsumer(
        OUTLOOK_CHANGES.name,
        bootstrap_servers=address,
        group_id="bare",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_wait_ms=_FETCH_MS,
    )
    async with consumer:
        records = await _next(consumer)
        began, done = time.perf_counter(), 0
        while records:
            some = slice(done, done + len(records))
            await _write(connection, links[some], journal[some], [record.value for record in records])
            sent = [await producer.send(ESPO_WRITES.name, record.value, key=record.key) for record in records]
            await asyncio.gather(*sent)
            await connection.execute("DELETE FROM outbox")
            await consumer.commit()
            done += len(records)
            records = await _next(consumer) if done < messages else []
        seconds = time.perf_counter() - began
    await connection.close()
    return messages / seconds


async def _next(consumer: AIOKafkaConsumer) -> list[Any]:
    while True:
        found = await consumer.getmany(timeout_ms=1000, max_records=_AT_ONCE)
        if found:
            return [record for records in found.values() for record in records]


async def _write(
    connection: "asyncpg.Connection[asyncpg.Record]", links: Rows, journal: Rows, bodies: list[bytes]
) -> None:
    async with connection.transaction():
        await connection.execute(QUERIES["take_in"], [uuid4() for _ in bodies])
        await connection.executemany(QUERIES["save_link"], links)
        await connection.executemany(QUERIES["write_journal"], journal)
        outbox = [(ESPO_WRITES.name, "key", uuid4(), "story", "", body.decode()) for body in bodies]
        await connection.executemany(QUERIES["send"], outbox)
