"""What the page *External account › Outlook* shows of a connection, and what is missing for it (M01, M02)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from console.clients.accounts import Account
from console.clients.outlook import Grant
from console.clients.parked import Grantee
from console.security.sessions import Session

NO_SCOPE = (
    "The consent that Microsoft returned does not cover your calendars (Calendars.ReadWrite). "
    "Disconnect, connect again, and leave that permission ticked."
)
NO_ROLE = (
    "Your administrator has not granted you access: the scope Outlook Calendar is not enabled in your EspoCRM roles. "
    "Once it is, sign out and in again."
)
NOT_LISTED = (
    "Your administrator has not granted you access: you are not on the list of users who may sync "
    "(Administration › Access)."
)


class By(Enum):
    """How a mailbox is reached."""

    NOTHING = "not at all"
    CONSENT = "its owner's consent"
    TENANT = "the application permissions of the tenant"


@dataclass(frozen=True, slots=True)
class Connection:
    """A user's connection as the page shows it.

    `missing`: why there is no *Outlook Calendar* checkbox. `trouble`: what somebody has to do so that it works again.
    """

    by: By
    mailbox: str
    syncing: bool
    waiting: bool
    missing: tuple[str, ...]
    trouble: str

    @property
    def connected(self) -> bool:
        """Whether there is something to disconnect."""
        return self.by is not By.NOTHING

    @property
    def offered(self) -> bool:
        """Whether the *Outlook Calendar* checkbox is shown."""
        return self.connected and not self.missing


def may_sync(session: Session, listed: Sequence[Grantee]) -> bool:
    """Whether the administrator granted access: in EspoCRM's roles, or on the list where our extension is missing (M02)."""
    if session.extension:
        return session.granted
    return any(one.granted for one in listed if one.user_id == session.user)


def connection(grant: Grant | None, account: Account | None, session: Session, *, access: bool) -> Connection:
    """Put together what is known of a connection. `access`: the administrator granted it."""
    by = By.CONSENT if grant else By.TENANT if account else By.NOTHING
    missing = []
    if grant and not grant.calendars:
        missing.append(NO_SCOPE)
    if not access:
        missing.append(NO_ROLE if session.extension else NOT_LISTED)
    trouble = (grant.lost if grant else None) or (account.attention if account else "")
    return Connection(
        by=by,
        mailbox=grant.mailbox if grant else account.mailbox if account else "",
        syncing=account is not None,
        waiting=account is not None and account.phase != "running",
        missing=tuple(missing),
        trouble=trouble,
    )
