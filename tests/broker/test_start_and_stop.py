import asyncio
from contextlib import suppress

import pytest

from broker.wire import MemoryWire, Note, Wire, body, running
from bus.app import StartFailed, make_app
from bus.consume import consume
from bus.errors import KafkaFailure, Transient
from bus.publish import Publisher
from bus.telling.health import FAILED, UNREACHABLE


async def ignore(_: Note) -> None:
    """Handle a note by doing nothing."""


async def test_a_missing_topic_ends_the_start_by_name(wire: Wire) -> None:
    broker = wire.service("nobody")
    consume(broker, "notes.v1", "absent.v1", group="g", handler=ignore, message=Note)
    with pytest.raises(StartFailed, match=r"create them first: absent\.v1, nobody\.dead-letters\.v1"):
        async with running(make_app(broker)):
            pass
    assert broker.health.exit_code == UNREACHABLE


async def test_what_was_opened_is_closed_when_a_later_step_of_the_start_fails(wire: Wire) -> None:
    steps: list[str] = []

    async def open_database() -> None:
        steps.append("opened")

    async def fail() -> None:
        raise RuntimeError("unforeseen")

    async def close_database() -> None:
        steps.append("closed")

    broker = wire.service()
    with pytest.raises(RuntimeError, match="unforeseen"):
        async with running(make_app(broker, on_start=[open_database, fail], on_stop=[close_database])):
            pass
    assert (steps, broker.health.exit_code) == (["opened", "closed"], FAILED)


async def test_a_start_that_something_is_out_of_reach_for_is_told_from_a_part_that_is_broken(wire: Wire) -> None:
    async def database_is_away() -> None:
        raise Transient("PostgreSQL is out of reach")

    broker = wire.service()
    with pytest.raises(Transient):
        async with running(make_app(broker, on_start=[database_is_away])):
            pass
    assert broker.health.exit_code == UNREACHABLE


async def test_a_stop_finishes_and_commits_the_message_in_hand(wire: Wire) -> None:
    taken, finish, finished = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(_: Note) -> None:
        taken.set()
        await finish.wait()
        finished.set()

    async def finish_once_stopping() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            finish.set()

    broker = wire.service()
    consume(broker, "notes.v1", group="g", handler=slow, message=Note)
    await wire.send("notes.v1", body("in hand"))
    async with running(make_app(broker, background=[finish_once_stopping])):
        await taken.wait()
    assert finished.is_set()
    assert await wire.committed("g", "notes.v1") == 1


async def test_a_message_that_outlasts_a_stop_is_given_up_and_comes_again(wire: Wire) -> None:
    taken = asyncio.Event()

    async def endless(_: Note) -> None:
        taken.set()
        await asyncio.Event().wait()

    broker = wire.service(kafka_drain_seconds=0.1)
    consume(broker, "notes.v1", group="g", handler=endless, message=Note)
    await wire.send("notes.v1", body("too long"))
    async with running(make_app(broker)):
        await taken.wait()
    assert await wire.committed("g", "notes.v1") is None


async def test_a_task_that_outlives_its_cancellation_does_not_keep_the_service_from_stopping(wire: Wire) -> None:
    """As the relay did: the database was lost, so giving its lock back failed, and what failed was tried again."""

    at_work = asyncio.Event()

    async def stubborn() -> None:
        with suppress(ConnectionError):
            try:
                at_work.set()
                await asyncio.Event().wait()
            finally:
                raise ConnectionError("the clean-up failed")
        await asyncio.Event().wait()

    async with asyncio.timeout(20), running(make_app(wire.service(), background=[stubborn])):
        await at_work.wait()


async def test_what_stops_stops_in_order_with_kafka_last(wire: Wire) -> None:
    order: list[str] = []
    broker = wire.service()

    async def background() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            order.append("background")

    async def step() -> None:
        order.append(f"step, kafka {'there' if await broker.client.ping(1) else 'gone'}")

    async with running(make_app(broker, background=[background], on_start=[_a_turn], on_stop=[step])):
        await _a_turn()
    assert order == ["background", "step, kafka there"]


async def _a_turn() -> None:
    """Let tasks that were made take their first step."""
    await asyncio.sleep(0)


async def test_a_lost_kafka_does_not_end_a_service_that_has_started(wire: MemoryWire) -> None:
    broker = wire.service()
    async with running(make_app(broker)):
        await wire.kafka.set_down()
        assert not await broker.client.ping(0.3)
        assert not broker.health.ended.is_set()
        await wire.kafka.set_up()


async def test_a_service_that_cannot_send_any_more_ends(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """No way is known to make aiokafka's sender fail from outside, but it has failed in the field (its issue 1017)."""

    def fail(*_: object, **__: object) -> None:
        raise KeyError("a partition that nobody foresaw")

    broker = wire.service()
    async with running(make_app(broker)), asyncio.timeout(10):
        monkeypatch.setattr("aiokafka.producer.message_accumulator.MessageAccumulator.drain_by_nodes", fail)
        with pytest.raises(KafkaFailure):
            await Publisher(broker).publish("notes.v1", "ann", Note(text="n"))
        await broker.health.ended.wait()
    assert broker.health.exit_code == FAILED
