"""The events of an account, each with how it stands and why: the list that a user sees and searches (M34).

Events that are synced, or were, come first, by their start, the latest on top; then those that are not synced, of which
nothing but an id and a reason is kept.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.api import places
from reconciler.api.answers import Refusal, answer, no_sense, route
from reconciler.api.asked import limit_of
from reconciler.api.places import FIRST_EVENT, FIRST_SKIP, EventPlace, Place, SkipPlace
from reconciler.api.words import of_skip
from reconciler.core.link import State
from reconciler.store import Database, Unit

SKIPPED = "skipped"
_STATES = (*(state.value for state in State), SKIPPED)


class Events:
    """One account's events."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[Route]:
        """Their path."""
        return [route("GET", "/accounts/{id}/events", self.listed)]

    async def listed(self, request: Request) -> Response:
        """A page of events: of `?state=`, or all; with `?q=` in their titles; `?after=` takes the last answer's `next`."""
        page = _Page.asked_for(request)
        async with self._database.unit() as unit:
            if not await unit.value("account_known", page.account):
                raise Refusal(404, "no such account")
            events, end = await page.read(unit)
        return answer({"events": events, "next": end and places.written(end)})


@dataclass(frozen=True, slots=True)
class _Page:
    """At most `limit` events after a place. `state` is None for all, `sought` is "" for any title."""

    account: str
    state: str | None
    sought: str
    after: Place
    limit: int

    @classmethod
    def asked_for(cls, request: Request) -> "_Page":
        asked = request.query_params
        state = asked.get("state")
        if state is not None and state not in _STATES:
            raise no_sense(state=f"is none of {', '.join(_STATES)}")
        try:
            after = places.read(asked["after"]) if "after" in asked else FIRST_EVENT
        except ValueError:
            raise no_sense(after="is not what an answer gave as next") from None
        return cls(request.path_params["id"], state, asked.get("q", ""), after, limit_of(request))

    async def read(self, unit: Unit) -> tuple[list[dict[str, Any]], Place | None]:
        """The events, and the place where they end if there are more."""
        events: list[dict[str, Any]] = []
        if isinstance(self.after, EventPlace) and self.state != SKIPPED:
            events, end = await self._linked(unit, self.after)
            if end is not None:
                return events, end
        if self.sought or self.state not in (None, SKIPPED):
            return events, None  # what is skipped has no title, and is in no other state
        after = self.after if isinstance(self.after, SkipPlace) else FIRST_SKIP
        skips, end = await self._skipped(unit, after, self.limit - len(events))
        return [*events, *skips], end

    async def _linked(self, unit: Unit, after: EventPlace) -> tuple[list[dict[str, Any]], Place | None]:
        values = (self.account, after.starts, after.link, self.sought, self.limit + 1)
        if self.state is None:
            rows = await unit.rows("events_of_account", *values)
        else:
            rows = await unit.rows("events_of_account_in_state", *values, self.state)
        events = [_event(row) for row in rows[: self.limit]]
        if len(rows) <= self.limit:
            return events, None
        return events, EventPlace(rows[self.limit - 1]["starts"], rows[self.limit - 1]["id"])

    async def _skipped(self, unit: Unit, after: SkipPlace, room: int) -> tuple[list[dict[str, Any]], Place | None]:
        rows = await unit.rows("skips_of_account", self.account, after.at, after.side, after.item, room + 1)
        skips = [_skip(row) for row in rows[:room]]
        if len(rows) <= room:
            return skips, None
        return skips, SkipPlace(rows[room - 1]["at"], rows[room - 1]["side"], rows[room - 1]["item"]) if room else after


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    told = ("entity", "espo_id", "outlook_id", "title", "state", "reason", "updated_at")
    return {"link": row["id"], "span": row["span"] and json.loads(row["span"]), **{name: row[name] for name in told}}


def _skip(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "link": None,
        "entity": None,
        "espo_id": row["item"] if row["side"] == "espo" else None,
        "outlook_id": row["item"] if row["side"] == "outlook" else None,
        "title": None,
        "span": None,
        "state": SKIPPED,
        "reason": of_skip(row["reason"]),
        "updated_at": row["at"],
    }
