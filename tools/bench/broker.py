"""The Kafka that a limit is taken on: of the same kind as the product's in the same run, with nobody else there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bus.settings import KafkaSettings
from bus.topics import ensure
from contracts.topics import TOPICS
from tandem.local import programs
from tandem.local.ports import HOST, choose
from tandem.local.processes import Supervisor
from tandem.local.rundir import owned
from tandem.local.wanted import MEMORY


@asynccontextmanager
async def broker(kafka: str, directory: Path) -> AsyncIterator[str]:
    """Start Kafka, "memory" or "apache", with the product's topics and nothing in them; gives its address."""
    ports = choose(0)
    address = f"{HOST}:{ports.kafka}"
    with owned(directory):
        async with Supervisor(directory / "logs") as supervisor:
            ours = programs.memory_kafka(ports) if kafka == MEMORY else programs.apache_kafka(ports, directory)
            await supervisor.start(ours)
            await ensure(KafkaSettings(kafka=address, kafka_replication=1), TOPICS)
            yield address
