"""Who is signed in, kept by the browser: sealed by us, readable and changeable by nobody else.

A console without a store can be restarted and replicated at will. The price is that a session cannot be called back before it
ends; so it is short, and what it allows was true in EspoCRM when it began.
"""

import secrets
from datetime import timedelta

from cryptography.fernet import InvalidToken, MultiFernet
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from console.clients.espo import SignedIn
from contracts.model import Model


class Session(Model):
    """A signed-in EspoCRM user, as EspoCRM described them. `id` binds a consent to this browser, `csrf` a form."""

    id: str
    csrf: str
    user: str
    user_name: str
    name: str
    admin: bool
    extension: bool
    granted: bool
    zone: str
    emails: tuple[str, ...]

    @classmethod
    def of(cls, who: SignedIn) -> "Session":
        """Begin a session for somebody who has just signed in."""
        return cls(
            id=secrets.token_urlsafe(16),
            csrf=secrets.token_urlsafe(16),
            user=who.user.id,
            user_name=who.user.user_name,
            name=who.user.name,
            admin=who.user.is_admin,
            extension=who.access.extension,
            granted=who.access.outlook_calendar,
            zone=who.user.zone,
            emails=who.user.emails,
        )

    def may_see(self, user: str) -> bool:
        """Whether these pages of a user are open: one's own, and everybody's to an administrator."""
        return self.admin or self.user == user


class Sessions:
    """Seals sessions into cookies and reads them back. Without `encrypted` the cookie goes over plain HTTP, on one machine."""

    def __init__(self, fernet: MultiFernet, lasting: timedelta, *, encrypted: bool) -> None:
        self._fernet = fernet
        self._seconds = int(lasting.total_seconds())
        self._encrypted = encrypted
        # The prefix has the browser refuse the cookie from any other host or path (RFC 6265bis, 4.1.3.2).
        self._name = "__Host-tandem" if encrypted else "tandem"

    def begin(self, response: Response, session: Session) -> None:
        """Give the browser its session."""
        sealed = self._fernet.encrypt(session.model_dump_json().encode()).decode()
        response.set_cookie(
            self._name, sealed, max_age=self._seconds, path="/", secure=self._encrypted, httponly=True, samesite="lax"
        )

    def end(self, response: Response) -> None:
        """Have the browser forget its session."""
        response.delete_cookie(self._name, path="/", secure=self._encrypted, httponly=True, samesite="lax")

    def of(self, request: Request) -> Session | None:
        """Read the session of a request; None where there is none, or it is over, or was not sealed by us."""
        sealed = request.cookies.get(self._name)
        if sealed is None:
            return None
        try:
            return Session.model_validate_json(self._fernet.decrypt(sealed, ttl=self._seconds))
        except (InvalidToken, ValidationError):
            return None
