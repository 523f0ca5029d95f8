"""Serves a simulator over real HTTP, inside a test's own event loop or as a process of its own.

Clients meet a simulator through a socket, as they meet the real service, so that time-outs, dropped connections and
keep-alive behave. uvicorn is built to own its process; this module is the one place that teaches it to be a guest: no
signal handlers, a port chosen by the system, readiness as an event instead of polling, and connections that can be cut.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Generator

import uvicorn
from starlette.types import ASGIApp, Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_CUT = "sandbox.cut"


class _CuttableProtocol(H11Protocol):
    """Hands every request of a connection the means to cut that connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, _CUT: transport.abort}


class _Guest(uvicorn.Server):
    """A uvicorn server that leaves the process's signals alone and says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit as failed:
            raise RuntimeError("the simulator did not start: its lifespan failed") from failed
        self.ready.set()


def configuration(app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> uvicorn.Config:
    """Give uvicorn's settings for a simulator: quiet, with a lifespan, with connections that `cut_connection` can end."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=_CuttableProtocol,
        ws="none",
        loop="none",
        lifespan="on",
        access_log=False,
        log_level="error",
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
    )


def listen(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """Open a listening socket; port 0 lets the system choose. Raises OSError where the port is taken."""
    # asyncio turns Nagle's delay off only where the protocol is named, and 40 ms an answer would be the price.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(2048)
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)
    return sock


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve `app` in the running loop; yield its base URL (no trailing slash), shut down clean on leaving.

    Raises OSError where the port is taken, RuntimeError where the application's lifespan fails to start.
    """
    sock = listen(host, port)
    server = _Guest(configuration(app, host, port))
    task = asyncio.create_task(server.serve(sockets=[sock]), name="sandbox server")
    ready = asyncio.create_task(server.ready.wait(), name="sandbox server ready")
    try:
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
        yield f"http://{host}:{sock.getsockname()[1]}"
    finally:
        ready.cancel()
        server.should_exit = True
        try:
            await task
        finally:
            sock.close()


async def cut_connection(scope: Scope, receive: Receive) -> None:
    """End the client's connection without an answer; returns once it is gone.

    Raises RuntimeError under a server that offers no such means (in-process ASGI transports have no connection).
    """
    cut = scope.get("state", {}).get(_CUT)
    if cut is None:
        raise RuntimeError("this server cannot cut a connection: serve the simulator with sandbox.serve")
    cut()
    while (await receive())["type"] != "http.disconnect":
        continue
