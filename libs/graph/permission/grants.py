"""Grants: who may act in which mailbox, and how they are kept so that nobody else can read them.

A grant is as good as its owner's password to the calendar, so outside of a process's memory it exists only sealed.
"""

from datetime import datetime
from typing import Self
from uuid import uuid4

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from msgspec import structs

from contracts.grants import SealedGrant
from network.not_json import NOT_JSON

CALENDARS = "Calendars.ReadWrite"
"""The permission without which nothing is synced (M02)."""

UNREADABLE = (
    "Tandem cannot read your connection to Microsoft any more, because its key is missing. Connect again, or ask your "
    "administrator."
)


class Grant(msgspec.Struct, frozen=True, kw_only=True, tag="grant"):
    """What an account's user consented to.

    `owner` is the object id of the mailbox's user, `mailbox` the user principal name, `addresses` are all of its
    addresses in lower case. `scopes` are Graph's short names. `lost` says in words why the grant is good no more.
    """

    account: str
    owner: str
    mailbox: str
    addresses: tuple[str, ...]
    scopes: tuple[str, ...]
    refresh_token: str
    granted_at: datetime
    refreshed_at: datetime
    lost: str | None = None
    id: str = msgspec.field(default_factory=lambda: str(uuid4()))

    def __repr__(self) -> str:
        """Show nothing that is secret or personal: a grant may get into a log by accident."""
        return f"Grant(account={self.account!r}, id={self.id!r}, lost={self.lost is not None})"

    @property
    def calendars(self) -> bool:
        """Whether it covers reading and writing calendars."""
        return covers_calendars(self.scopes)

    def renewed(self, refresh_token: str | None, at: datetime) -> Self:
        """The same consent after its use: Microsoft may give another refresh token each time."""
        return structs.replace(self, refresh_token=refresh_token or self.refresh_token, refreshed_at=at)

    def as_lost(self, words: str) -> Self:
        """The same consent, good no more. Its refresh token is of no use to anybody and is not kept."""
        return structs.replace(self, refresh_token="", lost=words)


class UnreadableGrantError(Exception):
    """No key of ours opens this grant."""


class Seal:
    """Seals with the first key and opens with any, so that keys can change while old grants are still about.

    `keys` are Fernet keys: 32 bytes in URL-safe base64 (cryptography.io, "Fernet", key rotation by MultiFernet). Without
    any, nothing can be sealed or opened. Raises ValueError for what is no key.
    """

    def __init__(self, keys: tuple[str, ...]) -> None:
        opening = [Fernet(key) for key in keys]
        self._first = opening[0] if opening else None
        self._fernet = MultiFernet(opening) if opening else None

    @property
    def usable(self) -> bool:
        """Whether there is a key at all."""
        return self._fernet is not None

    def close(self, content: bytes) -> str:
        """Seal. Raises UnreadableGrantError without a key."""
        if self._fernet is None:
            raise UnreadableGrantError
        return self._fernet.encrypt(content).decode()

    def open(self, sealed: str) -> bytes:
        """Open. Raises UnreadableGrantError if no key of ours made this."""
        if self._fernet is None:
            raise UnreadableGrantError
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise UnreadableGrantError from error

    def is_newest(self, sealed: str) -> bool:
        """Whether the first key made this, so that no other is needed for it."""
        try:
            return self._first is not None and bool(self._first.decrypt(sealed))
        except InvalidToken:
            return False


def short_scopes(granted: str) -> tuple[str, ...]:
    """Read the `scope` of a token answer: separated by spaces, with or without Graph's address in front."""
    return tuple(sorted({scope.rpartition("/")[2] for scope in granted.split()}))


def covers_calendars(scopes: tuple[str, ...]) -> bool:
    """Whether these permissions are enough to sync; their letter case does not matter."""
    return CALENDARS.lower() in (scope.lower() for scope in scopes)


def sealed(seal: Seal, grant: Grant) -> SealedGrant:
    """Write a grant as it is kept. Raises UnreadableGrantError without a key."""
    return SealedGrant(sealed=seal.close(msgspec.json.encode(grant)))


def opened(seal: Seal, account: str, kept: SealedGrant) -> Grant:
    """Read a grant as it is kept under an account. Raises UnreadableGrantError, also for a grant of another account."""
    try:
        grant = msgspec.json.decode(seal.open(kept.sealed), type=Grant)
    except NOT_JSON as error:
        raise UnreadableGrantError from error
    if grant.account != account:
        raise UnreadableGrantError
    return grant
