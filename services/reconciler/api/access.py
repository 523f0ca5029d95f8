"""Who may connect a calendar (M02).

Where the companion extension is installed, EspoCRM's roles say it, and EspoCRM tells it of nobody but the user who asks: what it
told at a user's last sign-in is kept here. Without the extension the administrator's own list is.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.model import Model
from reconciler.api.answers import Refusal, answer, route
from reconciler.api.asked import By, body_of
from reconciler.store import Database


class AccessRequest(By):
    """Whether a user may connect."""

    granted: bool


class Told(Model):
    """Whether EspoCRM's roles grant a user access."""

    granted: bool


class Access:
    """The administrator's list, and what EspoCRM's roles said."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[Route]:
        """Its paths; a user is named by the id in EspoCRM."""
        return [
            route("GET", "/access", self.listed),
            route("PUT", "/access/{user}", self.put),
            route("DELETE", "/access/{user}", self.drop),
            route("GET", "/roles", self.told),
            route("PUT", "/roles/{user}", self.tell),
        ]

    async def listed(self, _: Request) -> Response:
        """Every user of whom something was decided, by whom and when."""
        async with self._database.unit() as unit:
            return answer({"access": [dict(row) for row in await unit.rows("access")]})

    async def put(self, request: Request) -> Response:
        """Grant or deny a user access: `{"granted": true}`."""
        asked = await body_of(request, AccessRequest)
        async with self._database.unit() as unit:
            (row,) = await unit.rows("put_access", request.path_params["user"], asked.granted, asked.by)
        return answer(dict(row))

    async def drop(self, request: Request) -> Response:
        """Forget what was decided of a user; 404 if nothing was."""
        async with self._database.unit() as unit:
            known = await unit.value("drop_access", request.path_params["user"])
        if not known:
            raise Refusal(404, "nothing was decided of this user")
        return Response(status_code=204)

    async def told(self, _: Request) -> Response:
        """What EspoCRM's roles said of each user who has signed in, and when."""
        async with self._database.unit() as unit:
            return answer({"roles": [dict(row) for row in await unit.rows("roles_told")]})

    async def tell(self, request: Request) -> Response:
        """Note what EspoCRM's roles say of a user who has just signed in: `{"granted": true}`."""
        asked = await body_of(request, Told)
        async with self._database.unit() as unit:
            await unit.run("put_roles_told", request.path_params["user"], asked.granted)
        return Response(status_code=204)
