"""What fails at present, by kind: what an administrator looks at first."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.api.answers import answer, route
from reconciler.api.words import with_reason
from reconciler.store import Database


class Failures:
    """The failures of the whole company."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[Route]:
        """Its path."""
        return [route("GET", "/failures", self.by_kind)]

    async def by_kind(self, _: Request) -> Response:
        """Refused writes by reason, feeds in trouble, accounts that want attention, parked dead letters by service."""
        async with self._database.unit() as unit:
            refused = [dict(row) for row in await unit.rows("refusals")]
            feeds = [with_reason(row) for row in await unit.rows("feeds_in_trouble")]
            attention = [dict(row) for row in await unit.rows("accounts_wanting_attention")]
            letters = [dict(row) for row in await unit.rows("dead_letters_parked")]
        return answer({"refused": refused, "feeds": feeds, "attention": attention, "dead_letters": letters})
