"""The story of an event: how it stands, and every decision with who, what, when and how long it took (M34).

There are two views. Whoever knows an id may ask *why*, so that answer holds nothing that somebody wrote: states, reasons,
field names, times. The story of one link is for its owner, which the console sees to; it adds what the owner needs to
know the event by and to judge a conflict: the title, the span and the values that lost.
"""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.events import Event, PersonKind
from reconciler.api.answers import Refusal, answer, route
from reconciler.api.asked import By, body_of, entry_of
from reconciler.api.words import of_skip
from reconciler.core.link import Link
from reconciler.handlers.by_hand import GoneError, restore, retry
from reconciler.handlers.journal import CHANGED_BY, LOST
from reconciler.store import Database, Unit

_OF_FLIGHT = {"verb", "fields", "issued_at"}
_OF_SIDE: dict[str, Any] = {
    **dict.fromkeys(("presence", "id", "modified_at", "read_at", "rest_until", "attempts", "refused"), True),
    "flight": _OF_FLIGHT,
}
_OF_LINK: dict[str, Any] = {
    **dict.fromkeys(("id", "account", "origin", "entity", "calendar", "ical_uid", "state", "reason"), True),
    **dict.fromkeys(("guest", "removal", "moved_away", "offline"), True),
    "outlook": _OF_SIDE,
    "espo": _OF_SIDE,
    "meeting": {"id": True, "rest_until": True, "attempts": True, "refused": True, "flight": _OF_FLIGHT},
}
"""Named one by one, so that what is added to a link is not told by accident."""


_GONE = (
    "the event is removed there, or its record belongs to somebody who does not sync, so nothing can be written to it. Its "
    "story keeps the values: EspoCRM's administrator can restore a removed record, and Outlook keeps removed events among its "
    "deleted items for a while"
)


class Stories:
    """Links and their journals."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[Route]:
        """Their paths."""
        return [
            route("GET", "/why/{item}", self.why),
            route("GET", "/links/{id:uuid}", self.of_link),
            route("POST", "/links/{id:uuid}/retry", self.retry),
            route("POST", "/restore/{entry:int}", self.restore),
        ]

    async def why(self, request: Request) -> Response:
        """The stories of one event, by its EspoCRM or Outlook id, and why it is skipped; without content."""
        item = request.path_params["item"]
        async with self._database.unit() as unit:
            links = await unit.links("links_of_item", item)
            stories = [
                {"link": _told(link), "alike": await _alike(unit, link), "journal": await _journal(unit, link)}
                for link in links
            ]
            items = {item, *(link.outlook.id for link in links if link.outlook.id)}
            skips = [
                {**row, "reason": of_skip(row["reason"])}
                for one in sorted(items)
                for row in await unit.rows("skips_of_item", one)
            ]
        if not stories and not skips:
            raise Refusal(404, "nothing is known of this event")
        return answer({"stories": stories, "skips": skips})

    async def of_link(self, request: Request) -> Response:
        """The story of one link, for its owner: with title, span, guests who are not connected, and the values that lost."""
        async with self._database.unit() as unit:
            links = await unit.links("link_to_tell", request.path_params["id"])
            if not links:
                raise _unknown()
            (link,) = links
            journal, alike = await _journal(unit, link, values=True), await _alike(unit, link)
            event = link.espo.seen or link.outlook.seen
            apart = await _not_connected(unit, event)
        content = event.model_dump(mode="json", include={"title", "span"}) if event else {"title": None, "span": None}
        more = {"not_connected": apart, "alike": alike, "journal": journal}
        return answer({"link": _told(link), **content, **more})

    async def retry(self, request: Request) -> Response:
        """Forget what stands in the link's way, decide anew and read both sides again."""
        asked = await body_of(request, By)
        async with self._database.unit() as unit:
            known = await retry(unit, request.path_params["id"], asked.by)
        if not known:
            raise _unknown()
        return Response(status_code=202)

    async def restore(self, request: Request) -> Response:
        """Restore the values that lost the conflict of a journal entry; 404 if that entry has none, 409 if the event is gone."""
        asked = await body_of(request, By)
        async with self._database.unit() as unit:
            try:
                known = await restore(unit, entry_of(request, "entry"), asked.by)
            except GoneError:
                raise Refusal(409, _GONE) from None
        if not known:
            raise Refusal(404, "this entry holds no value to restore")
        return Response(status_code=202)


async def _alike(unit: Unit, link: Link) -> list[dict[str, Any]]:
    """Events of the same account, title and start: perhaps one and the same that somebody made twice; both are kept (M31)."""
    return [dict(row) for row in await unit.rows("alike", link.account, link.id)]


async def _journal(unit: Unit, link: Link, *, values: bool = False) -> list[dict[str, Any]]:
    return [_entry(row, values=values) for row in await unit.rows("journal_of_link", link.id)]


async def _not_connected(unit: Unit, event: Event | None) -> list[str]:
    """Name the colleagues among the guests in whose own calendars nothing is synced, as things are now."""
    colleagues = [person for person in (event and event.people) or () if person.kind is PersonKind.USER]
    if not colleagues:
        return []
    addresses = {address for person in colleagues for address in person.addresses}
    found = await unit.accounts_of_people(addresses, {person.user for person in colleagues if person.user})
    users, mailboxes = {account.id for account in found}, {one for account in found for one in account.addresses}
    return [
        person.name or person.address
        for person in colleagues
        if person.user not in users and not person.addresses & mailboxes
    ]


def _entry(row: Mapping[str, Any], *, values: bool) -> dict[str, Any]:
    """One entry; `lost` holds the values that lost a conflict by field, or only the names of the fields.

    Who made the change that a decision follows is told along with the values.
    """
    details = json.loads(row["details"])
    lost = details.get(LOST, {})
    told = {name: value for name, value in row.items() if name != "details"}
    if not values:
        return {**told, "lost": sorted(lost)}
    return {**told, "lost": lost, CHANGED_BY: details.get(CHANGED_BY, "")}


def _told(link: Link) -> dict[str, Any]:
    return link.model_dump(mode="json", include=_OF_LINK)


def _unknown() -> Refusal:
    return Refusal(404, "no such event, or its account is not connected")
