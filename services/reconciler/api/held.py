"""Removals that are held until somebody approves them (M32)."""

from typing import Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.api.answers import answer, route
from reconciler.api.asked import By, body_of
from reconciler.core.link import Word
from reconciler.handlers.by_hand import release
from reconciler.store import Database


class Release(By):
    """What is said of held removals."""

    word: Literal[Word.APPROVED, Word.REFUSED]


class Held:
    """Held removals, by account."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[Route]:
        """Its paths."""
        return [route("GET", "/held", self.counts), route("POST", "/held/{id}", self.release)]

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
