"""Checks Microsoft step by step: sign-in, our application, Graph, a mailbox, and whether Microsoft can reach us.

A running connector answers `GET /check` with it; `python -m outlook_connector.check [MAILBOX]` does the same with the settings
of the environment and no running system, and ends with exit code 1 where a step failed. The questions are asked apart
from the connector's own traffic, so that a kept token or a pause after a refusal hides nothing.
"""

import asyncio
import sys
from datetime import UTC, datetime, time
from http import HTTPStatus
from secrets import token_urlsafe
from urllib.parse import quote

import httpx
import msgspec
from pydantic import HttpUrl
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bus.checks import Checklist, Doubt, Failure, Step, answer, tell
from bus.settings import load
from graph.asking.answers import Subscriptions
from graph.asking.client import now_in_utc
from graph.asking.transport import plain_http
from graph.errors import DeniedError, GraphError
from graph.settings import GraphSettings
from outlook_connector.checking.answers import Application, ClientSecret, expiry, permissions
from outlook_connector.checking.questions import Microsoft
from outlook_connector.subscribing.feeds import NOTIFICATIONS

_SHARED_TENANTS = ("common", "organizations", "consumers")
_TEAMS = "teamsForBusiness"
_MAILBOX_FIELDS = "name,isDefaultCalendar,canEdit,allowedOnlineMeetingProviders"

ANSWERS, APPLICATION, GRAPH, MAILBOX = "Sign-in answers", "Application", "Graph", "Mailbox"


class CheckSettings(GraphSettings):
    """What a check without a running connector needs."""

    public_url: HttpUrl | None = None
    """Where Microsoft reaches this service: https, except for a simulator."""


class _Calendar(msgspec.Struct, frozen=True, rename="camel"):
    name: str = ""
    is_default_calendar: bool = False
    can_edit: bool = False
    allowed_online_meeting_providers: tuple[str, ...] = ()


class _Calendars(msgspec.Struct, frozen=True):
    value: tuple[_Calendar, ...]


async def check(settings: GraphSettings, public_url: str, mailbox: str = "") -> list[Step]:
    """Look at everything; `mailbox` is a user principal name, "" for none. Raises nothing: what fails is a failed step."""
    async with plain_http() as http:
        return await _Run(settings, http, public_url, mailbox).steps()


def routes(settings: GraphSettings, public_url: str) -> list[Route]:
    """Give the route of the check, to be guarded. It takes the parameter `mailbox`."""

    async def answered(request: Request) -> Response:
        return answer(await check(settings, public_url, request.query_params.get("mailbox", "")))

    return [Route("/check", answered, methods=["GET"])]


