"""Grants and tokens of the identity platform: who consented to what, and until when a token is good.

Source: Microsoft identity platform documentation, "OAuth 2.0 authorization code flow" and "Refresh tokens": a code lives
ten minutes and is redeemed once; each use of a refresh token gives a new one and leaves the old one valid; refresh
tokens live ninety days; error codes as in "Authentication and authorization error codes".
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.graph.calendars.people import Person
from sandbox.graph.clock import Clock
from sandbox.graph.config import Application, Config
from sandbox.graph.ids import Ids
from sandbox.graph.web.calls import Session

_CODE_LIFE = 600.0
_REFRESH_LIFE = 90 * 86_400.0
_RESOURCE = "https://graph.microsoft.com/"
_OPEN_ID = frozenset({"openid", "profile", "email", "offline_access"})


class LoginError(Exception):
    """A refusal of the token endpoint: OAuth error, AADSTS code, words, HTTP status, and the finer `suberror`."""

    def __init__(self, error: str, code: int, message: str, status: int = 400, suberror: str = "") -> None:
        super().__init__(message)
        self.error = error
        self.code = code
        self.message = message
        self.status = status
        self.suberror = suberror


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person allowed an application. `scopes` in Graph's short names plus the OpenID ones."""

    app: Application
    person: Person
    scopes: frozenset[str]
    nonce: str | None = None

    @property
    def api_scopes(self) -> frozenset[str]:
        """Give the scopes for Graph alone."""
        return self.scopes - _OPEN_ID


@dataclass(frozen=True, slots=True)
class _Code:
    grant: Grant
    redirect_uri: str
    challenge: str | None
    method: str
    expires: float


@dataclass(frozen=True, slots=True)
class _Refresh:
    grant: Grant
    expires: float
    refusal: LoginError | None = None


@dataclass(frozen=True, slots=True)
class _Access:
    session: Session
    expires: float
    claims: str | None = None


@dataclass(slots=True)
class Issued:
    """What the token endpoint answers, before it is written down."""

    access_token: str
    expires_in: int
    scopes: frozenset[str]
    grant: Grant | None = None
    refresh_token: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


class Tokens:
    """All codes and tokens of the tenant."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._clock = clock
        self._ids = Ids(config.seed + 1)
        self._apps = {app.client_id: app for app in config.applications}
        self._codes: dict[str, _Code] = {}
        self._refresh: dict[str, _Refresh] = {}
        self._access: dict[str, _Access] = {}

    def app(self, client_id: str) -> Application:
        """Find an application. Raises LoginError `unauthorized_client`."""
        if client_id not in self._apps:
            message = f"Application with identifier '{client_id}' was not found in the directory."
            raise LoginError("unauthorized_client", 700016, message)
        return self._apps[client_id]

    def authenticated(self, client_id: str, secret: str) -> Application:
        """Find an application that proved itself. Raises LoginError `invalid_client` (HTTP 401)."""
        app = self.app(client_id)
        if not hmac.compare_digest(app.secret.encode(), secret.encode()):
            raise LoginError("invalid_client", 7000215, "Invalid client secret provided.", 401)
        return app

    def code_for(self, grant: Grant, redirect_uri: str, challenge: str | None, method: str) -> str:
        """Make an authorization code."""
        code = f"0.{self._ids.secret()}"
        expires = self._clock.seconds() + _CODE_LIFE
        self._codes[code] = _Code(grant, redirect_uri, challenge, method, expires)
        return code

    def redeem(self, app: Application, code: str, redirect_uri: str, verifier: str) -> Issued:
        """Exchange a code for tokens, once, against its PKCE verifier. Raises LoginError `invalid_grant`."""
        found = self._codes.pop(code, None)
        if found is None or found.grant.app is not app:
            raise LoginError("invalid_grant", 54005, "The code was already redeemed or is not known.")
        if found.expires <= self._clock.seconds():
            raise LoginError("invalid_grant", 70008, "The provided authorization code has expired.")
        if found.redirect_uri != redirect_uri:
            raise LoginError("invalid_grant", 500112, "The reply address does not match the one of the request.")
        if found.challenge is not None and not _fits(verifier, found.challenge, found.method):
            raise LoginError("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge.")
        return self._issue(found.grant, found.grant.scopes)

    def refresh(self, app: Application, token: str, scopes: frozenset[str]) -> Issued:
        """Exchange a refresh token for new tokens; the old one stays valid. Raises LoginError."""
        found = self._refresh.get(token)
        if found is None or found.grant.app is not app:
            raise LoginError("invalid_grant", 9002313, "The refresh token is malformed or not for this client.")
        if found.refusal is not None:
            raise found.refusal
        if found.expires <= self._clock.seconds():
            raise LoginError("invalid_grant", 700082, "The refresh token has expired due to inactivity.")
        if missing := (scopes - _OPEN_ID - {".default"}) - found.grant.scopes:
            raise LoginError("invalid_grant", 65001, f"The user has not consented to {min(missing)}.")
        return self._issue(found.grant, found.grant.scopes)

    def app_only(self, app: Application) -> Issued:
        """Issue an application's own token, with the roles that an administrator granted."""
        return Issued(*self._open(Session(app.client_id, None, app.roles)), app.roles)

    def session(self, token: str) -> tuple[Session | None, str | None]:
        """Find who bears an access token: None when unknown or expired; and claims that Graph challenges for."""
        found = self._access.get(token)
        if found is None or found.expires <= self._clock.seconds():
            return None, None
        return found.session, found.claims

    def revoke(self, person: Person | None, refusal: LoginError, *, access: bool, claims: str | None) -> int:
        """Refuse refresh tokens from now on, of one person or all; give the number of tokens touched.

        With `access`, access tokens expire too; with `claims`, Graph challenges their bearers for them instead.
        """
        touched = 0
        for token, refresh in self._refresh.items():
            if person in {None, refresh.grant.person}:
                self._refresh[token] = replace(refresh, refusal=refusal)
                touched += 1
        for token, held in list(self._access.items()):
            if (access or claims) and (person is None or held.session.person == person.oid):
                self._access[token] = replace(held, claims=claims, expires=held.expires if claims else 0.0)
                touched += 1
        return touched

    def _issue(self, grant: Grant, scopes: frozenset[str]) -> Issued:
        session = Session(grant.app.client_id, grant.person.oid, grant.api_scopes)
        token, expires_in = self._open(session)
        issued = Issued(token, expires_in, scopes, grant)
        if "offline_access" in scopes:
            issued.refresh_token = f"1.{self._ids.secret(96)}"
            self._refresh[issued.refresh_token] = _Refresh(grant, self._clock.seconds() + _REFRESH_LIFE)
        return issued

    def _open(self, session: Session) -> tuple[str, int]:
        token, expires_in = f"eyJ0eXAiOiJKV1Qi.{self._ids.secret(96)}", self._ids.between(3600, 5400)
        self._access[token] = _Access(session, self._clock.seconds() + expires_in)
        return token, expires_in


def read_scopes(text: str) -> frozenset[str]:
    """Read a scope parameter: space-separated, with or without Graph's address in front."""
    return frozenset(scope.removeprefix(_RESOURCE) for scope in text.split())


def _fits(verifier: str, challenge: str, method: str) -> bool:
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return hmac.compare_digest(digest if method == "S256" else verifier, challenge)
