import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from broker.wire import MemoryWire, Note, body, headers, running, until
from bus.app import make_app
from bus.consume import consume
from bus.errors import Permanent

GOOD = body("good")


class Handled:
    """A handler that takes good notes and refuses those that say so."""

    def __init__(self) -> None:
        self.notes: asyncio.Queue[str] = asyncio.Queue()

    async def __call__(self, note: Note) -> None:
        if note.text == "impossible":
            raise Permanent("an all-day call does not exist")
        self.notes.put_nowait(note.text)


async def parked_while_the_next_is_handled(
    wire: MemoryWire, poison: bytes, poison_headers: Sequence[tuple[str, bytes | None]] = ()
) -> Any:
    """Send poison and a good note behind it; answer the dead letter once the good one is handled."""
    broker, handled = wire.service(), Handled()
    consume(broker, "notes.v1", group="g", handler=handled, message=Note)
    await wire.send("notes.v1", poison, key="ann", headers=poison_headers)
    await wire.send("notes.v1", GOOD)
    async with running(make_app(broker)):
        assert await handled.notes.get() == "good"
    [record] = await wire.read("demo.dead-letters.v1", 1)
    assert await wire.committed("g", "notes.v1") == 2
    return record


@pytest.mark.scenario("Q-12")
async def test_a_permanent_failure_is_parked_with_its_reason_and_the_next_message_goes_on(wire: MemoryWire) -> None:
    poison = body("impossible")
    record = await parked_while_the_next_is_handled(wire, poison)
    assert (record.value, record.key) == (poison, b"ann")
    assert headers(record)["reason"] == "an all-day call does not exist"
    assert headers(record)["source"] == "notes.v1/0/0"


async def test_a_parked_message_keeps_its_identity(wire: MemoryWire) -> None:
    identity = [("message_id", b"m-1"), ("correlation_id", b"c-1"), ("content-type", b"application/json")]
    record = await parked_while_the_next_is_handled(wire, body("impossible"), identity)
    assert headers(record).items() >= {name: value.decode() for name, value in identity}.items()


@pytest.mark.parametrize("poison", [b"{ not json", b"", b"\xff\xfe", b'{"text": 1}', b"[]"])
async def test_a_body_that_is_no_message_is_parked_as_it_came(wire: MemoryWire, poison: bytes) -> None:
    record = await parked_while_the_next_is_handled(wire, poison)
    assert record.value == poison


@pytest.mark.parametrize("value", [None, b"\xff\xfe"], ids=["null", "not text"])
async def test_a_message_with_a_header_that_is_no_text_is_parked(wire: MemoryWire, value: bytes | None) -> None:
    record = await parked_while_the_next_is_handled(wire, GOOD, [("message_id", value)])
    assert headers(record)["reason"].startswith("header 'message_id'")


@pytest.mark.scenario("P-08")
async def test_the_reason_quotes_nothing_of_what_the_message_says(wire: MemoryWire) -> None:
    poison = json.dumps({"text": "lunch with Ann", "number": "ann@example.com"}).encode()
    record = await parked_while_the_next_is_handled(wire, poison)
    assert headers(record)["reason"] == "Note is invalid: number: int_parsing"


async def test_a_message_that_cannot_be_parked_now_is_held_and_parked_later(wire: MemoryWire) -> None:
    broker, handled = wire.service(), Handled()
    consume(broker, "notes.v1", group="g", handler=handled, message=Note)
    await wire.send("notes.v1", body("impossible"), GOOD)
    await wire.refuse_next_publish()
    async with running(make_app(broker)):
        assert await handled.notes.get() == "good"
    outcomes = broker.metrics.registry
    assert outcomes.get_sample_value("bus_outcomes_total", {"topic": "notes.v1", "outcome": "held"}) == 1
    assert outcomes.get_sample_value("bus_outcomes_total", {"topic": "notes.v1", "outcome": "parked"}) == 1


async def test_too_many_dead_letters_in_a_row_stop_the_consumer_and_lose_nothing(wire: MemoryWire) -> None:
    broker, handled = wire.service(dead_letter_limit=3), Handled()
    consume(broker, "notes.v1", group="g", handler=handled, message=Note)
    await wire.send("notes.v1", *[body("impossible")] * 5, GOOD)
    async with running(make_app(broker)):
        await until(lambda: broker.health.unhealthy is not None)
    assert handled.notes.empty()
    assert await wire.committed("g", "notes.v1") == 3
    assert broker.health.unhealthy == "group g stands still: too many dead letters in a row"


async def test_dead_letters_with_good_messages_between_them_are_no_row(wire: MemoryWire) -> None:
    broker, handled = wire.service(dead_letter_limit=2), Handled()
    consume(broker, "notes.v1", group="g", handler=handled, message=Note)
    await wire.send("notes.v1", *[body("impossible"), GOOD] * 4)
    async with running(make_app(broker)):
        for _ in range(4):
            await handled.notes.get()
    assert broker.health.unhealthy is None
