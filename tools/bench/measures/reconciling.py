"""What the reconciler decides a second, nothing else of the product at work, beside the same messages and rows without it."""

import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from aiokafka import AIOKafkaProducer

from bus.delivery import MESSAGE_ID
from contracts.changes import OutlookSeen
from contracts.events import Event, Timed
from contracts.topics import ESPO_WRITES, OUTLOOK_CHANGES
from tools.bench.crowd import Person
from tools.bench.limits.store import Moved, moved_a_second
from tools.bench.process import Meter
from tools.bench.rows import Row, Target
from tools.bench.tap import Heard, tap
from tools.bench.whole import DIRECTORY, Whole, titles

_PEOPLE = 12
_TARGET = Target(0.5, share=True)


async def reconciling(whole: Whole, events: int) -> list[Row]:
    """Tell the reconciler of new events in Outlook as fast as it reads, and wait for a write to EspoCRM of each.

    The connectors stand still meanwhile, and carry the writes out when they are started again.
    """
    people = await whole.connected(_PEOPLE)
    supervisor, kafka = whole.system.supervisor, whole.system.addresses.kafka
    connectors = [child.program for child in supervisor.running if child.name.endswith("_connector")]
    for program in connectors:
        await supervisor.stop(program.name)
    try:
        seen = _seen(people, titles("decided", events))
        async with tap(kafka, [ESPO_WRITES]) as listening:
            meter, began = Meter(supervisor.running), time.time()
            await _publish(kafka, seen)
            heard = await listening.until(events, _creates, whole.form.patience)
            used, seconds = meter.seconds(), max(one.at for one in heard) - began
    finally:
        await supervisor.start(*connectors)
    moved = Moved([body for _, body in seen], [one.message for one in heard if _creates(one)])
    bare = await moved_a_second(moved, whole.system.addresses.postgres, DIRECTORY / "limits")
    rate = events / seconds
    return [
        Row("reconciler: decisions a second", rate, "messages/s", _TARGET, bare, "limit: bare aiokafka and asyncpg"),
        Row("reconciler: processor time a message", used["reconciler"] / events * 1e6, "µs"),
    ]


def _seen(people: Sequence[Person], wanted: Sequence[str]) -> list[tuple[str, bytes]]:
    """Write what the connector would tell of new events: key and body."""
    now = datetime.now(UTC)
    return [
        (
            who.espo_id,
            OutlookSeen(
                account=who.espo_id,
                outlook_id=f"bench-{title}",
                version='W/"1"',
                modified_at=now,
                read_at=now,
                ical_uid=f"uid-{title}",
                event=Event(
                    title=title, span=_hour(now, number), location="Room 12", description="In a few plain words."
                ),
            )
            .model_dump_json()
            .encode(),
        )
        for number, title in enumerate(wanted)
        for who in (people[number % len(people)],)
    ]


def _hour(now: datetime, number: int) -> Timed:
    start = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=1, minutes=15 * number)
    return Timed(start=start, end=start + timedelta(hours=1))


async def _publish(kafka: str, seen: Sequence[tuple[str, bytes]]) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True) as producer:
        for key, body in seen:
            headers = [(MESSAGE_ID, str(uuid.uuid4()).encode())]
            await producer.send(OUTLOOK_CHANGES.name, body, key=key.encode(), headers=headers)
        await producer.flush()


def _creates(one: Heard) -> bool:
    return bool(one.message["kind"] == "create_espo_record")
