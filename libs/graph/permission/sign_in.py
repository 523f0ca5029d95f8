"""Microsoft's sign-in, as our application speaks to it: where people consent, and where codes and grants become tokens.

It needs a form post and one address. The usual library, msal, cannot be used for it: it refuses every sign-in address
that is not https, the simulator's included, and it blocks the event loop.
"""

import base64
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote, urlencode

import httpx
import msgspec
from opentelemetry.trace import SpanKind

from bus.telling import tracing
from graph.errors import ConsentError, CredentialsError, UnavailableError
from graph.permission.refusals import concerns_the_user, number_in, on_renewal, on_sign_in
from network.not_json import NOT_JSON

_Answer = TypeVar("_Answer")

_OUTAGE_PAUSE = timedelta(seconds=5)
_OPERATOR_PAUSE = timedelta(minutes=5)
_NOT_NOW = {"temporarily_unavailable", "server_error"}


class Issued(msgspec.Struct, frozen=True):
    """What the token endpoint gives. `expires_in` is in seconds; `scope` is what was granted, separated by spaces."""

    access_token: str
    expires_in: float
    scope: str = ""
    refresh_token: str | None = None


class _Refused(msgspec.Struct, frozen=True):
    error: str = "unknown"
    error_description: str = ""
    error_codes: tuple[int, ...] = ()

    @property
    def number(self) -> int | None:
        """Microsoft's number for the reason."""
        return self.error_codes[0] if self.error_codes else number_in(self.error_description)


def _unheard(operation: str, ended: str, seconds: float) -> None:
    """Nobody wants to hear of requests."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """The sign-in of one directory, or of all with the tenant `common` or `organizations`; in a national cloud, too.

    `login_url` is its root; `observe` hears of every request (see `graph.asking.client.Observer`). Every method that asks raises
    UnavailableError if it does not answer sensibly, and CredentialsError if it refuses our application itself.
    """

    http: httpx.AsyncClient
    login_url: str
    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    clock: Callable[[], datetime]
    observe: Callable[[str, str, float], None] = _unheard

    def consent_url(
        self, *, redirect_url: str, scopes: str, state: str, verifier: str, hints: Mapping[str, str]
    ) -> str:
        """Give the address at which a person consents (authorization code flow with PKCE, RFC 7636, method S256).

        `hints` are further parameters, such as `prompt` and `login_hint`.
        """
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "client_id": self.client_id,
            "response_type": "code",
            "response_mode": "query",
            "redirect_uri": redirect_url,
            "scope": scopes,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **hints,
        }
        return f"{self._endpoint('authorize')}?{urlencode(asked)}"

    async def of_application(self, scope: str) -> Issued:
        """Sign the application itself in (client credentials flow, first case: shared secret)."""
        answer = await self._ask(grant_type="client_credentials", scope=scope)
        return self._issued(answer)

    async def redeem(self, code: str, *, verifier: str, redirect_url: str, scopes: str) -> Issued:
        """Exchange a code, once. Raises ConsentError where Microsoft refuses it."""
        answer = await self._ask(
            grant_type="authorization_code", code=code, redirect_uri=redirect_url, code_verifier=verifier, scope=scopes
        )
        if (refused := self._refused(answer)) and concerns_the_user(refused.error):
            raise ConsentError(on_sign_in(refused.error, refused.number))
        return self._issued(answer)

    async def renew(self, refresh_token: str, scopes: str) -> Issued:
        """Exchange a refresh token. Raises ConsentError where Microsoft takes it no more."""
        answer = await self._ask(grant_type="refresh_token", refresh_token=refresh_token, scope=scopes)
        if (refused := self._refused(answer)) and concerns_the_user(refused.error):
            raise ConsentError(on_renewal(refused.error, refused.number))
        return self._issued(answer)

    def _endpoint(self, name: str) -> str:
        return f"{self.login_url.rstrip('/')}/{quote(self.tenant, safe='')}/oauth2/v2.0/{name}"

    async def _ask(self, **form: str) -> httpx.Response:
        client = {"client_id": self.client_id, "client_secret": self.client_secret}
        started, ended = time.perf_counter(), "lost"
        with tracing.span("Microsoft sign-in", kind=SpanKind.CLIENT):
            try:
                answer = await self.http.post(self._endpoint("token"), data=client | form)
                ended = str(answer.status_code)
            except httpx.TransportError as error:
                raise self._unavailable("cannot be reached") from error
            finally:
                self.observe("sign_in", ended, time.perf_counter() - started)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise self._unavailable(f"is not available ({answer.status_code})")
        return answer

    def _refused(self, answer: httpx.Response) -> _Refused | None:
        if answer.status_code == HTTPStatus.OK:
            return None
        refused = self._read(answer, _Refused)
        if refused.error in _NOT_NOW:
            raise self._unavailable(f"is not available ({refused.error})")
        return refused

    def _issued(self, answer: httpx.Response) -> Issued:
        if refused := self._refused(answer):
            until = self.clock() + _OPERATOR_PAUSE
            raise CredentialsError(f"Microsoft refuses our application's credentials ({refused.error})", until)
        return self._read(answer, Issued)

    def _read(self, answer: httpx.Response, kind: type[_Answer]) -> _Answer:
        try:
            return msgspec.json.decode(answer.content, type=kind)
        except NOT_JSON as error:
            raise self._unavailable("answered something else") from error

    def _unavailable(self, what: str) -> UnavailableError:
        return UnavailableError(f"Microsoft's sign-in {what}", self.clock() + _OUTAGE_PAUSE)
