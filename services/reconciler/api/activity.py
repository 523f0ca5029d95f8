"""What goes on in the whole product: what has been written, how much is under way. For those who watch a run."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.api.answers import answer, no_sense, route
from reconciler.api.asked import place_of
from reconciler.store import Database

_LONGEST_WAIT_SECONDS = 30.0
_POLL_SECONDS = 0.1


class Activity:
    """The running whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[Route]:
        """Its paths."""
        return [route("GET", "/synced", self.synced), route("GET", "/pending", self.pending)]

    async def synced(self, request: Request) -> Response:
        """What has been written since the place `after`; waits up to `wait` seconds for something to tell."""
        after = place_of(request, "after")
        try:
            wait = min(_LONGEST_WAIT_SECONDS, float(request.query_params.get("wait", "0")))
        except ValueError:
            raise no_sense(wait="is no number") from None
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait
        while True:
            async with self._database.unit() as unit:
                rows = [dict(row) for row in await unit.rows("synced_after", *after)]
            # `nan` is a number too, and no deadline: asked this way round, it does not wait.
            if rows or not loop.time() < deadline or await request.is_disconnected():
                return answer({"synced": rows})
            await asyncio.sleep(_POLL_SECONDS)

    async def pending(self, _: Request) -> Response:
        """How much is under way; all zero means that the system is quiet."""
        async with self._database.unit() as unit:
            (links,) = await unit.rows("pending_links")
            return answer(
                {**dict(links), "outbox": await unit.value("outbox_size"), "looking": await unit.value("looking")}
            )
