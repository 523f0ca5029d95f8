"""Runs a service as a process: one HTTP server, one event loop, one exit code that means something.

uvicorn ends a process that was asked to stop with the signal's own status, and one whose start failed with three lines
of its own. An orchestrator should read 0 from the first, and a person one line from the second.
"""

import asyncio
import logging
import signal
import socket
import sys
from typing import NoReturn

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bus.broker import Broker
from bus.serving.headers_in_time import HEADERS_WITHIN_SECONDS, headers_in_time
from bus.serving.in_time import InTime
from bus.telling.health import FAILED, Health

KEEP_ALIVE_SECONDS = 75
"""Longer than those who ask us keep an idle connection (nginx: 60 s), or their next request meets our closing of it."""

_SHUTDOWN_SECONDS = 5
"""How long a stop waits for open HTTP requests, before the consumers drain."""

_log = structlog.get_logger("bus")


def run(app: Starlette, broker: Broker, *, host: str, port: int) -> NoReturn:
    """Serve until SIGTERM or SIGINT, or until the service ends itself; then end the process.

    Exit code 0 after a signal, 1 where a part failed or the address is taken, 3 where what a start needs is out of reach.
    """
    serve(app, broker.health, host=host, port=port)


def serve(app: ASGIApp, health: Health, *, host: str, port: int) -> NoReturn:
    """Do what `run` does for a service that has no part in Kafka."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn raises the signal again once it has stopped; by then it has been obeyed.
        signal.signal(number, lambda *_: None)
    sys.exit(asyncio.run(_serve(app, health, host, port)))


def configured(app: ASGIApp, *, host: str, port: int, headers_within: float = HEADERS_WITHIN_SECONDS) -> uvicorn.Config:
    """Say how every service meets HTTP: who asks slowly, by headers or by body, is not waited for."""
    return uvicorn.Config(
        InTime(app),
        host=host,
        port=port,
        http=headers_in_time(headers_within),
        log_config=None,
        access_log=False,
        lifespan="on",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )


async def _serve(app: ASGIApp, health: Health, host: str, port: int) -> int:
    # What ended the service has been said by then; uvicorn would say it again with a traceback.
    logging.getLogger("uvicorn.error").addFilter(lambda _: not health.ended.is_set())
    server = _Server(configured(app, host=host, port=port))
    watch = asyncio.create_task(_stop_when_ended(server, health), name="end of service")
    try:
        await server.serve()
    except SystemExit:
        # uvicorn's way to say that the start failed or the address is taken; the line that tells why is written.
        return health.exit_code or FAILED
    finally:
        watch.cancel()
    return health.exit_code


class _Server(uvicorn.Server):
    """Says in one line where it listens; uvicorn's own lines are silenced with the rest of its chatter."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        _log.info("listening", host=self.config.host, port=self.config.port)


async def _stop_when_ended(server: uvicorn.Server, health: Health) -> None:
    await health.ended.wait()
    server.should_exit = True
