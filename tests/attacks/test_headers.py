"""Headers that are meant to hold us up: they come byte by byte, never end, or are larger than any of ours."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bus.serving.serve import configured
from sandbox.serve import listen

BEGINNING = b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "
WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LARGEST_HEADERS = 64 * 1024
LONG = 3600.0
SHORT = 0.05


async def _late(_: Request) -> Response:
    await asyncio.sleep(4 * SHORT)
    return PlainTextResponse("late")


async def _at_once(_: Request) -> Response:
    return PlainTextResponse("at once")


@asynccontextmanager
async def served(headers_within: float) -> AsyncIterator[int]:
    """Serve as every service does, and give the port."""
    sock = listen()
    app = Starlette(routes=[Route("/", _at_once), Route("/late", _late)])
    server = uvicorn.Server(configured(app, host="127.0.0.1", port=0, headers_within=headers_within))
    task = asyncio.create_task(server.serve(sockets=[sock]), name="server")
    try:
        yield sock.getsockname()[1]
    finally:
        server.should_exit = True
        await task


async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Send byte by byte until the other end has had enough; give what it said."""
    said = asyncio.create_task(reader.read(), name="what it says")
    with contextlib.suppress(ConnectionError):
        while not said.done():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(SHORT / 10)
    writer.close()
    try:
        return await said
    except ConnectionError:
        return b""


@pytest.mark.parametrize("sent", [b"", BEGINNING], ids=["nothing before", "a beginning before"])
async def test_headers_that_come_byte_by_byte_are_given_up_on(sent: bytes) -> None:
    async with served(SHORT) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        assert await trickle(reader, writer) == b""


async def test_headers_of_a_further_request_that_come_byte_by_byte_are_given_up_on() -> None:
    async with served(SHORT) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(WHOLE)
        assert (await reader.readuntil(b"at once")).startswith(b"HTTP/1.1 200")
        writer.write(BEGINNING)
        assert await trickle(reader, writer) == b""


async def test_others_are_served_while_many_never_come_to_the_end_of_their_headers() -> None:
    async with served(LONG) as port:
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(200)]
        for _, writer in slow:
            writer.write(BEGINNING)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            assert (await http.get("/")).text == "at once"
        for _, writer in slow:
            writer.close()


async def test_whoever_asked_in_time_may_wait_for_the_answer() -> None:
    async with (
        served(SHORT) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http,
    ):
        assert (await http.get("/late")).text == "late"


def test_an_idle_connection_is_given_up_by_whoever_asks_before_it_is_by_us() -> None:
    usual = httpx.Limits().keepalive_expiry
    assert usual is not None
    assert configured(Starlette(), host="127.0.0.1", port=0).timeout_keep_alive > 2 * usual


async def test_headers_without_end_are_refused() -> None:
    async with served(LONG) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(BEGINNING.ljust(LARGEST_HEADERS + 1, b"x"))
        assert (await reader.read()).startswith(b"HTTP/1.1 400")
        writer.close()
