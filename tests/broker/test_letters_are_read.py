"""Dead letters are read as they are, and never become dead letters of their reader."""

import asyncio
from collections.abc import Sequence

import pytest

from broker.wire import MemoryWire, Note, body, headers, running
from bus.app import make_app
from bus.broker import Broker
from bus.consume import consume, consume_dead_letters
from bus.consuming.delivery import Delivery
from bus.dead_letters.reading import DeadLetter
from bus.errors import Permanent


class Desk:
    """Takes letters in; as often as told it fails first, as if no retry could ever help."""

    def __init__(self, failures: int = 0) -> None:
        self.letters: asyncio.Queue[DeadLetter] = asyncio.Queue()
        self._failures = failures

    async def __call__(self, deliveries: Sequence[Delivery[DeadLetter]]) -> None:
        if self._failures:
            self._failures -= 1
            raise Permanent("this desk is closed")
        for delivery in deliveries:
            self.letters.put_nowait(delivery.message)


def reads_letters(wire: MemoryWire, desk: Desk) -> Broker:
    """A service that reads the letters of `demo`, which is itself."""
    broker = wire.service()
    consume_dead_letters(broker, "demo", group="letters", handler=desk)
    return broker


async def test_a_message_that_was_parked_arrives_as_it_came_with_the_reason(wire: MemoryWire) -> None:
    async def refuse(_: Note) -> None:
        raise Permanent("an all-day call does not exist")

    desk = Desk()
    broker = reads_letters(wire, desk)
    consume(broker, "notes.v1", group="g", handler=refuse, message=Note)
    identity = [("message_id", b"m-1"), ("correlation_id", b"c-1")]
    await wire.send("notes.v1", body("impossible"), key="ann", headers=identity)
    async with running(make_app(broker)):
        letter = await desk.letters.get()
    assert letter == DeadLetter(
        service="demo",
        source="notes.v1/0/0",
        reason="an all-day call does not exist",
        message_id="m-1",
        correlation_id="c-1",
        key=b"ann",
        body=body("impossible"),
    )


@pytest.mark.parametrize("junk", [b"\xff\xfe", b"", b"{"])
async def test_a_letter_without_any_word_about_it_is_read_all_the_same(wire: MemoryWire, junk: bytes) -> None:
    desk = Desk()
    await wire.send("demo.dead-letters.v1", junk, headers=[("reason", b"\xff"), ("source", None)])
    async with running(make_app(reads_letters(wire, desk))):
        letter = await desk.letters.get()
    assert (letter.source, letter.message_id, letter.body) == ("demo.dead-letters.v1/0/0",) * 2 + (junk,)
    assert letter.reason == "\ufffd"


async def test_a_letter_that_cannot_be_kept_comes_again_and_is_not_parked_again(wire: MemoryWire) -> None:
    desk = Desk(failures=2)
    await wire.send("demo.dead-letters.v1", b"one", headers=[("source", b"notes.v1/0/0")])
    async with running(make_app(reads_letters(wire, desk))):
        assert (await desk.letters.get()).body == b"one"
    await wire.send("demo.dead-letters.v1", b"two")
    first, second = await wire.read("demo.dead-letters.v1", 2)
    assert headers(first) == {"source": "notes.v1/0/0"}
    assert second.value == b"two"
