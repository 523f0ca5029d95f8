"""Kafka in memory: for tests inside their own process, and for a local run as a process of its own.

`python -m sandbox.kafka.memory --port 9092 --topic outlook.looks.v1:12` prints its bootstrap address on one line once it
is ready, and ends on SIGTERM or SIGINT. It keeps nothing, and while it runs the last 5 MB of each partition, read or not: too
little for an import of ten thousand events. It has no admin interface, so its owner names the topics.
What it does not do as Kafka does: transactions; a rebalance of a group that has members takes the group's session
timeout less one second (librdkafka, `rdkafka_mock_cgrp.c`); and a consumer that waits for messages is answered when its
wait is over, not when one arrives. Hence the short sessions and waits of `SETTINGS`.
"""

import argparse
import asyncio
import errno
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Self

from sandbox.kafka.gate import Gate
from sandbox.kafka.librdkafka import MockCluster

SETTINGS = {
    "TANDEM_KAFKA_SESSION_SECONDS": "4",
    "TANDEM_KAFKA_HEARTBEAT_SECONDS": "1",
    "TANDEM_KAFKA_FETCH_SECONDS": "0.03",
    "TANDEM_KAFKA_REPLICATION": "1",
}
"""What a service on it should have in its environment."""

_MOMENT_SECONDS = 0.005


class MemoryKafka:
    """An in-memory Kafka: `async with MemoryKafka() as kafka`, then clients connect to `kafka.bootstrap`."""

    def __init__(self, topics: Iterable[tuple[str, int]] = (), *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._topics = tuple(topics)
        self._host = host
        self._port = port

    async def __aenter__(self) -> Self:
        self._cluster = await asyncio.to_thread(MockCluster)
        self._gate = Gate(self._cluster.address, self._host, self._port)
        try:
            await self._gate.__aenter__()
        except OSError:
            await self._ask(self._cluster.close)
            raise
        await self._ask(self._cluster.advertise, *self._gate.address)
        for name, partitions in self._topics:
            await self.create_topic(name, partitions)
        await self._gate.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._gate.__aexit__(kind, error, trace)
        await self._ask(self._cluster.close)

    @property
    def bootstrap(self) -> str:
        """Its address as `host:port`."""
        host, port = self._gate.address
        return f"{host}:{port}"

    async def create_topic(self, name: str, partitions: int = 1) -> None:
        """Create a topic. Raises MockError where it exists or the name is invalid."""
        await self._ask(self._cluster.create_topic, name, partitions)

    async def set_down(self) -> None:
        """Cut every connection, and every new one at once."""
        await self._ask(self._cluster.set_down)

    async def set_up(self) -> None:
        """Serve again; topics, offsets and groups are as before."""
        await self._ask(self._cluster.set_up)

    async def set_rtt(self, milliseconds: int) -> None:
        """Delay every answer."""
        await self._ask(self._cluster.set_rtt, milliseconds)

    async def push_errors(self, api_key: int, errors: Sequence[int]) -> None:
        """Answer the next requests of this kind with these error codes; both are numbers of the protocol guide."""
        await self._ask(self._cluster.push_errors, api_key, errors)

    async def _ask(self, function: Callable[..., None], *arguments: object) -> None:
        """Ask something of the mock's own thread, after a moment in which it has gone back to listening.

        Two questions on each other's heels can cost the second its wake-up, and then a second of waiting.
        """
        await asyncio.sleep(_MOMENT_SECONDS)
        await asyncio.to_thread(function, *arguments)


def _topic(words: str) -> tuple[str, int]:
    name, _, partitions = words.partition(":")
    return name, int(partitions or 1)


async def _serve(topics: Sequence[tuple[str, int]], host: str, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with MemoryKafka(topics, host=host, port=port) as kafka:
        sys.stdout.write(f"{kafka.bootstrap}\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Run as a process; exit code 0 after a signal, 1 where the port is taken."""
    parser = argparse.ArgumentParser(prog="sandbox.kafka.memory", description="Kafka in memory, for a local run")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    parser.add_argument("--topic", type=_topic, action="append", default=[], metavar="NAME:PARTITIONS", dest="topics")
    arguments = parser.parse_args()
    try:
        asyncio.run(_serve(arguments.topics, arguments.host, arguments.port))
    except OSError as error:
        why = "the address is taken" if error.errno == errno.EADDRINUSE else str(error)
        sys.exit(f"cannot listen on {arguments.host}:{arguments.port}: {why}")


if __name__ == "__main__":
    main()
