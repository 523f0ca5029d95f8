"""What `make bench` reads of the bus once a measure is over: all that was published meanwhile, and nothing else."""

from aiokafka import AIOKafkaProducer
from tools.bench.tap import marks, since

from broker.wire import MemoryWire
from contracts.topics import Topic

WIDE = Topic("wide.v1", "account", "demo", (), "what is measured", partitions=4)


async def publish(wire: MemoryWire, *numbers: int, key: str) -> None:
    """Publish each in a batch of its own."""
    async with AIOKafkaProducer(bootstrap_servers=wire.bootstrap) as producer:
        for number in numbers:
            await producer.send_and_wait(WIDE.name, b'{"number": %d}' % number, key=key.encode())


async def test_all_batches_of_one_partition_are_read_however_many_they_are(wire: MemoryWire) -> None:
    begin = await marks(wire.bootstrap, [WIDE])
    await publish(wire, *range(50), key="ann")

    assert [one.message["number"] for one in await since(wire.bootstrap, begin)] == list(range(50))


async def test_what_was_there_before_is_not_read(wire: MemoryWire) -> None:
    await publish(wire, 1, key="ann")
    begin = await marks(wire.bootstrap, [WIDE])
    await publish(wire, 2, key="ann")
    await publish(wire, 3, key="bob")

    assert [one.message["number"] for one in await since(wire.bootstrap, begin)] == [2, 3]


async def test_where_nothing_was_published_nothing_is_waited_for(wire: MemoryWire) -> None:
    assert await since(wire.bootstrap, await marks(wire.bootstrap, [WIDE])) == []
