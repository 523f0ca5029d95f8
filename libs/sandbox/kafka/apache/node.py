"""One Kafka node that is broker and controller at once.

Its settings are those of a cluster of one: every copy count is 1, topics are not made by accident, and a group's first
join does not wait for members that a local run does not have.
"""

import asyncio
import base64
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.child import Child, ChildFailed, answers
from sandbox.kafka.apache.jars import jars, tool
from sandbox.ports import free_port

_HOST = "127.0.0.1"
_START_SECONDS = 60.0
_JAVA = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""A small heap, and a compiler that favours a quick start over a long run."""


class ApacheKafka:
    """Apache Kafka on its own directory: `async with ApacheKafka(directory) as kafka`, then `kafka.bootstrap`.

    Leaving stops it and keeps the data. Port 0 means a free one. Raises ToolMissing, or ChildFailed where it does not
    start.
    """

    def __init__(self, directory: Path, *, port: int = 0) -> None:
        self._directory = directory.resolve()
        self._port = port or free_port(_HOST)

    @property
    def bootstrap(self) -> str:
        """Its address as `host:port`."""
        return f"{_HOST}:{self._port}"

    async def __aenter__(self) -> Self:
        java, folder = tool("java"), await jars()
        self._directory.mkdir(parents=True, exist_ok=True)
        command = [java, *_JAVA, "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", f"{folder}/*"]
        settings = self._directory / "server.properties"
        settings.write_text(self._settings())
        if not (self._directory / "data" / "meta.properties").exists():
            await _format(command, settings)
        self._child = await Child.start(
            [*command, "kafka.Kafka", settings],
            log=self._directory / "kafka.log",
            ready=lambda: answers(_HOST, self._port),
            patience=_START_SECONDS,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._child.stop()

    def _settings(self) -> str:
        controller = f"{_HOST}:{free_port(_HOST)}"
        settings = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@{controller}",
            "controller.listener.names": "CONTROLLER",
            "listeners": f"PLAINTEXT://{self.bootstrap},CONTROLLER://{controller}",
            "log.dirs": str(self._directory / "data"),
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "transaction.state.log.num.partitions": "4",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "100",
        }
        return "".join(f"{name}={value}\n" for name, value in settings.items())


async def _format(command: list[str], settings: Path) -> None:
    """Give the node an empty, formatted directory; Kafka starts on no other."""
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    tool_process = await asyncio.create_subprocess_exec(
        *command,
        "kafka.tools.StorageTool",
        "format",
        f"--cluster-id={cluster}",
        f"--config={settings}",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    words, _ = await tool_process.communicate()
    if tool_process.returncode:
        raise ChildFailed(f"Kafka's directory could not be formatted:\n{words.decode(errors='replace')}")
