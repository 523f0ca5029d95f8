import asyncio
import signal
import sys

from aiokafka import AIOKafkaConsumer

from broker.wire import Wire
from bus.cluster.admin import administering
from sandbox.kafka.memory import MemoryKafka
from sandbox.ports import free_port


async def started(*arguments: str) -> tuple[asyncio.subprocess.Process, str]:
    """Start it as a process; answer with the first line that it prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox.kafka.memory",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    return process, (await process.stdout.readline()).decode().strip()


async def test_as_a_process_it_listens_where_it_is_told_with_the_topics_it_is_told() -> None:
    port = free_port()
    process, address = await started("--port", str(port), "--topic", "wide.v1:12", "--topic", "narrow.v1")
    async with administering(Wire(address).settings()) as admin:
        partitions = {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}
    process.send_signal(signal.SIGTERM)
    assert (address, await process.wait()) == (f"127.0.0.1:{port}", 0)
    assert partitions == {"wide.v1": 12, "narrow.v1": 1}


async def test_a_port_that_is_taken_ends_it_with_a_word() -> None:
    async with MemoryKafka() as running:
        port = running.bootstrap.rpartition(":")[2]
        process, line = await started("--port", port)
        _, words = await process.communicate()
    assert (line, process.returncode) == ("", 1)
    assert words.decode() == f"cannot listen on 127.0.0.1:{port}: the address is taken\n"


async def test_a_client_that_connects_finds_every_topic_from_the_first_moment() -> None:
    topics = [(f"topic{number}.v1", 3) for number in range(10)]
    async with MemoryKafka(topics) as kafka:
        consumer = AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap)
        await consumer.start()
        assert await consumer.topics() == {name for name, _ in topics}
        await consumer.stop()


async def test_slow_answers_are_answers_all_the_same() -> None:
    async with MemoryKafka([("notes.v1", 1)]) as kafka:
        await kafka.set_rtt(1)
        await Wire(kafka.bootstrap).send("notes.v1", b"late")
        [record] = await Wire(kafka.bootstrap).read("notes.v1", 1)
    assert record.value == b"late"
