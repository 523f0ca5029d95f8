"""The simulator as an ASGI application: one endpoint for the API, one for the control surface, a lifespan for cron."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from email.utils import format_datetime
from http import HTTPStatus
from urllib.parse import unquote

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.espo import phpjson
from sandbox.espo.clock import Clock
from sandbox.espo.config import EspoConfig
from sandbox.espo.errors import EspoError
from sandbox.espo.shell import Logged, Shell
from sandbox.espo.web import control, routes
from sandbox.espo.web.exchange import BASE, Answer, Call, refused
from sandbox.espo.web.faults import Fault
from sandbox.serve import cut_connection

_NEVER_CACHED = {"Expires": "0", "Cache-Control": "no-store, no-cache, must-revalidate, post-check=0, pre-check=0"}


def create_app(
    config: EspoConfig | None = None, clock: Clock | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> Starlette:
    """Make an application of one instance; `app.state.shell` gives tests the instance itself.

    `transport` replaces the network over which webhooks leave.
    """
    config = config or EspoConfig()
    shell = Shell(config, clock or Clock(), transport)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if not config.cron_seconds:
            yield
            return
        cron = asyncio.create_task(shell.cron(), name="EspoCRM cron")
        try:
            yield
        finally:
            cron.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await cron

    app = Starlette(
        routes=[Mount("/_control", _control(shell)), Mount("/", _api(shell))],
        lifespan=lifespan,
    )
    app.state.shell = shell
    return app


def _control(shell: Shell) -> ASGIApp:
    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            status, value = await control.serve(shell, request.method, request.url.path, await request.body())
            response = Response(phpjson.encode(value), status, media_type="application/json")
        except EspoError as error:
            response = _response(refused(error))
        await response(scope, receive, send)

    return endpoint


def _api(shell: Shell) -> ASGIApp:
    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        call = await _call(Request(scope, receive))
        time = shell.clock.now().isoformat()
        fault = shell.faults.take(call.method, f"{BASE}{call.path}", call.headers.get("x-api-key", ""))
        if shell.latency_ms or (fault is not None and fault.delay_ms):
            await asyncio.sleep((shell.latency_ms + (fault.delay_ms if fault is not None else 0)) / 1000)
        answer, user = _carry_out(shell, call, fault)
        dropped = fault is not None and fault.drop is not None
        status = None if dropped or answer is None else answer.status
        shell.requests.append(Logged(call.method, f"{BASE}{call.path}", call.query, status, time, user))
        if answer is None or dropped:
            await cut_connection(scope, receive)
            return
        stamp = {"X-App-Timestamp": str(int(shell.clock.seconds()))}
        if answer.status < HTTPStatus.BAD_REQUEST:
            stamp["Last-Modified"] = format_datetime(shell.clock.now(), usegmt=True)
        await _response(answer, stamp | _NEVER_CACHED)(scope, receive, send)

    return endpoint


def _carry_out(shell: Shell, call: Call, fault: Fault | None) -> tuple[Answer | None, str | None]:
    if fault is not None and fault.drop == "before":
        return None, None
    if fault is not None and fault.status is not None:
        body = fault.body if isinstance(fault.body, str) else None
        raw = body.encode() if body is not None else phpjson.encode(fault.body) if fault.body is not None else b""
        return Answer(fault.status, raw, dict(fault.headers)), None
    return routes.serve(shell.simulator, call)


async def _call(request: Request) -> Call:
    path = unquote(request.scope["raw_path"].decode("ascii").split("?")[0]).removeprefix(BASE)
    return Call(
        method=request.method,
        path=path if path.startswith("/") else f"/{path}",
        query=request.scope["query_string"].decode("latin-1"),
        headers=dict(request.headers),
        raw=await request.body(),
        address=request.client.host if request.client is not None else "",
    )


def _response(answer: Answer, extra: dict[str, str] | None = None) -> Response:
    return Response(
        answer.body, answer.status, {**(extra or {}), **answer.headers, "Content-Type": answer.content_type}
    )
