"""Whose permission is used for an account: its own user's, and where there is none and it is allowed, our application's.

A grant that is lost is not replaced by the application's permission: who withdraws a consent means it.
"""

from graph.errors import NotConnectedError
from graph.permission.granted_tokens import GrantTokens
from graph.permission.tokens import AppTokens

_NOT_CONNECTED = "this user is not connected to a mailbox"


class EitherTokens:
    """Tokens of people, then of the application. `application` is None where it may not act by itself."""

    def __init__(self, granted: GrantTokens, application: AppTokens | None) -> None:
        self._granted = granted
        self._application = application

    async def token(self, account: str) -> str:
        """Give a token that is valid now. Raises what either source raises, NotConnectedError where there is neither."""
        if self._granted.knows(account):
            return await self._granted.token(account)
        if self._application is None:
            raise NotConnectedError(_NOT_CONNECTED)
        return await self._application.token(account)

    def refused(self, account: str) -> None:
        """Have the next token be a new one."""
        if self._granted.knows(account):
            self._granted.refused(account)
        elif self._application is not None:
            self._application.refused(account)
