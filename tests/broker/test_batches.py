import asyncio
from collections.abc import Sequence

from broker.wire import MemoryWire, Note, body, running, until
from bus.app import make_app
from bus.consume import consume_batch
from bus.consuming.delivery import Delivery
from bus.errors import Permanent, Transient
from bus.telling import correlation


class Batches:
    """A handler that keeps what it handled, and fails for a note that says how."""

    def __init__(self) -> None:
        self.handled: list[str] = []
        self.failures: dict[str, list[Exception]] = {}

    async def __call__(self, deliveries: Sequence[Delivery[Note]]) -> None:
        for delivery in deliveries:
            if failures := self.failures.get(delivery.message.text):
                raise failures.pop(0)
        self.handled.extend(delivery.message.text for delivery in deliveries)

    def fail(self, text: str, *errors: Exception) -> None:
        self.failures[text] = list(errors)


async def test_a_batch_is_handled_in_one_call_and_committed_as_a_whole(wire: MemoryWire) -> None:
    sizes: asyncio.Queue[int] = asyncio.Queue()

    async def handler(deliveries: Sequence[Delivery[Note]]) -> None:
        sizes.put_nowait(len(deliveries))

    broker = wire.service()
    consume_batch(broker, "notes.v1", group="g", handler=handler, message=Note, max_records=10)
    await wire.send_at_once("notes.v1", *[body("n")] * 10)
    async with running(make_app(broker)):
        assert await sizes.get() == 10
    assert await wire.committed("g", "notes.v1") == 10


async def test_a_delivery_says_where_it_was_read_and_whose_story_it_is(wire: MemoryWire) -> None:
    got: asyncio.Queue[Delivery[Note]] = asyncio.Queue()

    async def handler(deliveries: Sequence[Delivery[Note]]) -> None:
        for delivery in deliveries:
            got.put_nowait(delivery)

    broker = wire.service()
    consume_batch(broker, "notes.v1", group="g", handler=handler, message=Note)
    await wire.send("notes.v1", body("n"), key="ann", headers=[("message_id", b"m"), ("correlation_id", b"c")])
    async with running(make_app(broker)):
        assert await got.get() == Delivery(Note(text="n"), "notes.v1", 0, 0, "ann", "m", "c")


async def test_an_unreadable_message_is_parked_before_the_handler_sees_the_rest(wire: MemoryWire) -> None:
    broker, batches = wire.service(), Batches()
    consume_batch(broker, "notes.v1", group="g", handler=batches, message=Note)
    await wire.send_at_once("notes.v1", body("a"), b"junk", body("b"))
    async with running(make_app(broker)):
        await until(lambda: batches.handled == ["a", "b"])
    [letter] = await wire.read("demo.dead-letters.v1", 1)
    assert letter.value == b"junk"


async def test_a_permanent_failure_of_one_message_costs_its_neighbours_nothing(wire: MemoryWire) -> None:
    broker, batches = wire.service(), Batches()
    batches.fail("impossible", Permanent("never"), Permanent("never"))
    consume_batch(broker, "notes.v1", group="g", handler=batches, message=Note)
    await wire.send_at_once("notes.v1", body("a"), body("impossible"), body("b"))
    async with running(make_app(broker)):
        await until(lambda: batches.handled == ["a", "b"])
    [letter] = await wire.read("demo.dead-letters.v1", 1)
    assert letter.value == body("impossible")


async def test_a_message_that_fails_for_now_holds_what_is_behind_it_and_nothing_else(wire: MemoryWire) -> None:
    broker, batches = wire.service(), Batches()
    batches.fail("stuck", *[Transient("not yet")] * 3)
    consume_batch(broker, "wide.v1", group="g", handler=batches, message=Note)
    await wire.send_at_once("wide.v1", body("before"), body("stuck"), body("behind"), partition=0)
    await wire.send_at_once("wide.v1", body("elsewhere"), partition=1)
    async with running(make_app(broker)):
        await until(lambda: len(batches.handled) == 4)
    assert [text for text in batches.handled if text != "elsewhere"] == ["before", "stuck", "behind"]
    assert batches.handled.index("elsewhere") < batches.handled.index("stuck")


async def test_what_was_handled_before_a_held_message_is_committed(wire: MemoryWire) -> None:
    broker, batches = wire.service(kafka_retry_seconds=30.0), Batches()
    batches.fail("stuck", *[Transient("not yet")] * 2)
    consume_batch(broker, "notes.v1", group="g", handler=batches, message=Note)
    await wire.send_at_once("notes.v1", body("before"), body("stuck"), body("behind"))
    async with running(make_app(broker)):
        await until(lambda: batches.handled == ["before"])
    assert await wire.committed("g", "notes.v1") == 1


async def test_an_unreadable_message_that_cannot_be_parked_lets_pass_what_is_before_it_and_holds_what_is_behind(
    wire: MemoryWire,
) -> None:
    broker, batches = wire.service(kafka_retry_seconds=30.0, kafka_retry_ceiling_seconds=60.0), Batches()
    consume_batch(broker, "notes.v1", group="g", handler=batches, message=Note)
    await wire.send_at_once("notes.v1", body("before"), b"junk", body("behind"))
    await wire.refuse_next_publish()
    async with running(make_app(broker)):
        await until(lambda: batches.handled == ["before"])
    assert await wire.committed("g", "notes.v1") == 1


async def test_a_batch_of_several_stories_belongs_to_none_of_them(wire: MemoryWire) -> None:
    stories: asyncio.Queue[str | None] = asyncio.Queue()

    async def handler(_: Sequence[Delivery[Note]]) -> None:
        stories.put_nowait(correlation.current())

    broker = wire.service()
    consume_batch(broker, "notes.v1", group="g", handler=handler, message=Note)
    await wire.send_at_once("notes.v1", body("a"), body("b"), headers=[("correlation_id", b"c")])
    async with running(make_app(broker)):
        assert await stories.get() is None
