"""What stands around all pages: every answer measured, every defect noted, and neither with a word of what was shown.

A page is known by its route's template, because its address would tell the metrics who was looked at. A defect is known by its
kind and places, because its words may quote a form.
"""

import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bus.errors import where
from console.metrics import Metrics

_log = structlog.get_logger()


class Contained:
    """Logs what no page foresaw; the answer has been sent by then."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        try:
            await self._app(scope, receive, send)
        except Exception as error:  # the server would log its words
            if scope["type"] != "http":
                raise
            _log.error("page failed", error=type(error).__name__, where=where(error))  # see above


class Measured:
    """Measures the time until an answer is complete."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._pages = metrics.pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and measure it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        began = time.perf_counter()
        status = "500"

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            template = state.get("template", "none")
            self._pages.labels(template, scope["method"], status).observe(time.perf_counter() - began)
