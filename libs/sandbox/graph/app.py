"""The simulator as an ASGI application: Graph under `/v1.0`, login under `/{tenant}`, control under `/_control`."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from http import HTTPStatus

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.graph.clock import Clock
from sandbox.graph.config import Config
from sandbox.graph.errors import GraphError
from sandbox.graph.login.pages import routes as login_routes
from sandbox.graph.simulator import Simulator
from sandbox.graph.web.calls import JSON_TYPE, Received
from sandbox.graph.web.control import Control
from sandbox.graph.web.faults import Fault, Record
from sandbox.graph.web.service import VERSION
from sandbox.serve import cut_connection


def create_app(
    config: Config | None = None, clock: Clock | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> ASGIApp:
    """Make the application. Its background work belongs to its lifespan, so a server must run that.

    `transport` replaces the network over which notifications leave.
    """
    simulator = Simulator(config or Config(), clock or Clock(), transport)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with simulator.running():
            yield

    pages = Starlette(
        routes=[*Control(simulator).routes(), *login_routes(lambda: simulator.pages)],
        lifespan=lifespan,
    )
    return _Application(simulator, pages)


@dataclass(frozen=True, slots=True)
class _Exchange:
    """One HTTP request and the means to answer it."""

    scope: Scope
    receive: Receive
    send: Send
    path: str
    query: str


class _Application:
    """Sends each request where it belongs, past the faults in force."""

    def __init__(self, simulator: Simulator, pages: ASGIApp) -> None:
        self._simulator = simulator
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_control/"):
            await self._pages(scope, receive, send)
            return
        path, query = scope["raw_path"].decode("ascii"), scope["query_string"].decode("ascii")
        full = f"{path}?{query}" if query else path
        record = Record(scope["method"], full, self._simulator.clock.seconds(), self._app_of(scope))
        self._simulator.records.append(record)

        async def recorded(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
            await send(message)

        exchange = _Exchange(scope, receive, recorded, path, query)
        fault = self._simulator.faults.strike(scope["method"], full, record.app)
        if fault is None:
            await self._answer(exchange)
        else:
            await self._faulted(fault, exchange)

    async def _faulted(self, fault: Fault, exchange: _Exchange) -> None:
        if fault.delay_ms:
            await asyncio.sleep(fault.delay_ms / 1000)
        if fault.drop == "after":
            await self._answer(replace(exchange, send=_nowhere))
        if fault.drop:
            await cut_connection(exchange.scope, exchange.receive)
        elif fault.status is not None:
            body, content_type = fault.written()
            await _send(exchange.send, fault.status, {"Content-Type": content_type, **fault.headers}, body)
        else:
            await self._answer(exchange)

    async def _answer(self, exchange: _Exchange) -> None:
        scope, path = exchange.scope, exchange.path
        if not path.lower().startswith(f"{VERSION}/"):
            await self._pages(scope, exchange.receive, exchange.send)
            return
        headers = _headers(scope)
        received = Received(
            method=scope["method"],
            base=f"{scope['scheme']}://{headers.get('host', 'graph')}{VERSION}",
            path=path[len(VERSION) :],
            query=exchange.query,
            headers=headers,
            body=await _body(exchange.receive),
        )
        answer = await self._simulator.graph.request(received)
        body = b"" if answer.body is None else msgspec.json.encode(answer.body)
        await _send(exchange.send, answer.status, {**answer.headers, "Content-Type": JSON_TYPE}, body)

    def _app_of(self, scope: Scope) -> str | None:
        for name, value in scope["headers"]:
            if name == b"authorization":
                with contextlib.suppress(GraphError):
                    return self._simulator.graph.session(value.decode("latin-1")).app_id
        return None


def _headers(scope: Scope) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _send(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    sent = {**headers, "Content-Length": str(len(body))} if status != HTTPStatus.NO_CONTENT else headers
    pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


async def _nowhere(message: Message) -> None:
    """Take an answer that nobody will see."""