class _Run:
    """One run, and what its earlier steps have found for the later ones."""

    def __init__(self, settings: GraphSettings, http: httpx.AsyncClient, public_url: str, mailbox: str) -> None:
        self._settings = settings
        self._microsoft = Microsoft(settings, http)
        self._public_url = public_url.rstrip("/")
        self._mailbox = mailbox
        self._calendars: tuple[_Calendar, ...] = ()
        self._subscribed: tuple[str, ...] = ()

    async def steps(self) -> list[Step]:
        checklist = Checklist(GraphError)
        await checklist.step(ANSWERS, self._sign_in_answers)
        await checklist.step(APPLICATION, self._application, after=[ANSWERS])
        if self._settings.tenant not in _SHARED_TENANTS:
            await self._with_our_token(checklist)
        await checklist.step("Notification address", self._notification_address)
        return checklist.steps

    async def _with_our_token(self, checklist: Checklist) -> None:
        await checklist.step("Permissions", self._permissions, after=[APPLICATION])
        await checklist.step(GRAPH, self._graph, after=[APPLICATION])
        await checklist.step("Client secret", self._client_secret, after=[GRAPH])
        if self._mailbox:
            await checklist.step(MAILBOX, self._read_mailbox, after=[GRAPH])
            await checklist.step("Calendars", self._can_write, after=[MAILBOX])
            await checklist.step("Teams", self._teams, after=[MAILBOX])

    async def _sign_in_answers(self) -> str:
        if not await self._microsoft.has_directory():
            raise Failure(f"Microsoft's sign-in knows no directory “{self._settings.tenant}”: set TANDEM_TENANT")
        return str(self._settings.login_url)

    async def _application(self) -> str:
        if self._settings.tenant in _SHARED_TENANTS:
            raise Doubt(
                f"TANDEM_TENANT is “{self._settings.tenant}”: what needs a directory cannot be looked at, "
                "and each user connects on the page"
            )
        await self._microsoft.sign_in()
        return "known, and its secret accepted"

    async def _permissions(self) -> str:
        return permissions(self._microsoft.token)

    async def _client_secret(self) -> str:
        try:
            found = await self._microsoft.graph(f"applications(appId='{self._settings.client_id}')", Application)
            secrets = found.password_credentials
        except DeniedError:
            secrets = self._as_the_operator_says()
        return expiry(secrets, self._settings.client_secret.get_secret_value(), now_in_utc())

    def _as_the_operator_says(self) -> tuple[ClientSecret, ...]:
        end = self._settings.client_secret_expires
        if end is None:
            raise Doubt(
                "its end cannot be told: that needs the application permission Application.Read.All, or "
                "TANDEM_CLIENT_SECRET_EXPIRES"
            )
        return (ClientSecret(datetime.combine(end, time(), UTC)),)

    async def _graph(self) -> str:
        listed = await self._microsoft.graph("subscriptions", Subscriptions)
        self._subscribed = tuple(each.notification_url or "" for each in listed.value)
        return f"answers at {self._settings.graph_url}"

    async def _read_mailbox(self) -> str:
        path = f"users/{quote(self._mailbox, safe='@')}/calendars?$select={_MAILBOX_FIELDS}&$top=100"
        try:
            self._calendars = (await self._microsoft.graph(path, _Calendars)).value
        except DeniedError as error:
            raise Failure(
                f"{error.reason}: it needs the application permission Calendars.ReadWrite, consented to by an administrator, "
                "and no access policy that leaves this mailbox out"
            ) from None
        return "can be read"

    async def _can_write(self) -> str:
        if not any(each.is_default_calendar and each.can_edit for each in self._calendars):
            raise Failure("its default calendar cannot be written to")
        return ", ".join(each.name for each in self._calendars)

    async def _teams(self) -> str:
        default = next(each for each in self._calendars if each.is_default_calendar)
        if _TEAMS not in default.allowed_online_meeting_providers:
            raise Doubt(
                "this mailbox offers no Teams meetings: its user has no licence for Teams, or it is switched off"
            )
        return "meetings can be made"

    async def _notification_address(self) -> str:
        if not self._public_url:
            raise Doubt("TANDEM_PUBLIC_URL is not set, so it cannot be looked at")
        word = token_urlsafe(16)
        told = await self._microsoft.ask("POST", f"{self._public_url}{NOTIFICATIONS}", params={"validationToken": word})
        if told.status_code != HTTPStatus.OK or told.text != word:
            raise Failure(
                f"{self._public_url} leads elsewhere: {NOTIFICATIONS} there must come to this service, whole (status "
                f"{told.status_code})"
            )
        if self._public_url.startswith("http:") and self._settings.graph_url.scheme == "https":
            raise Failure("TANDEM_PUBLIC_URL is not https: Microsoft sends nowhere else")
        standing = sum(url.startswith(f"{self._public_url}/") for url in self._subscribed)
        return f"reached by ourselves; Microsoft sends here for {standing} calendars"


def main() -> None:
    """Check the tenant that the environment names, and the mailbox that is the only argument."""
    settings = load(CheckSettings)
    public_url = str(settings.public_url) if settings.public_url else ""
    tell(asyncio.run(check(settings, public_url, *sys.argv[1:2])))


if __name__ == "__main__":
    main()
