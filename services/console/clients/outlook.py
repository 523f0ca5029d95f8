"""What the console asks of the Outlook connector: consent, grants, a mailbox's calendars, whether Microsoft works."""

from collections.abc import Sequence
from urllib.parse import quote

from console.clients.service import Refused, Service
from console.clients.steps import Step, Steps
from contracts.model import Instant, Model

_GONE = 404
_CHECK_SECONDS = 60.0


class Attempt(Model):
    """A consent that can be given at Microsoft until then."""

    authorize_url: str
    expires_at: Instant


class Grant(Model):
    """An account's credentials, described. `calendars`: the consent covers them. `lost`: why they work no more."""

    account: str = ""
    mailbox: str
    addresses: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    calendars: bool = False
    granted_at: Instant | None = None
    refreshed_at: Instant | None = None
    lost: str | None = None
    kind: str = "delegated"


class Calendar(Model):
    """A calendar of a mailbox."""

    id: str
    name: str
    is_default: bool
    can_edit: bool


class Mailbox(Model):
    """A mailbox as Graph describes it. `zone` is an IANA name."""

    mailbox: str
    addresses: tuple[str, ...]
    zone: str | None
    calendars: tuple[Calendar, ...]


class Refusal(Model):
    """Why a consent came to nothing: the kind, and words."""

    error: str
    message: str


class Grants(Model):
    """Every grant."""

    grants: tuple[Grant, ...]


class Outlook:
    """The Outlook connector. Every method raises Unavailable; those that say so raise Refused."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def attempt(self, account: str, session: str, login_hint: str | None) -> Attempt:
        """Begin a consent that only this session can finish."""
        wish = {"account": account, "session": session} | ({"login_hint": login_hint} if login_hint else {})
        return await self._service.ask(Attempt, "POST", "/oauth/attempts", body=wish)

    async def redeem(self, state: str, code: str, session: str) -> Grant:
        """Finish a consent. Raises Refused, its kind in `error`, if it is not to be had."""
        wish = {"state": state, "code": code, "session": session}
        return await self._service.ask(Grant, "POST", "/oauth/grants", body=wish, refusals=(401, 403))

    async def refuse(self, state: str, session: str, error: str, description: str) -> Refusal:
        """Tell what Microsoft said instead of giving a code; answers what that means."""
        wish = {"state": state, "session": session, "error": error, "error_description": description}
        try:
            return await self._service.ask(Refusal, "POST", "/oauth/refusals", body=wish)
        except Refused as refused:
            return Refusal(error=refused.error, message=refused.message)

    async def grant(self, account: str) -> Grant | None:
        """Describe an account's grant."""
        try:
            return await self._service.ask(Grant, "GET", f"/oauth/grants/{_part(account)}")
        except Refused as refused:
            if refused.status == _GONE:
                return None
            raise

    async def grants(self) -> Sequence[Grant]:
        """Describe every grant, without addresses."""
        return (await self._service.ask(Grants, "GET", "/oauth/grants")).grants

    async def forget(self, account: str) -> None:
        """Forget an account's credentials; it is no mistake if there are none."""
        try:
            await self._service.tell("DELETE", f"/oauth/grants/{_part(account)}")
        except Refused as refused:
            if refused.status != _GONE:
                raise

    async def mailbox(self, account: str, mailbox: str | None) -> Mailbox:
        """Read a mailbox's calendars; `mailbox` is named where the tenant gave application permissions. Raises Refused."""
        query = {"mailbox": mailbox}
        return await self._service.ask(Mailbox, "GET", f"/mailboxes/{_part(account)}", query=query, refusals=(403,))

    async def check(self, mailbox: str | None = None) -> Sequence[Step]:
        """Test the connection to Microsoft, down to a mailbox if one is named."""
        query = {"mailbox": mailbox}
        return (await self._service.ask(Steps, "GET", "/check", query=query, seconds=_CHECK_SECONDS)).steps


def _part(text: str) -> str:
    return quote(text, safe="")
