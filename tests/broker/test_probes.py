import asyncio

import httpx

from broker.wire import MemoryWire, Note, body, running
from bus.app import make_app
from bus.consume import consume
from bus.errors import Transient


def asking(app: object) -> httpx.AsyncClient:
    """Ask the application's routes without a socket."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://service")  # type: ignore[arg-type]


async def ignore(_: Note) -> None:
    """Handle a note by doing nothing."""


async def test_a_service_that_has_not_started_is_not_ready(wire: MemoryWire) -> None:
    async with asking(make_app(wire.service())) as client:
        answer = await client.get("/ready")
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["not started, or ending"])


async def test_a_service_whose_kafka_is_away_is_not_ready_and_lives_on(wire: MemoryWire) -> None:
    broker = wire.service()
    app = make_app(broker)
    async with running(app), asking(app) as client:
        assert (await client.get("/ready")).status_code == 200
        await wire.kafka.set_down()
        assert (await client.get("/ready")).json()["reasons"] == ["Kafka does not answer"]
        assert (await client.get("/live")).status_code == 200
        await wire.kafka.set_up()


async def test_an_unhealthy_service_tells_the_liveness_probe_why(wire: MemoryWire) -> None:
    broker = wire.service()
    broker.health.fail("group g stands still")
    async with asking(make_app(broker)) as client:
        answer = await client.get("/live")
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["group g stands still"])


async def test_a_consume_loop_that_has_ended_is_noticed(wire: MemoryWire) -> None:
    broker = wire.service()
    consume(broker, "notes.v1", group="g", handler=ignore, message=Note)
    app = make_app(broker)
    async with running(app), asking(app) as client:
        [subscriber] = broker.client.subscribers
        [loop] = subscriber.tasks  # type: ignore[attr-defined]
        loop.cancel()
        await asyncio.wait([loop])
        answer = await client.get("/live")
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["group g has stopped consuming"])


async def test_the_metrics_tell_how_far_behind_a_consumer_is(wire: MemoryWire) -> None:
    failed = asyncio.Event()

    async def failing(_: Note) -> None:
        failed.set()
        raise Transient("not now")

    broker = wire.service(kafka_retry_seconds=30.0)
    consume(broker, "notes.v1", group="g", handler=failing, message=Note)
    await wire.send_at_once("notes.v1", body("a"), body("b"), body("c"))
    app = make_app(broker)
    async with running(app), asking(app) as client:
        await failed.wait()
        text = (await client.get("/metrics")).text
    assert 'bus_lag_messages{group="g",partition="0",topic="notes.v1"} 3.0' in text


async def test_the_metrics_count_what_came_of_each_message(wire: MemoryWire) -> None:
    seen: asyncio.Queue[Note] = asyncio.Queue()
    broker = wire.service()
    consume(broker, "notes.v1", group="g", handler=seen.put, message=Note)
    await wire.send("notes.v1", b"junk", body("good"))
    app = make_app(broker)
    async with running(app), asking(app) as client:
        await seen.get()
        text = (await client.get("/metrics")).text
    assert 'bus_outcomes_total{outcome="parked",topic="notes.v1"} 1.0' in text
    assert 'bus_published_messages_total{app_name="demo",broker="kafka",destination="demo.dead-letters.v1"' in text
