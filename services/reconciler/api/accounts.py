"""Accounts: who is connected, how each stands, and the way to connect, change, disconnect and reset one."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.api.answers import Refusal, answer, no_sense, route
from reconciler.api.asked import By, Words, Zone, body_of, by_of
from reconciler.api.words import with_reason
from reconciler.core.rules import Rules
from reconciler.core.window import LONGEST
from reconciler.handlers import settings_changes
from reconciler.handlers.resync import resync
from reconciler.settings import ReconcilerSettings
from reconciler.store import Account, Database, Unit

_OPENS_EARLY = timedelta(days=2)
"""A window opens a day before the day that the sync begins with, and ends within one."""


class AccountRequest(By):
    """What is asked for when an account is connected or its settings change.

    `confirm`: after the first reading, its owner is asked before anything is written (M33).
    """

    name: Words
    mailbox: Words
    zone: Zone = "UTC"
    addresses: tuple[Words, ...] = ()
    settings: Rules = Field(default_factory=Rules)
    confirm: bool = False


class Accounts:
    """The connected accounts."""

    def __init__(self, database: Database, settings: ReconcilerSettings) -> None:
        self._database = database
        self._settings = settings

    def routes(self) -> list[Route]:
        """Their paths; an account goes by the id of its user in EspoCRM."""
        return [
            route("GET", "/accounts", self.all),
            route("GET", "/accounts/{id}", self.one),
            route("PUT", "/accounts/{id}", self.put),
            route("DELETE", "/accounts/{id}", self.disconnect),
            route("POST", "/accounts/{id}/resync", self.resync),
        ]

    async def all(self, _: Request) -> Response:
        """Every connected account, with how it stands."""
        async with self._database.unit() as unit:
            accounts = [Account.from_row(row) for row in await unit.rows("accounts")]
            return answer({"accounts": await _with_standing(unit, accounts)})

    async def one(self, request: Request) -> Response:
        """One connected account, with how it stands."""
        async with self._database.unit() as unit:
            account = await unit.account(request.path_params["id"])
            if account is None:
                raise _unknown()
            (told,) = await _with_standing(unit, [account])
        return answer(told)

    async def put(self, request: Request) -> Response:
        """Connect an account, or change its settings; 422 names the field that makes no sense."""
        asked = await body_of(request, AccountRequest)
        account_id = request.path_params["id"]
        async with self._database.unit() as unit:
            if await unit.value("mailbox_taken", account_id, asked.mailbox):
                raise no_sense(mailbox="is connected to another user already")
            rules = self._with_since(asked, await unit.account(account_id))
            account = Account(
                id=account_id,
                name=asked.name,
                mailbox=asked.mailbox,
                zone=asked.zone,
                addresses=tuple(sorted({address.lower() for address in (asked.mailbox, *asked.addresses)})),
                rules=rules,
            )
            await settings_changes.change(unit, account, self._settings, asked.by, confirm=asked.confirm)
        return answer(account.model_dump(mode="json"))

    async def disconnect(self, request: Request) -> Response:
        """Stop an account's sync, in the name of `?by=`; events stay where they are."""
        by = by_of(request)
        async with self._database.unit() as unit:
            known = await settings_changes.end(unit, request.path_params["id"], by)
        if not known:
            raise _unknown()
        return Response(status_code=204)

    async def resync(self, request: Request) -> Response:
        """Have everything read anew and what was refused tried again; nothing is removed by it, nothing made twice."""
        asked = await body_of(request, By)
        async with self._database.unit() as unit:
            done = await resync(unit, request.path_params["id"], asked.by)
        if done is None:
            raise _unknown()
        return answer(done, 202)

    def _with_since(self, asked: AccountRequest, known: Account | None) -> Rules:
        """No date means the day of connecting, in the user's zone (M11)."""
        rules = asked.settings
        if rules.since is None:
            connected_at = known.connected_at if known else None
            return rules.model_copy(update={"since": _day(connected_at or datetime.now(UTC), asked.zone)})
        earliest = datetime.now(UTC).date() - (LONGEST - _OPENS_EARLY - self._settings.ahead)
        if rules.since < earliest and (known is None or rules.since != known.rules.since):
            raise no_sense(**{"settings.since": "is further back than Graph can show a calendar"})
        return rules


async def _with_standing(unit: Unit, accounts: Sequence[Account]) -> list[dict[str, Any]]:
    rows = {row["account"]: row for row in await unit.rows("overview", [account.id for account in accounts])}
    return [{**account.model_dump(mode="json"), **_standing(rows[account.id])} for account in accounts]


def _standing(row: Mapping[str, Any]) -> dict[str, Any]:
    counts = json.loads(row["counts"])
    return {
        "feeds": [with_reason(feed) for feed in json.loads(row["feeds"])],
        "counts": counts,
        "held": counts.get("held", 0),
        "skipped": row["skipped"],
        "last_change": {"to_espo": row["to_espo"], "to_outlook": row["to_outlook"]},
        "oldest_pending_seconds": row["oldest_pending_seconds"],
    }


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def _unknown() -> Refusal:
    return Refusal(404, "no such account")
