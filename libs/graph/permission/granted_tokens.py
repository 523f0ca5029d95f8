"""Access tokens by what people consented to: each account's own grant, renewed before it ends.

A refresh token may change with each use (Microsoft identity platform documentation, "Refresh tokens": the old one is not
revoked), so the newest is handed to a keeper. Access tokens never leave this process's memory.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4
from weakref import WeakValueDictionary

import structlog

from bus.errors import KafkaFailure, Transient
from graph.errors import ConsentError, GrantLostError, NotConnectedError
from graph.permission.grant_table import Grants
from graph.permission.grants import UNREADABLE, Grant, UnreadableGrantError
from graph.permission.sign_in import SignIn
from graph.permission.tokens import Ready, ready

_LOST_PAUSE = timedelta(minutes=10)
_NOT_CONNECTED = "this user is not connected to a mailbox"
_MORE_THAN_CONSENT = "offline_access"
"""Asked for, never listed among what is granted; without it no further refresh token comes."""

_log = structlog.get_logger()


class Keeper(Protocol):
    """Hears what became of grants. Its methods may raise KafkaFailure or Transient."""

    async def renewed(self, old: Grant, new: Grant) -> None:
        """A grant was used, and has another refresh token now."""

    async def lost(self, grant: Grant, words: str) -> None:
        """Microsoft takes a grant no more, for a reason in words for its user."""

    async def unreadable(self, account: str) -> None:
        """No key of ours opens the grant of this account."""


class KeptElsewhere:
    """The keeper of a process that only reads grants: another one finds the same things out, and keeps them."""

    async def renewed(self, old: Grant, new: Grant) -> None:
        """Nothing: the old refresh token stays good."""

    async def lost(self, grant: Grant, words: str) -> None:
        """Nothing."""

    async def unreadable(self, account: str) -> None:
        """Nothing."""


@dataclass(slots=True)
class _Kept:
    """The token in use, of which consent it is, and what has not reached the keeper yet."""

    consent: str
    ready: Ready
    unsaved: Grant | None = None


class GrantTokens:
    """Tokens of everybody who consented."""

    def __init__(self, grants: Grants, sign_in: SignIn, keeper: Keeper, clock: Callable[[], datetime]) -> None:
        self._grants = grants
        self._sign_in = sign_in
        self._keeper = keeper
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._lent: dict[str, str] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def knows(self, account: str) -> bool:
        """Whether the account has a grant, be it good or not."""
        return account in self._lent or self._grants.has(account)

    async def token(self, account: str) -> str:
        """Give a token that is valid now, renewing it for all who ask at once.

        Raises:
            GrantLostError: the grant is good no more.
            NotConnectedError: there is none.
            UnavailableError: Microsoft's sign-in does not answer.

        """
        if account in self._lent:
            return self._lent[account]
        turn = self._turns.setdefault(account, asyncio.Lock())
        async with turn:
            grant = await self._good_grant(account)
            kept = self._kept.get(account)
            if kept is None or kept.consent != grant.id:
                kept = self._kept[account] = await self._renew(grant)
            elif self._clock() >= kept.ready.renew_at:
                kept = self._kept[account] = await self._renew(kept.unsaved or grant)
            if kept.unsaved is not None:
                await self._save(grant, kept)
            return kept.ready.token

    def refused(self, account: str) -> None:
        """Have the next token be a new one."""
        kept = self._kept.get(account)
        if kept is not None:
            kept.ready = Ready("", self._clock())

    def forget(self, account: str) -> None:
        """Keep nothing of this account in memory."""
        self._kept.pop(account, None)

    @contextmanager
    def lent(self, token: str) -> Iterator[str]:
        """Make a token that belongs to no account usable, under the name that is given, inside a `with` block."""
        name = f"lent/{uuid4()}"
        self._lent[name] = token
        try:
            yield name
        finally:
            del self._lent[name]

    async def _good_grant(self, account: str) -> Grant:
        try:
            grant = self._grants.get(account)
        except UnreadableGrantError as error:
            await self._keeper.unreadable(account)
            raise self._lost(UNREADABLE) from error
        if grant is None:
            self.forget(account)
            raise NotConnectedError(_NOT_CONNECTED)
        if grant.lost is not None:
            raise self._lost(grant.lost)
        return grant

    async def _renew(self, grant: Grant) -> _Kept:
        now = self._clock()
        try:
            issued = await self._sign_in.renew(grant.refresh_token, " ".join((*grant.scopes, _MORE_THAN_CONSENT)))
        except ConsentError as error:
            self.forget(grant.account)
            await self._keeper.lost(grant, error.reason)
            raise self._lost(error.reason) from error
        return _Kept(grant.id, ready(issued, now), unsaved=grant.renewed(issued.refresh_token, now))

    async def _save(self, grant: Grant, kept: _Kept) -> None:
        """Hand the newest grant over; what fails is tried again with the next use, as the token is good meanwhile."""
        if kept.unsaved is None:
            return
        try:
            await self._keeper.renewed(grant, kept.unsaved)
        except (KafkaFailure, Transient) as error:
            _log.warning("a renewed grant is not saved yet", account=grant.account, error=type(error).__name__)
            return
        kept.unsaved = None

    def _lost(self, words: str) -> GrantLostError:
        return GrantLostError(words, self._clock() + _LOST_PAUSE)
