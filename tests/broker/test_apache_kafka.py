"""What only Apache Kafka can show: the whole bus on a real broker, and a rebalance that accepts the last commit."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from broker.wire import Note, Wire, body, headers, running, until
from bus.app import make_app
from bus.cluster.check_topics import check
from bus.consume import consume
from bus.errors import Permanent
from bus.publish import Publisher
from bus.topics import TopicsError, ensure
from sandbox.kafka.apache import ApacheKafka
from support.needed import apache_kafka

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(240),
]

_SESSION_SECONDS = 10.0
"""Kafka takes no session shorter than six seconds (broker setting `group.min.session.timeout.ms`)."""


@dataclass(frozen=True)
class Wanted:
    name: str
    partitions: int
    retention_hours: int = 1
    config: dict[str, str] = field(default_factory=dict)


@pytest.fixture
async def apache(tmp_path: Path) -> AsyncIterator[Wire]:
    apache_kafka()
    async with ApacheKafka(tmp_path / "node") as kafka:
        yield Wire(kafka.bootstrap)


async def test_the_whole_bus_works_on_apache_kafka(apache: Wire) -> None:
    settings = apache.settings()
    wanted = [Wanted("wide.v1", 4), Wanted("demo.dead-letters.v1", 1, config={"cleanup.policy": "compact"})]
    assert sorted(await ensure(settings, wanted)) == ["demo.dead-letters.v1", "wide.v1"]
    assert await ensure(settings, wanted) == []
    with pytest.raises(TopicsError, match="4 partitions instead of 8"):
        await ensure(settings, [Wanted("wide.v1", 8)])

    seen: asyncio.Queue[str] = asyncio.Queue()

    async def handler(note: Note) -> None:
        if note.text == "impossible":
            raise Permanent("never")
        seen.put_nowait(note.text)

    broker = apache.service(kafka_session_seconds=_SESSION_SECONDS)
    consume(broker, "wide.v1", group="g", handler=handler, message=Note, workers=2)
    async with running(make_app(broker)):
        for text in ("first", "impossible", "second"):
            await Publisher(broker).publish("wide.v1", "ann", Note(text=text))
        assert [await seen.get(), await seen.get()] == ["first", "second"]
    [letter] = await apache.read("demo.dead-letters.v1", 1)
    assert headers(letter)["reason"] == "never"


async def test_a_topic_that_is_kept_otherwise_than_listed_is_told(apache: Wire) -> None:
    settings = apache.settings()
    await ensure(settings, [Wanted("wide.v1", 4, retention_hours=2)])

    kept = {step.step: step for step in await check(settings, [Wanted("wide.v1", 4, retention_hours=2)])}
    other = {step.step: step for step in await check(settings, [Wanted("wide.v1", 4, retention_hours=3)])}

    assert {step.state for step in kept.values()} == {"passed"}
    assert (other["Retention"].ok, other["Retention"].state) == (True, "warning")
    assert "wide.v1 retention.ms=7200000 instead of 10800000" in other["Retention"].words


async def test_a_message_in_hand_during_a_rebalance_is_not_handled_twice(apache: Wire) -> None:
    await ensure(apache.settings(), [Wanted("wide.v1", 4), Wanted("demo.dead-letters.v1", 1)])
    handled: Counter[str] = Counter()
    taken, finish = asyncio.Event(), asyncio.Event()

    async def slow(note: Note) -> None:
        handled[note.text] += 1
        taken.set()
        await finish.wait()

    async def quick(note: Note) -> None:
        handled[note.text] += 1

    first, second = (apache.service(kafka_session_seconds=_SESSION_SECONDS) for _ in range(2))
    consume(first, "wide.v1", group="g", handler=slow, message=Note)
    consume(second, "wide.v1", group="g", handler=quick, message=Note)
    async with running(make_app(first)):
        for partition in range(4):
            await apache.send("wide.v1", body(f"note {partition}"), partition=partition)
        await taken.wait()
        [consumer] = first.progress.consumers()

        async def finish_while_partitions_are_taken_away() -> None:
            await until(lambda: consumer._subscription.reassignment_in_progress)
            finish.set()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(finish_while_partitions_are_taken_away())
            async with running(make_app(second)):
                await until(lambda: len(handled) == 4)
    assert handled == Counter({f"note {partition}": 1 for partition in range(4)})
