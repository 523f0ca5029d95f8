"""The page's own small server: one file of HTML, what a browser is told, and what people do."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tandem.sandbox_page.desk import SIDES, Desk
from tandem.sandbox_page.live import told
from tandem.sandbox_page.mischief import KINDS, Mischief
from tandem.sandbox_page.wall import Typed

STATIC = Path(__file__).parent / "static"
_HOSTS = ["127.0.0.1", "localhost"]
_JSON = "application/json"


class _Switch(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    on: bool


class SandboxPage:
    """The endpoints. `desks` by the people's logins; `console` is where the stories of events are told."""

    def __init__(self, desks: Mapping[str, Desk], mischief: Mischief, console: str, stopping: asyncio.Event) -> None:
        self._desks = desks
        self._mischief = mischief
        self._console = console
        self._stopping = stopping

    def app(self) -> Starlette:
        """Put the routes together."""
        events = "/people/{person}/{side}/events"
        return Starlette(
            routes=[
                Route("/", self.show),
                Route("/setup", self.setup),
                Route("/people/{person}/live", self.live),
                Route(events, _plain(self.make), methods=["POST"]),
                Route(f"{events}/{{id:path}}", _plain(self.change), methods=["PUT"]),
                Route(f"{events}/{{id:path}}", _plain(self.remove), methods=["DELETE"]),
                Route("/mischief", _plain(self.misbehave), methods=["POST"]),
                Mount("/static", StaticFiles(directory=STATIC)),
            ],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS)],
        )

    async def show(self, _: Request) -> Response:
        """Give the page."""
        return FileResponse(STATIC / "page.html", headers={"Cache-Control": "no-cache"})

    async def setup(self, _: Request) -> Response:
        """Say who there is, and where the console is."""
        people = [
            {"login": desk.who.login, "name": desk.who.name, "zone": desk.who.zone, "account": desk.account}
            for desk in self._desks.values()
        ]
        return JSONResponse({"people": people, "console": self._console})

    async def live(self, request: Request) -> Response:
        """Tell a browser what is new, for as long as it listens."""
        lines = told(self._desk(request), self._mischief, self._stopping)
        return StreamingResponse(lines, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def make(self, request: Request) -> Response:
        """Make an event on one side."""
        typed = Typed.model_validate_json(await _body(request))
        return JSONResponse({"id": await self._desk(request).make(_side(request), typed)}, 201)

    async def change(self, request: Request) -> Response:
        """Change an event on one side."""
        typed = Typed.model_validate_json(await _body(request))
        await self._desk(request).change(_side(request), request.path_params["id"], typed)
        return Response(status_code=204)

    async def remove(self, request: Request) -> Response:
        """Delete an event on one side."""
        await self._desk(request).remove(_side(request), request.path_params["id"])
        return Response(status_code=204)

    async def misbehave(self, request: Request) -> Response:
        """Switch a mischief on or off."""
        switch = _Switch.model_validate_json(await _body(request))
        if switch.kind not in KINDS:
            raise HTTPException(404, "There is no such mischief.")
        await self._mischief.turn(switch.kind, on=switch.on)
        return Response(status_code=204)

    def _desk(self, request: Request) -> Desk:
        desk = self._desks.get(request.path_params["person"])
        if desk is None:
            raise HTTPException(404, "Nobody of that name lives here.")
        return desk


def _side(request: Request) -> str:
    side = str(request.path_params["side"])
    if side not in SIDES:
        raise HTTPException(404, "There are two sides: outlook and espo.")
    return side


async def _body(request: Request) -> bytes:
    """Read a body. Only our own page can say that it is JSON, so another site cannot post here (Fetch, CORS-safelisted types)."""
    if request.headers.get("content-type") != _JSON:
        raise HTTPException(415, "What is sent here is JSON.")
    return await request.body()


def _plain(act: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Answer what cannot be done in plain words."""

    async def endpoint(request: Request) -> Response:
        try:
            return await act(request)
        except ValidationError as error:
            words = "; ".join(each["msg"].removeprefix("Value error, ") for each in error.errors())
            return JSONResponse({"words": words}, 422)
        except HTTPException as error:
            return JSONResponse({"words": error.detail}, error.status_code)
        except httpx.HTTPStatusError as error:
            gone = error.response.status_code == httpx.codes.NOT_FOUND
            words = "It is not there any more." if gone else f"That side refuses it ({error.response.status_code})."
            return JSONResponse({"words": words}, 404 if gone else 422)
        except httpx.HTTPError:
            return JSONResponse({"words": "The simulator does not answer."}, 503)

    return endpoint
