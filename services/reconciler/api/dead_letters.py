"""Dead letters, for the operator: what no retry could help, replayed or discarded by hand.

A list tells reasons, which never quote content; the body, which may hold somebody's event, is told one letter at a time.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.api.answers import Refusal, answer, no_sense, route
from reconciler.api.asked import LARGEST_NUMBER, By, body_of, entry_of, limit_of, number_of
from reconciler.handlers.dead_letters import Undecidable, discard, replay, topic_of, why_not_replayable
from reconciler.store import Database, Unit

_STATUSES = ("parked", "replayed", "discarded")
_PATH = "/dead-letters/{id:int}"


class DeadLetters:
    """What every service parked in the last 30 days."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[Route]:
        """Its paths."""
        return [
            route("GET", "/dead-letters", self.listed),
            route("GET", _PATH, self.one),
            route("POST", f"{_PATH}/replay", self.replay),
            route("POST", f"{_PATH}/discard", self.discard),
        ]

    async def listed(self, request: Request) -> Response:
        """The letters of `?service=` and `?status=`, or all, the newest first; `?before=` takes the last answer's `next`."""
        service, status = (request.query_params.get(name) for name in ("service", "status"))
        if status is not None and status not in _STATUSES:
            raise no_sense(status=f"is none of {', '.join(_STATUSES)}")
        before, limit = number_of(request, "before", LARGEST_NUMBER), limit_of(request)
        async with self._database.unit() as unit:
            rows = await unit.rows("dead_letters", before, service, status, limit + 1)
        letters = [{**row, "topic": topic_of(row)} for row in rows[:limit]]
        return answer({"dead_letters": letters, "next": letters[-1]["id"] if len(rows) > limit else None})

    async def one(self, request: Request) -> Response:
        """One letter with key and body, as text as far as they are text; `obstacle` says why no replay could help it."""
        async with self._database.unit() as unit:
            rows = await unit.rows("dead_letter", entry_of(request, "id"))
        if not rows:
            raise _unknown()
        (letter,) = rows
        parts = {name: _readable(letter[name]) for name in ("key", "body")}
        return answer({**letter, **parts, "topic": topic_of(letter), "obstacle": why_not_replayable(letter)})

    async def replay(self, request: Request) -> Response:
        """Have a letter handled again; 409 says why that cannot be."""
        return await self._decide(request, replay)

    async def discard(self, request: Request) -> Response:
        """Let a letter be; 409 where that was decided already."""
        return await self._decide(request, discard)

    async def _decide(self, request: Request, decide: Callable[[Unit, int, str], Awaitable[bool]]) -> Response:
        asked = await body_of(request, By)
        try:
            async with self._database.unit() as unit:
                known = await decide(unit, entry_of(request, "id"), asked.by)
        except Undecidable as why:
            raise Refusal(409, str(why)) from None
        if not known:
            raise _unknown()
        return await self.one(request)


def _readable(part: bytes | None) -> str | None:
    return None if part is None else part.decode(errors="replace")


def _unknown() -> Refusal:
    return Refusal(404, "no such dead letter")
