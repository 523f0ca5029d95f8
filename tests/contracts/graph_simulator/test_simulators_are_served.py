"""Serving a simulator inside a test: it is up while it is needed, and only then."""

import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sandbox.serve import serving


async def hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def test_an_application_answers_while_it_is_served_and_not_after() -> None:
    async with httpx.AsyncClient() as client:
        async with serving(Starlette(routes=[Route("/", hello)])) as url:
            assert (await client.get(url)).text == "hello"
        with pytest.raises(httpx.ConnectError):
            await client.get(url)


async def test_an_application_begins_and_ends_with_its_lifespan() -> None:
    seen: list[str] = []

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        seen.append("begun")
        yield
        seen.append("ended")

    async with serving(Starlette(lifespan=lifespan)):
        assert seen == ["begun"]
    assert seen == ["begun", "ended"]


async def test_an_application_that_cannot_begin_is_an_error() -> None:
    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        raise ValueError("no database")
        yield

    with pytest.raises(RuntimeError, match="did not start"):
        async with serving(Starlette(lifespan=lifespan)):
            pytest.fail("it was served all the same")


async def test_a_port_that_is_taken_is_an_error() -> None:
    async with serving(Starlette()) as url:
        with pytest.raises(OSError, match="in use"):
            async with serving(Starlette(), port=int(url.rpartition(":")[2])):
                pytest.fail("it was served all the same")
