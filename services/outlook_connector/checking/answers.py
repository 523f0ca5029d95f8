"""What Microsoft's sign-in and directory answer to a check, in words for whoever administers the tenant, pure.

Codes as in "Microsoft Entra authentication and authorization error codes". Microsoft's own sentences are not passed on: they
carry trace ids, and the code is what one searches for.
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from bus.checks import Doubt, Failure
from network.not_json import NOT_JSON

SOON = timedelta(days=30)
"""How long before the end of the client secret the administrator is warned."""

_HINT_LENGTH = 3
_NEEDED_ROLE = "Calendars.ReadWrite"
_WISHED_ROLES = ("OnlineMeetings.ReadWrite.All", "MailboxSettings.Read", "User.Read.All")
_WORDS = {
    7000215: "TANDEM_CLIENT_SECRET is wrong: it is the secret's value that is needed, not its id",
    7000222: "the client secret has expired: make a new one and set TANDEM_CLIENT_SECRET",
    700016: "this directory knows no application with TANDEM_CLIENT_ID",
    90002: "there is no directory TANDEM_TENANT",
    50194: "the application is for one directory only: set TANDEM_TENANT to it",
    50059: "application permissions need one directory: set TANDEM_TENANT to its id or domain",
    1002012: "TANDEM_GRAPH_SCOPE must be Graph's address followed by /.default",
}


class SignInRefusal(msgspec.Struct, frozen=True):
    """An error of the token endpoint."""

    error: str = "unknown"
    error_codes: tuple[int, ...] = ()


class ClientSecret(msgspec.Struct, frozen=True, rename="camel"):
    """A secret of our application, as the directory keeps it. `hint` is how it begins."""

    end_date_time: datetime
    hint: str | None = None


class Application(msgspec.Struct, frozen=True, rename="camel"):
    """Our application in the directory."""

    password_credentials: tuple[ClientSecret, ...] = ()


class _Claims(msgspec.Struct, frozen=True):
    roles: tuple[str, ...]


def words_of(refusal: SignInRefusal) -> str:
    """Say what to mend after the sign-in refused our application."""
    for code in refusal.error_codes:
        if code in _WORDS:
            return f"{_WORDS[code]} (AADSTS{code})"
    codes = ", ".join(f"AADSTS{code}" for code in refusal.error_codes)
    return f"Microsoft refuses the application: {refusal.error}" + (f" ({codes})" if codes else "")


def permissions(token: str) -> str:
    """Say whether a token's roles suffice. They are read to help people only: Graph decides. Raises Doubt."""
    try:
        payload = token.split(".")[1]
        claims = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        roles = msgspec.json.decode(claims, type=_Claims).roles
    except (IndexError, binascii.Error, *NOT_JSON):
        raise Doubt("this token does not tell its permissions; whether a mailbox can be read is what counts") from None
    if _NEEDED_ROLE not in roles:
        raise Doubt(
            f"the application permission {_NEEDED_ROLE} is missing, or an administrator has not consented to it; "
            "without it each user connects on the page"
        )
    if missing := [role for role in _WISHED_ROLES if role not in roles]:
        raise Doubt(
            f"these application permissions are missing, and what they are for is left out: {', '.join(missing)}"
        )
    return ", ".join(sorted(roles))


def expiry(secrets: Sequence[ClientSecret], ours: str, now: datetime) -> str:
    """Say when our client secret ends. Several may exist; ours is known by how it begins. Raises Failure, Doubt."""
    alike = [each for each in secrets if each.hint and each.hint == ours[:_HINT_LENGTH]] or secrets
    if not alike:
        raise Doubt("the directory lists no secret of our application")
    end = max(each.end_date_time for each in alike)
    if end <= now:
        raise Failure(f"it ended on {end:%Y-%m-%d}: make a new one and set TANDEM_CLIENT_SECRET")
    if end <= now + SOON:
        raise Doubt(f"it ends on {end:%Y-%m-%d}: make a new one before")
    return f"until {end:%Y-%m-%d}"
