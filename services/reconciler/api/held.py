"""Removals that are held until somebody approves them (M32)."""

from typing import Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.api.answers import Refusal, answer, route
from reconciler.api.asked import By, body_of
from reconciler.core.link import Word
from reconciler.handlers.by_hand import release, release_one
from reconciler.store import Database


class Release(By):
    """What is said of held removals."""

    word: Literal[Word.APPROVED, Word.REFUSED]


class Held:
    """Held removals, by account or one by one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[Route]:
        """Its paths."""
        return [
            route("GET", "/held", self.counts),
            route("POST", "/held/{id}", self.release),
            route("POST", "/links/{id:uuid}/release", self.release_one),
        ]

    async def counts(self, _: Request) -> Response:
        """How many removals are held, by account."""
        async with self._database.unit() as unit:
            return answer({"held": [dict(row) for row in await unit.rows("held_counts")]})

    async def release(self, request: Request) -> Response:
        """Approve or refuse the held removals of an account: `{"word": "approved"}` or `{"word": "refused"}`."""
        said = await body_of(request, Release)
        async with self._database.unit() as unit:
            count = await release(unit, request.path_params["id"], said.word, said.by)
        return answer({"released": count})

    async def release_one(self, request: Request) -> Response:
        """Approve or refuse the held removal of one event, with the same words; 404 if none is held."""
        said = await body_of(request, Release)
        async with self._database.unit() as unit:
            known = await release_one(unit, request.path_params["id"], said.word, said.by)
        if not known:
            raise Refusal(404, "no removal of this event is held")
        return Response(status_code=202)
