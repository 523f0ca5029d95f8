"""A door in front of the mock cluster, for two things that the mock does not do itself.

It picks its own port, while a local run wants to be found where it says. And it ends a group's synchronisation as soon
as the leader's assignment arrives, refusing the followers that come later, where a real broker waits for every member;
with two members in a group that race is lost more often than won. The gate holds a leader's assignment back until the
followers have passed, so that any number of consumers, in any number of processes, meets a group that behaves.
"""

import asyncio
from collections import defaultdict
from contextlib import suppress
from types import TracebackType
from typing import Self

from sandbox.kafka.frames import Sync, read_sync

_SIZE_BYTES = 4
_CHUNK_BYTES = 1 << 16
_PATIENCE_SECONDS = 1.0
"""How long a leader waits for followers; one that has died is never coming."""
_HEAD_START_SECONDS = 0.02
"""The mock looks at its connections in an order of its own, so the last follower's bytes get a moment to be read."""


class Gate:
    """Passes bytes between clients and the mock at `target`; on `host`, on `port` or one the system chooses.

    Entering takes the address, so that it can be told to others; nobody is let in before `open`.
    """

    def __init__(self, target: tuple[str, int], host: str = "127.0.0.1", port: int = 0) -> None:
        self._target = target
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._followers: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        self._passed = asyncio.Condition()

    @property
    def address(self) -> tuple[str, int]:
        """Where clients find it."""
        if self._server is None:
            raise RuntimeError("the gate has no address before it is entered")
        host, port = self._server.sockets[0].getsockname()[:2]
        return host, port

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(
            self._accept, self._host, self._port, limit=_CHUNK_BYTES, start_serving=False
        )
        return self

    async def open(self) -> None:
        """Let clients in."""
        if self._server is None:
            raise RuntimeError("the gate is opened after it is entered")
        await self._server.start_serving()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._connect(reader, writer), name="gate connection")
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            behind_reader, behind_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        requests = asyncio.create_task(self._pass_requests(reader, behind_writer), name="gate requests")
        answers = asyncio.create_task(_pass_answers(behind_reader, writer), name="gate answers")
        try:
            await asyncio.wait({requests, answers}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (requests, answers):
                task.cancel()
            writer.transport.abort()
            behind_writer.transport.abort()
            await asyncio.gather(requests, answers, return_exceptions=True)

    async def _pass_requests(self, client: asyncio.StreamReader, broker: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                size = await client.readexactly(_SIZE_BYTES)
                frame = await client.readexactly(int.from_bytes(size))
                sync = read_sync(frame)
                if sync and sync.members > 1:
                    await self._let_followers_pass(sync)
                broker.writelines((size, frame))
                await broker.drain()
                if sync and not sync.members:
                    await self._note_follower(sync)

    async def _note_follower(self, sync: Sync) -> None:
        async with self._passed:
            self._followers[sync.round].add(sync.member)
            self._passed.notify_all()

    async def _let_followers_pass(self, sync: Sync) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS), self._passed:
                await self._passed.wait_for(lambda: len(self._followers[sync.round]) >= sync.members - 1)
        self._followers.pop(sync.round, None)
        await asyncio.sleep(_HEAD_START_SECONDS)


async def _pass_answers(broker: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while chunk := await broker.read(_CHUNK_BYTES):
            client.write(chunk)
            await client.drain()
