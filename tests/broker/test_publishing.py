import asyncio

import pytest

from broker.wire import Note, Wire, headers, running
from bus.app import make_app
from bus.consume import consume
from bus.errors import TooLarge
from bus.publish import Publisher
from bus.telling import correlation


async def test_every_message_has_an_id_a_story_and_a_content_type(wire: Wire) -> None:
    broker = wire.service()
    async with running(make_app(broker)):
        await Publisher(broker).publish("notes.v1", "ann", Note(text="n"))
    [record] = await wire.read("notes.v1", 1)
    found = headers(record)
    assert record.key == b"ann"
    assert found["content-type"] == "application/json"
    assert found["correlation_id"] == found["message_id"] != ""


async def test_the_story_of_a_message_goes_on_in_what_is_published_while_it_is_handled(wire: Wire) -> None:
    broker = wire.service()
    publisher, done = Publisher(broker), asyncio.Event()

    async def handler(note: Note) -> None:
        await publisher.publish("wide.v1", "k", note)
        done.set()

    consume(broker, "notes.v1", group="g", handler=handler, message=Note)
    async with running(make_app(broker)):
        with correlation.carrying("one edit by one person"):
            await publisher.publish("notes.v1", "k", Note(text="n"))
        await done.wait()
    [record] = await wire.read("wide.v1", 1, partitions=4)
    assert headers(record)["correlation_id"] == "one edit by one person"


async def test_two_messages_of_one_story_have_ids_of_their_own(wire: Wire) -> None:
    broker = wire.service()
    async with running(make_app(broker)):
        with correlation.carrying("story"):
            for _ in range(2):
                await Publisher(broker).publish("notes.v1", "k", Note(text="n"))
    first, second = await wire.read("notes.v1", 2)
    assert headers(first)["message_id"] != headers(second)["message_id"]


async def test_one_key_keeps_to_one_partition(wire: Wire) -> None:
    broker = wire.service()
    async with running(make_app(broker)):
        publisher = Publisher(broker)
        await asyncio.gather(*(publisher.publish("wide.v1", "ann", Note(text=str(n))) for n in range(20)))
    records = await wire.read("wide.v1", 20, partitions=4)
    assert len({record.partition for record in records}) == 1


async def test_a_relay_publishes_bytes_under_the_headers_they_were_made_with(wire: Wire) -> None:
    broker = wire.service()
    made = {"message_id": "m", "correlation_id": "c", "content-type": "application/json"}
    async with running(make_app(broker)):
        await Publisher(broker).publish_raw("notes.v1", "ann", b"{}", made)
    [record] = await wire.read("notes.v1", 1)
    assert (record.value, record.key, headers(record)) == (b"{}", b"ann", made)


async def test_a_message_that_is_too_large_is_refused_by_a_name_that_a_relay_knows(wire: Wire) -> None:
    broker = wire.service()
    async with running(make_app(broker)):
        with pytest.raises(TooLarge):
            await Publisher(broker).hand_over("notes.v1", "ann", b"x" * 1_100_000, {})


async def test_a_tombstone_has_a_key_and_no_body(wire: Wire) -> None:
    broker = wire.service()
    async with running(make_app(broker)):
        await Publisher(broker).publish_raw("notes.v1", "ann", None, {})
    [record] = await wire.read("notes.v1", 1)
    assert (record.value, record.key) == (None, b"ann")
