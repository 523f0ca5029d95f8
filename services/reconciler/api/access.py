"""Who may connect a calendar, kept here where EspoCRM's roles cannot say it because the companion extension is missing (M02)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.api.answers import Refusal, answer, route
from reconciler.api.asked import By, body_of
from reconciler.store import Database


class AccessRequest(By):
    """Whether a user may connect."""

    granted: bool


class Access:
    """The administrator's list."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[Route]:
        """Its paths; a user is named by the id in EspoCRM."""
        return [
            route("GET", "/access", self.listed),
            route("PUT", "/access/{user}", self.put),
            route("DELETE", "/access/{user}", self.drop),
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
