"""How to see from outside that a part is ready: each kind of server has its own way to say so.

A listening port proves little: PostgreSQL listens before it lets anyone in, and a service before its consumers have
joined. Each of these asks the question that the part's users will ask.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from urllib.parse import urlsplit

import asyncpg
import httpx

Ready = Callable[[], Awaitable[bool]]

_PATIENCE_SECONDS = 5.0


def answers(url: str) -> Ready:
    """See that an HTTP server answers with success."""

    async def look() -> bool:
        try:
            async with httpx.AsyncClient(timeout=_PATIENCE_SECONDS) as http:
                return (await http.get(url)).is_success
        except httpx.HTTPError:
            return False

    return look


def listens(address: str) -> Ready:
    """See that somebody accepts connections at `host:port`."""

    async def look() -> bool:
        parts = urlsplit(f"//{address}")
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                _, writer = await asyncio.open_connection(parts.hostname, parts.port)
        except (OSError, TimeoutError):
            return False
        with closing(writer):
            return True

    return look


def admits(postgres: str) -> Ready:
    """See that PostgreSQL lets us in."""

    async def look() -> bool:
        try:
            connection = await asyncpg.connect(postgres, timeout=_PATIENCE_SECONDS)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        await connection.close()
        return True

    return look
