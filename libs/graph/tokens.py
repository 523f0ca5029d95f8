"""Where access tokens come from, one seam for every kind of grant.

Our own credentials need one form post and a cache. The usual library, msal, cannot be used for it: it refuses every
sign-in address that is not https, the simulator's included, and it blocks the event loop.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Protocol
from urllib.parse import quote

import httpx
import msgspec

from graph.errors import CredentialsError, UnavailableError

_MARGIN = timedelta(minutes=5)
_OUTAGE_PAUSE = timedelta(seconds=5)
_OPERATOR_PAUSE = timedelta(minutes=5)


class TokenSource(Protocol):
    """Hands out access tokens, by account, because another account may have another grant."""

    async def token(self, account: str) -> str:
        """Give a token that is valid now.

        Raises:
            UnavailableError: not to be had at the moment.
            DeniedError: this account's grant is gone.

        """

    def refused(self, account: str) -> None:
        """Hear that Graph refused the token given last, so that the next one is a new one."""


class _Granted(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: float


class _Refusal(msgspec.Struct, frozen=True):
    error: str = "unknown"


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str
    renew_at: datetime


class AppTokens:
    """Tokens by our application's own credentials: one for all mailboxes of the tenant.

    OAuth 2.0 client credentials (Microsoft identity platform, "client credentials flow", first case: shared secret).
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        login_url: str,
        tenant: str,
        client_id: str,
        client_secret: str,
        scope: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._http = http
        self._url = f"{login_url.rstrip('/')}/{quote(tenant, safe='')}/oauth2/v2.0/token"
        self._form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
            "scope": scope,
        }
        self._clock = clock
        self._kept: _Kept | None = None
        self._asking = asyncio.Lock()

    async def token(self, account: str) -> str:  # noqa: ARG002 - every account shares the application's token
        """Give the application's token; a new one shortly before the old one ends. Raises UnavailableError, CredentialsError."""
        async with self._asking:
            if self._kept is None or self._clock() >= self._kept.renew_at:
                self._kept = await self._ask()
            return self._kept.token

    def refused(self, account: str) -> None:  # noqa: ARG002 - as above
        """Forget the token."""
        self._kept = None

    async def _ask(self) -> _Kept:
        now = self._clock()
        try:
            answer = await self._http.post(self._url, data=self._form)
        except httpx.TransportError as error:
            raise UnavailableError("Microsoft's sign-in cannot be reached", now + _OUTAGE_PAUSE) from error
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise UnavailableError(f"Microsoft's sign-in is not available ({answer.status_code})", now + _OUTAGE_PAUSE)
        try:
            if answer.status_code != HTTPStatus.OK:
                code = msgspec.json.decode(answer.content, type=_Refusal).error
                raise CredentialsError(
                    f"Microsoft refuses our application's credentials ({code})", now + _OPERATOR_PAUSE
                )
            granted = msgspec.json.decode(answer.content, type=_Granted)
        except msgspec.DecodeError as error:
            raise UnavailableError("Microsoft's sign-in answered something else", now + _OUTAGE_PAUSE) from error
        lifetime = timedelta(seconds=granted.expires_in)
        return _Kept(granted.access_token, now + max(lifetime - _MARGIN, lifetime / 2))
