import asyncio

from broker.wire import MemoryWire, Note, body, running
from bus.app import make_app
from bus.consume import consume
from bus.publish import Publisher
from bus.telling.health import UNREACHABLE

OUT_OF_ORDER_SEQUENCE_NUMBER, NOT_LEADER = 45, 6  # Kafka protocol guide, error codes
PRODUCE = 0


async def test_what_is_published_while_kafka_is_away_arrives_when_it_is_back(wire: MemoryWire) -> None:
    seen: asyncio.Queue[str] = asyncio.Queue()

    async def handler(note: Note) -> None:
        seen.put_nowait(note.text)

    broker = wire.service()
    consume(broker, "notes.v1", group="g", handler=handler, message=Note)
    async with running(make_app(broker)):
        await wire.send("notes.v1", body("before"))
        assert await seen.get() == "before"
        await wire.kafka.set_down()
        publishing = asyncio.create_task(Publisher(broker).publish("notes.v1", "k", Note(text="during")))
        assert not await broker.client.ping(0.3)
        assert not publishing.done()
        await wire.kafka.set_up()
        await publishing
        assert await seen.get() == "during"


async def test_a_publish_that_finds_another_leader_is_repeated_without_a_trace(wire: MemoryWire) -> None:
    broker = wire.service()
    async with running(make_app(broker)):
        await wire.kafka.push_errors(PRODUCE, [NOT_LEADER, NOT_LEADER])
        await Publisher(broker).publish("notes.v1", "k", Note(text="once"))
        await Publisher(broker).publish("notes.v1", "k", Note(text="twice"))
    assert [Note.model_validate_json(record.value).text for record in await wire.read("notes.v1", 2)] == [
        "once",
        "twice",
    ]


async def test_a_producer_that_kafka_refuses_for_good_ends_the_process(wire: MemoryWire) -> None:
    broker = wire.service()
    async with running(make_app(broker)):
        await wire.kafka.push_errors(PRODUCE, [OUT_OF_ORDER_SEQUENCE_NUMBER])
        [refusal] = await asyncio.gather(
            Publisher(broker).publish("notes.v1", "k", Note(text="n")), return_exceptions=True
        )
    assert type(refusal).__name__ == "OutOfOrderSequenceNumber"
    assert (broker.health.ended.is_set(), broker.health.exit_code) == (True, UNREACHABLE)
