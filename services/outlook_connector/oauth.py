"""The HTTP interface for connecting: attempts, grants and refusals. For our own services alone; no browser comes here.

It tells who is connected and by what permissions, and never a token.
"""

from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contracts.model import Model
from graph.permission.grant_table import Grants
from graph.permission.granted_tokens import GrantTokens
from graph.permission.grants import UNREADABLE, Grant, UnreadableGrantError
from outlook_connector.connecting.consent import Consent
from outlook_connector.connecting.refusing import Kind, Refused, answering, body_of


class AttemptRequest(Model):
    """Who wants to connect. `session` is opaque, and the same when the attempt is finished."""

    account: str = Field(min_length=1, max_length=200)
    session: str = Field(min_length=1, max_length=1000)
    login_hint: str = Field("", max_length=400)


class GrantRequest(Model):
    """What Microsoft's redirect brought."""

    state: str
    code: str = Field(min_length=1)
    session: str


class RefusalRequest(Model):
    """What Microsoft's redirect brought in place of a code."""

    state: str
    session: str
    error: str = ""
    error_description: str = ""


class OAuth:
    """The routes."""

    def __init__(self, consent: Consent, grants: Grants, granted: GrantTokens) -> None:
        self._consent = consent
        self._grants = grants
        self._granted = granted

    def routes(self) -> list[Route]:
        """Every path, to be guarded."""
        return [
            Route("/oauth/attempts", answering(self._begin), methods=["POST"]),
            Route("/oauth/grants", answering(self._finish), methods=["POST"]),
            Route("/oauth/refusals", answering(self._explain), methods=["POST"]),
            Route("/oauth/grants", answering(self._list), methods=["GET"]),
            Route("/oauth/grants/{account}", answering(self._show), methods=["GET"]),
            Route("/oauth/grants/{account}", answering(self._forget), methods=["DELETE"]),
        ]

    async def _begin(self, request: Request) -> Response:
        """Give the address at which to consent."""
        asked = AttemptRequest.model_validate_json(await body_of(request))
        url, expires_at = self._consent.begin(asked.account, asked.session, asked.login_hint)
        return JSONResponse({"authorize_url": url, "expires_at": expires_at.isoformat()})

    async def _finish(self, request: Request) -> Response:
        """Redeem a code."""
        asked = GrantRequest.model_validate_json(await body_of(request))
        return JSONResponse(_shown(await self._consent.finish(asked.state, asked.code, asked.session)))

    async def _explain(self, request: Request) -> Response:
        """Say in words what Microsoft's error means."""
        asked = RefusalRequest.model_validate_json(await body_of(request))
        refusal = self._consent.refusal(asked.state, asked.session, asked.error, asked.error_description)
        return JSONResponse({"error": refusal.cause, "message": refusal.words})

    async def _list(self, _: Request) -> Response:
        """List all grants, without addresses."""
        return JSONResponse(
            {"grants": [self._described(account, addresses=False) for account in self._grants.accounts]}
        )

    async def _show(self, request: Request) -> Response:
        """Describe one grant; 404 where there is none."""
        return JSONResponse(self._described(self._known(request)))

    async def _forget(self, request: Request) -> Response:
        """Forget one grant; 404 where there is none."""
        account = self._known(request)
        await self._grants.forget(account)
        self._granted.forget(account)
        return Response(status_code=204)

    def _known(self, request: Request) -> str:
        account: str = request.path_params["account"]
        if not self._grants.has(account):
            raise Refused(Kind.NOT_CONNECTED)
        return account

    def _described(self, account: str, *, addresses: bool = True) -> dict[str, Any]:
        try:
            grant = self._grants.get(account)
        except UnreadableGrantError:
            grant = None
        if grant is None:
            return {"account": account, "connected": False, "mailbox": "", "lost": UNREADABLE, "kind": "delegated"}
        shown = _shown(grant)
        return shown if addresses else {name: value for name, value in shown.items() if name != "addresses"}


def _shown(grant: Grant) -> dict[str, Any]:
    return {
        "account": grant.account,
        "connected": grant.lost is None,
        "mailbox": grant.mailbox,
        "addresses": list(grant.addresses),
        "scopes": list(grant.scopes),
        "calendars": grant.calendars,
        "granted_at": grant.granted_at.isoformat(),
        "refreshed_at": grant.refreshed_at.isoformat(),
        "lost": grant.lost,
        "kind": "delegated",
    }
