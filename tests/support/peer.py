"""A host that hangs up, falls silent or talks nonsense, and counts what reaches it."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
_ZIPPED = gzip.compress(b"{}")

ANSWERS: dict[str, bytes] = {
    "/ok": _OK,
    "/nothing": b"",
    "/half-a-head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "/half-a-body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
    "/half-a-chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}",
    "/nonsense": b"how do you do\r\n\r\n",
    "/wrongly-zipped": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    "/elsewhere": b"HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n",
    "/zipped": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(_ZIPPED) + _ZIPPED,
    "/cookie": b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\n{}",
}
"""What is said, by path; after what is no whole answer, the connection ends."""

_WHOLE = frozenset(("/ok", "/wrongly-zipped", "/elsewhere", "/zipped", "/cookie"))


@dataclass
class Peer:
    """The host at `url`, the heads of the requests it got, how many connections were made, and how many were open at once."""

    url: str = ""
    heads: list[str] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    most_open: int = 0

    @property
    def paths(self) -> list[str]:
        """What was asked for, as it was written."""
        return [head.split(" ")[1] for head in self.heads]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer on one connection until it ends."""
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            while await self._answered(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the other has hung up
        finally:
            self.open -= 1
            writer.close()

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.heads.append(head)
        length = next((int(line[15:]) for line in head.lower().splitlines() if line.startswith("content-length:")), 0)
        await reader.readexactly(length)
        path = head.split(" ")[1]
        if path == "/silence":
            await reader.read()
            return False
        writer.write(ANSWERS.get(path, _OK))
        await writer.drain()
        return path in _WHOLE or path not in ANSWERS


@asynccontextmanager
async def listening(peer: Peer, tls: ssl.SSLContext | None = None) -> AsyncIterator[Peer]:
    """Run it, over TLS where `tls` is given."""
    async with await asyncio.start_server(peer.talk, "127.0.0.1", 0, ssl=tls) as server:
        peer.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield peer
