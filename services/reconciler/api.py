"""The reconciler's HTTP interface: accounts, what has been synced, what is pending, and why."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contracts.model import Model
from reconciler.core.link import Link, Word
from reconciler.core.rules import Rules
from reconciler.handlers.by_hand import release, restore
from reconciler.handlers.connect import connect, disconnect
from reconciler.settings import ReconcilerSettings
from reconciler.store import Account, Database

_LARGEST_BODY = 64 * 1024
_LONGEST_WAIT_SECONDS = 30.0
_POLL_SECONDS = 0.1
_LONGEST_WINDOW_DAYS = 1823
"""Graph shows 1825 days of a calendar at most (microsoft-graph, 1.2); the window opens a day early."""


def _known_zone(zone: str) -> str:
    if zone not in available_timezones():
        raise ValueError("is no IANA time zone")
    return zone


Zone = Annotated[str, AfterValidator(_known_zone)]


class AccountRequest(Model):
    """What is asked for when an account is connected or its settings change."""

    name: str = Field(min_length=1)
    mailbox: str = Field(min_length=1)
    zone: Zone = "UTC"
    addresses: tuple[str, ...] = ()
    settings: Rules = Field(default_factory=Rules)


class Release(Model):
    """What is said of held removals."""

    word: Literal[Word.APPROVED, Word.REFUSED]


class Api:
    """The routes, on one database."""

    def __init__(self, database: Database, settings: ReconcilerSettings) -> None:
        self._database = database
        self._settings = settings

    def routes(self) -> list[Route]:
        """Every path of the interface."""
        return [
            Route("/accounts", self.accounts, methods=["GET"]),
            Route("/accounts/{id}", self.put_account, methods=["PUT"]),
            Route("/accounts/{id}", self.disconnect, methods=["DELETE"]),
            Route("/synced", self.synced, methods=["GET"]),
            Route("/pending", self.pending, methods=["GET"]),
            Route("/why/{item}", self.why, methods=["GET"]),
            Route("/restore/{entry:int}", self.restore, methods=["POST"]),
            Route("/held", self.held, methods=["GET"]),
            Route("/held/{id}", self.release, methods=["POST"]),
        ]

    async def accounts(self, _: Request) -> Response:
        """Every connected account, with where its feeds stand."""
        async with self._database.unit() as unit:
            accounts = [Account.from_row(row) for row in await unit.rows("accounts")]
            listed = [
                {
                    **account.model_dump(mode="json"),
                    "feeds": [dict(row) for row in await unit.rows("feeds_of", account.id)],
                }
                for account in accounts
            ]
        return _json({"accounts": listed})

    async def put_account(self, request: Request) -> Response:
        """Connect an account, or change its settings. 422 names the field that makes no sense."""
        body = await request.body()
        if len(body) > _LARGEST_BODY:
            return _json({"error": "the body is too large"}, 413)
        try:
            asked = AccountRequest.model_validate_json(body)
        except ValidationError as error:
            problems = [{"field": ".".join(map(str, part["loc"])), "problem": part["msg"]} for part in error.errors()]
            return _json({"error": "these settings make no sense", "problems": problems}, 422)
        rules = asked.settings
        today = datetime.now(UTC).date()
        if rules.since is None:
            rules = rules.model_copy(update={"since": today})
        elif rules.since < today - timedelta(days=_LONGEST_WINDOW_DAYS - self._settings.window_days):
            problem = {"field": "settings.since", "problem": "is further back than Graph can show a calendar"}
            return _json({"error": "these settings make no sense", "problems": [problem]}, 422)
        account = Account(
            id=request.path_params["id"],
            name=asked.name,
            mailbox=asked.mailbox,
            zone=asked.zone,
            addresses=tuple(sorted({address.lower() for address in (asked.mailbox, *asked.addresses)})),
            rules=rules,
        )
        async with self._database.unit() as unit:
            await connect(unit, account, self._settings)
        return _json(account.model_dump(mode="json"))

    async def disconnect(self, request: Request) -> Response:
        """Stop an account's sync; 404 if there is none."""
        async with self._database.unit() as unit:
            known = await disconnect(unit, request.path_params["id"])
        return Response(status_code=204) if known else _json({"error": "no such account"}, 404)

    async def synced(self, request: Request) -> Response:
        """What has been written since journal entry `after`; waits up to `wait` seconds for something to tell."""
        try:
            after = int(request.query_params.get("after", "0"))
            wait = min(_LONGEST_WAIT_SECONDS, float(request.query_params.get("wait", "0")))
        except ValueError:
            return _json({"error": "after and wait are numbers"}, 400)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait
        while True:
            async with self._database.unit() as unit:
                rows = [dict(row) for row in await unit.rows("synced_after", after)]
            if rows or loop.time() >= deadline or await request.is_disconnected():
                return _json({"synced": rows})
            await asyncio.sleep(_POLL_SECONDS)

    async def pending(self, _: Request) -> Response:
        """How much is under way; all zero means that the system is quiet."""
        async with self._database.unit() as unit:
            (links,) = await unit.rows("pending_links")
            return _json(
                {**dict(links), "outbox": await unit.value("outbox_size"), "looking": await unit.value("looking")}
            )

    async def why(self, request: Request) -> Response:
        """The story of one event, by its EspoCRM or Outlook id."""
        item = request.path_params["item"]
        async with self._database.unit() as unit:
            links = await unit.links("links_of_item", item)
            stories = [
                {
                    "link": _without_content(link),
                    "journal": [dict(row) for row in await unit.rows("journal_of_link", link.id)],
                }
                for link in links
            ]
            items = {item, *(link.outlook.id for link in links if link.outlook.id)}
            skips = [dict(row) for one in sorted(items) for row in await unit.rows("skips_of_item", one)]
        if not stories and not skips:
            return _json({"error": "nothing is known of this event"}, 404)
        return _json({"stories": stories, "skips": skips})

    async def restore(self, request: Request) -> Response:
        """Restore the values that lost the conflict of a journal entry; 404 if that entry has none."""
        async with self._database.unit() as unit:
            known = await restore(unit, request.path_params["entry"])
        return Response(status_code=202) if known else _json({"error": "this entry holds no value to restore"}, 404)

    async def held(self, _: Request) -> Response:
        """How many removals are held, by account."""
        async with self._database.unit() as unit:
            return _json({"held": [dict(row) for row in await unit.rows("held_counts")]})

    async def release(self, request: Request) -> Response:
        """Approve or refuse the held removals of an account: `{"word": "approved"}` or `{"word": "refused"}`."""
        try:
            said = Release.model_validate_json(await request.body())
        except ValidationError:
            return _json({"error": "the word is approved or refused"}, 422)
        async with self._database.unit() as unit:
            count = await release(unit, request.path_params["id"], said.word)
        return _json({"released": count})


def _without_content(link: Link) -> dict[str, Any]:
    content = {"seen", "agreed", "flight"}
    of_meeting = {"title", "span", "join_url", "told", "flight"}
    return link.model_dump(mode="json", exclude={"outlook": content, "espo": content, "meeting": of_meeting})


def _json(content: Any, status: int = 200) -> Response:
    return Response(json.dumps(content, default=str), status, media_type=JSONResponse.media_type)
