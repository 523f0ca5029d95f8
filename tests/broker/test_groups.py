import asyncio
from collections import Counter

import pytest

from broker.wire import MemoryWire, Note, body, running, until
from bus.app import make_app
from bus.broker import Broker
from bus.consume import consume


async def ignore(_: Note) -> None:
    """Handle a note by doing nothing."""


def assigned(broker: Broker) -> int:
    """Count the partitions that this service holds now."""
    return sum(len(consumer.assignment()) for consumer in broker.progress.consumers())


async def test_any_number_of_workers_join_at_once_and_share_out_every_partition(wire: MemoryWire) -> None:
    broker = wire.service()
    consume(broker, "wide.v1", group="g", handler=ignore, message=Note, workers=4)
    async with running(make_app(broker)):
        assert sorted(len(consumer.assignment()) for consumer in broker.progress.consumers()) == [1, 1, 1, 1]


async def test_one_member_owns_a_key_on_both_topics(wire: MemoryWire) -> None:
    await wire.kafka.create_topic("other.v1", 4)
    broker = wire.service()
    consume(broker, "wide.v1", "other.v1", group="g", handler=ignore, message=Note, workers=2)
    async with running(make_app(broker)):
        for consumer in broker.progress.consumers():
            own = {
                name: {place.partition for place in consumer.assignment() if place.topic == name}
                for name in ("wide.v1", "other.v1")
            }
            assert own["wide.v1"] == own["other.v1"] != set()


async def test_a_group_has_one_handler(wire: MemoryWire) -> None:
    broker = wire.service()
    consume(broker, "notes.v1", group="g", handler=ignore, message=Note)
    with pytest.raises(ValueError, match="group g has a handler already"):
        consume(broker, "wide.v1", group="g", handler=ignore, message=Note)


async def test_what_was_published_before_the_first_consumer_existed_is_received(wire: MemoryWire) -> None:
    seen: asyncio.Queue[str] = asyncio.Queue()

    async def handler(note: Note) -> None:
        seen.put_nowait(note.text)

    await wire.send("notes.v1", body("early"))
    broker = wire.service()
    consume(broker, "notes.v1", group="g", handler=handler, message=Note)
    async with running(make_app(broker)):
        assert await seen.get() == "early"


async def test_a_group_that_starts_from_now_does_not_see_what_was_before(wire: MemoryWire) -> None:
    seen: asyncio.Queue[str] = asyncio.Queue()

    async def handler(note: Note) -> None:
        seen.put_nowait(note.text)

    await wire.send("notes.v1", body("early"))
    broker = wire.service()
    consume(broker, "notes.v1", group="g", handler=handler, message=Note, from_now=True)
    async with running(make_app(broker)):
        [consumer] = broker.progress.consumers()
        [place] = consumer.assignment()
        assert await consumer.position(place) == 1
        await wire.send("notes.v1", body("late"))
        assert await seen.get() == "late"


async def test_a_message_in_hand_during_a_rebalance_is_never_in_two_hands(wire: MemoryWire) -> None:
    in_hand: Counter[str] = Counter()
    together: list[str] = []
    taken, finish = asyncio.Event(), asyncio.Event()
    seen_by_second: set[str] = set()

    async def slow(note: Note) -> None:
        in_hand[note.text] += 1
        taken.set()
        await finish.wait()
        in_hand[note.text] -= 1

    async def quick(note: Note) -> None:
        if in_hand[note.text]:
            together.append(note.text)
        seen_by_second.add(note.text)

    first, second = wire.service(), wire.service()
    consume(first, "wide.v1", group="g", handler=slow, message=Note)
    consume(second, "wide.v1", group="g", handler=quick, message=Note)
    notes = [f"note {partition}" for partition in range(4)]
    async with running(make_app(first)):
        for partition, text in enumerate(notes):
            await wire.send("wide.v1", body(text), partition=partition)
        await taken.wait()
        [consumer] = first.progress.consumers()

        async def finish_while_partitions_are_taken_away() -> None:
            await until(lambda: consumer._subscription.reassignment_in_progress)
            finish.set()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(finish_while_partitions_are_taken_away())
            async with running(make_app(second)):
                await until(lambda: bool(seen_by_second))
    assert together == []


async def test_the_partitions_of_a_member_that_left_are_taken_over(wire: MemoryWire) -> None:
    staying, leaving = wire.service(), wire.service()
    consume(staying, "wide.v1", group="g", handler=ignore, message=Note)
    consume(leaving, "wide.v1", group="g", handler=ignore, message=Note)
    async with running(make_app(staying)):
        async with running(make_app(leaving)):
            await until(lambda: (assigned(staying), assigned(leaving)) == (2, 2))
        await until(lambda: assigned(staying) == 4)
