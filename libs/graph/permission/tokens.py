"""Where access tokens come from: one seam for grants of people and for our application's own permissions."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from graph.permission.sign_in import Issued, SignIn

_MARGIN = timedelta(minutes=5)


class TokenSource(Protocol):
    """Hands out access tokens, by account, because another account may have another grant."""

    async def token(self, account: str) -> str:
        """Give a token that is valid now.

        Raises:
            UnavailableError: not to be had at the moment, or not before somebody mends something.
            DeniedError: there is no way to one.

        """

    def refused(self, account: str) -> None:
        """Hear that Graph refused the token given last, so that the next one is a new one."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A token in memory, and when to have the next one."""

    token: str = field(repr=False)
    renew_at: datetime


def ready(issued: Issued, now: datetime) -> Ready:
    """Plan a token's renewal: five minutes before its end, or half-way if it is that short."""
    lifetime = timedelta(seconds=issued.expires_in)
    return Ready(issued.access_token, now + max(lifetime - _MARGIN, lifetime / 2))


class AppTokens:
    """Tokens by our application's own permissions: one for all mailboxes of the tenant.

    `scope` is Graph's `/.default`.
    """

    def __init__(self, sign_in: SignIn, scope: str, clock: Callable[[], datetime]) -> None:
        self._sign_in = sign_in
        self._scope = scope
        self._clock = clock
        self._ready: Ready | None = None
        self._asking = asyncio.Lock()

    async def token(self, account: str) -> str:  # noqa: ARG002 - every account shares the application's token
        """Give the application's token; a new one shortly before the old one ends. Raises UnavailableError, CredentialsError."""
        async with self._asking:
            if self._ready is None or self._clock() >= self._ready.renew_at:
                now = self._clock()
                self._ready = ready(await self._sign_in.of_application(self._scope), now)
            return self._ready.token

    def refused(self, account: str) -> None:  # noqa: ARG002 - as above
        """Forget the token."""
        self._ready = None
