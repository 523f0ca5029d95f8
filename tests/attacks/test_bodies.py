"""Bodies that are meant to hold us up: too slow, cut off, nested without end, larger than any of ours."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import pytest
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bus.serving.in_time import InTime
from outlook_connector.echoes import Echoes
from outlook_connector.metrics import Metrics
from outlook_connector.notifications import LARGEST_BODY, Door
from outlook_connector.subscribing.feeds import LIFECYCLE, NOTIFICATIONS
from sandbox.serve import serving
from support.outlook import Bus

NESTED = b'{"value":[{"resource":' + b"[" * (LARGEST_BODY // 2)
NO_UTF_8 = b'{"value":[{"clientState":"\xd0"}]}'


async def _echo(request: Request) -> Response:
    return PlainTextResponse(await request.body())


def door(bus: Bus) -> Starlette:
    return Starlette(
        routes=Door((b"secret",), Echoes(), bus, Metrics(CollectorRegistry()), lambda: datetime.now(UTC)).routes()
    )


@pytest.fixture
async def graph() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(door(Bus())), base_url="http://tandem.test") as http:
        yield http


@pytest.mark.parametrize("path", [NOTIFICATIONS, LIFECYCLE])
@pytest.mark.parametrize("body", [NESTED, NO_UTF_8], ids=["nested without end", "no UTF-8"])
async def test_a_body_that_is_no_json_that_can_be_read_is_refused(
    graph: httpx.AsyncClient, path: str, body: bytes
) -> None:
    assert (await graph.post(path, content=body)).status_code == 400


async def test_a_body_that_does_not_come_to_its_end_is_given_up_on() -> None:
    application = InTime(Starlette(routes=[Route("/", _echo, methods=["POST"])]), seconds=0.05)
    async with serving(application) as url:
        address = urlsplit(url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
        answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 408")


async def test_a_client_that_goes_away_in_the_middle_breaks_nothing() -> None:
    application = InTime(Starlette(routes=[Route("/", _echo, methods=["POST"])]))
    async with serving(application) as url:
        address = urlsplit(url)
        with socket.create_connection((str(address.hostname), address.port or 80)) as cut_off:
            cut_off.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
        async with httpx.AsyncClient() as http:
            assert (await http.post(url, content=b"whole")).text == "whole"


async def test_how_long_we_take_to_answer_is_not_held_against_the_client() -> None:
    async def slowly(request: Request) -> Response:
        await request.body()
        await asyncio.sleep(0.1)
        return PlainTextResponse("done")

    transport = httpx.ASGITransport(InTime(Starlette(routes=[Route("/", slowly, methods=["POST"])]), seconds=0.05))
    async with httpx.AsyncClient(transport=transport, base_url="http://tandem.test") as http:
        assert (await http.post("/", content=b"whole")).text == "done"
