"""Puts the pages together: routes, files, the headers on every answer, and what people read when something fails."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import cast

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from console.clients.service import Refused, Unavailable
from console.clients.services import Services
from console.frame import Frame
from console.measuring import Contained, Measured
from console.metrics import Metrics
from console.security.headers import SafeHeaders
from console.templating import STATIC, htmx_folder
from console.views.words import SERVICES
from console.visit import by_script

_log = structlog.get_logger()
_NOT_FOUND = 404


def make_app(
    routes: Sequence[BaseRoute], frame: Frame, metrics: Metrics, services: Services, *, encrypted: bool
) -> ASGIApp:
    """Compose the application; the connections to `services` end with it."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await services.close()

    failing = Failing(frame)
    app = Starlette(
        routes=[
            *routes,
            Mount("/static/htmx", StaticFiles(directory=htmx_folder())),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        exception_handlers={
            HTTPException: failing.refused,
            Refused: failing.said_no,
            Unavailable: failing.unavailable,
            Exception: failing.broken,
        },
        lifespan=lifespan,
    )
    # Around the whole and not inside as middleware: what answers for a broken page stands outside of those.
    return SafeHeaders(Measured(Contained(app), metrics), encrypted=encrypted)


class Failing:
    """What is shown where there is no page to show, as a page or, for htmx, as a notice on the page that stands."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def refused(self, request: Request, error: Exception) -> Response:
        """There is no such page, or it is not for this person."""
        error = cast("HTTPException", error)
        words = "There is no such page." if error.detail == "Not Found" else error.detail
        return self._page(request, error.status_code, words)

    async def said_no(self, request: Request, error: Exception) -> Response:
        """A service of ours understood and said no, where no page foresaw it."""
        error = cast("Refused", error)
        return self._page(request, _NOT_FOUND if error.status == _NOT_FOUND else 422, error.message)

    async def unavailable(self, request: Request, error: Exception) -> Response:
        """A service of ours does not answer."""
        error = cast("Unavailable", error)
        _log.warning("service unavailable", what=str(error))
        name = SERVICES.get(error.service, error.service)
        return self._page(
            request, 503, f"{name} cannot be asked at the moment. Nothing is lost; try again in a minute."
        )

    async def broken(self, request: Request, _: Exception) -> Response:
        """A defect of ours, which `Contained` logs."""
        return self._page(request, 500, "This page is broken. The failure is noted; try another one.")

    def _page(self, request: Request, status: int, words: str) -> Response:
        session = self._frame.sessions.of(request)
        if not by_script(request):
            return self._frame.render(session, "failure.html", {"status": status, "words": words}, status)
        notice = self._frame.render(session, "part/notice.html", {"words": words, "tone": "bad"}, status)
        notice.headers["HX-Retarget"] = "#notice"
        notice.headers["HX-Reswap"] = "innerHTML"
        return notice
