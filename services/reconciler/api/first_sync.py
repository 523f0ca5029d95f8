"""The first sync of an account: what it would do, and its owner's word that it may begin (M33)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.api.answers import Refusal, answer, route
from reconciler.api.asked import By, body_of
from reconciler.handlers.first_reading import may_begin
from reconciler.handlers.preview import preview
from reconciler.store import Database


class FirstSync:
    """The preview of an account's first sync."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[Route]:
        """Its paths."""
        return [
            route("GET", "/accounts/{id}/preview", self.preview),
            route("POST", "/accounts/{id}/begin", self.begin),
        ]

    async def preview(self, request: Request) -> Response:
        """How many events would be made on each side, how many were matched, and how many people would be mailed."""
        async with self._database.unit() as unit:
            shown = await preview(unit, request.path_params["id"])
        if shown is None:
            raise _unknown()
        return answer(shown.model_dump())

    async def begin(self, request: Request) -> Response:
        """Let the sync begin, in somebody's name."""
        asked = await body_of(request, By)
        async with self._database.unit() as unit:
            known = await may_begin(unit, request.path_params["id"], asked.by)
        if not known:
            raise _unknown()
        return Response(status_code=204)


def _unknown() -> Refusal:
    return Refusal(404, "no such account")
