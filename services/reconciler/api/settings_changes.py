"""Who changed which settings, and when (M03)."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.api.answers import Refusal, answer, route
from reconciler.api.asked import LARGEST_NUMBER, limit_of, number_of
from reconciler.store import Database


class SettingsChanges:
    """The record of changes, the newest first, page by page: `?before=` takes what the last answer gave as `next`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[Route]:
        """Its paths."""
        return [
            route("GET", "/settings-changes", self.all),
            route("GET", "/accounts/{id}/settings-changes", self.of_account),
        ]

    async def all(self, request: Request) -> Response:
        """The changes of every account."""
        return await self._page(request, "settings_changes")

    async def of_account(self, request: Request) -> Response:
        """The changes of one account, connected or not; 404 if it never was."""
        account = request.path_params["id"]
        async with self._database.unit() as unit:
            if not await unit.value("account_known", account):
                raise Refusal(404, "no such account")
        return await self._page(request, "settings_changes_of", account)

    async def _page(self, request: Request, query: str, *values: str) -> Response:
        before, limit = number_of(request, "before", LARGEST_NUMBER), limit_of(request)
        async with self._database.unit() as unit:
            rows = await unit.rows(query, before, limit + 1, *values)
        changes = [_told(row) for row in rows[:limit]]
        return answer({"changes": changes, "next": changes[-1]["id"] if len(rows) > limit else None})


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    before, after = (row[name] and json.loads(row[name]) for name in ("before", "after"))
    return {**row, "before": before, "after": after, "fields": _different(before or {}, after or {})}


def _different(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The names of what was changed; a rule's as `rules.<name>`."""
    flat = [{**content, **_rules(content)} for content in (before, after)]
    names = sorted({*flat[0], *flat[1]} - {"rules"})
    return [name for name in names if flat[0].get(name) != flat[1].get(name)]


def _rules(content: dict[str, Any]) -> dict[str, Any]:
    return {f"rules.{name}": value for name, value in content.get("rules", {}).items()}
