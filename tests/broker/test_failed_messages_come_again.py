import asyncio

from broker.wire import Note, Wire, body, running
from bus.app import make_app
from bus.consume import consume
from bus.errors import Transient


async def test_a_message_that_fails_comes_again_before_those_behind_it(wire: Wire) -> None:
    seen: asyncio.Queue[str] = asyncio.Queue()
    failures = iter([Transient("the mailbox is busy"), RuntimeError("unforeseen")])

    async def handler(note: Note) -> None:
        seen.put_nowait(note.text)
        if note.text == "second" and (failure := next(failures, None)):
            raise failure

    broker = wire.service()
    consume(broker, "notes.v1", group="g", handler=handler, message=Note)
    await wire.send("notes.v1", body("first"), body("second"), body("third"))
    async with running(make_app(broker)):
        order = [await seen.get() for _ in range(5)]
    assert order == ["first", "second", "second", "second", "third"]


async def test_a_failing_message_holds_its_own_partition_and_no_other(wire: Wire) -> None:
    seen: asyncio.Queue[str] = asyncio.Queue()
    mended = asyncio.Event()

    async def handler(note: Note) -> None:
        if note.text == "stuck" and not mended.is_set():
            raise Transient("not now")
        seen.put_nowait(note.text)

    broker = wire.service()
    consume(broker, "wide.v1", group="g", handler=handler, message=Note)
    await wire.send("wide.v1", body("stuck"), body("behind it"), partition=0)
    async with running(make_app(broker)):
        await wire.send("wide.v1", body("elsewhere"), partition=1)
        assert await seen.get() == "elsewhere"
        mended.set()
        assert [await seen.get(), await seen.get()] == ["stuck", "behind it"]


async def test_a_message_that_is_held_when_the_service_stops_is_there_for_the_next_one(wire: Wire) -> None:
    failed = asyncio.Event()
    seen: asyncio.Queue[str] = asyncio.Queue()

    async def failing(_: Note) -> None:
        failed.set()
        raise Transient("not in this life")

    async def working(note: Note) -> None:
        seen.put_nowait(note.text)

    await wire.send("notes.v1", body("patient"))
    first = wire.service(kafka_retry_seconds=30.0, kafka_retry_ceiling_seconds=60.0)
    consume(first, "notes.v1", group="g", handler=failing, message=Note)
    async with running(make_app(first)):
        await failed.wait()
    second = wire.service()
    consume(second, "notes.v1", group="g", handler=working, message=Note)
    async with running(make_app(second)):
        assert await seen.get() == "patient"


async def test_a_message_that_was_handled_is_committed_and_does_not_come_again(wire: Wire) -> None:
    seen: asyncio.Queue[str] = asyncio.Queue()

    async def handler(note: Note) -> None:
        seen.put_nowait(note.text)

    await wire.send("notes.v1", body("once"))
    broker = wire.service()
    consume(broker, "notes.v1", group="g", handler=handler, message=Note)
    async with running(make_app(broker)):
        assert await seen.get() == "once"
    assert await wire.committed("g", "notes.v1") == 1
