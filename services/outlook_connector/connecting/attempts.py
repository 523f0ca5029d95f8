"""An attempt to connect, as it travels through Microsoft and back: OAuth's `state`, which only we can read or make.

It holds all that finishing needs, the PKCE verifier too, so any replica can finish what another one began. It is bound to
the session that began it, so that nobody can be made to connect somebody else's mailbox (RFC 6749, 10.12). Pure.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

import msgspec

from graph.permission.grants import Seal, UnreadableGrantError
from network.not_json import NOT_JSON
from outlook_connector.connecting.refusing import Kind, Refused

LIFETIME = timedelta(minutes=10)
"""As long as Microsoft's authorization code lives (Microsoft identity platform documentation)."""

_VERIFIER_BYTES = 48
"""64 characters; RFC 7636, 4.1 asks for 43 to 128."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True, tag="attempt"):
    """Who connects, until when, and what proves that it is the same one: PKCE's verifier, and a hash of the session."""

    account: str
    verifier: str
    session: str
    expires_at: datetime


def begin(account: str, session: str, now: datetime) -> Attempt:
    """Begin an attempt."""
    verifier = secrets.token_urlsafe(_VERIFIER_BYTES)
    return Attempt(account=account, verifier=verifier, session=_hash(session), expires_at=now + LIFETIME)


def state_of(attempt: Attempt, seal: Seal) -> str:
    """Write an attempt so that it can be shown to anybody. Raises UnreadableGrantError without a key."""
    return seal.close(msgspec.json.encode(attempt))


def attempt_of(state: str, session: str, seal: Seal, now: datetime) -> Attempt:
    """Read a state that came back. Raises Refused if it is not ours, another session's, or too old."""
    try:
        attempt = msgspec.json.decode(seal.open(state), type=Attempt)
    except (UnreadableGrantError, *NOT_JSON) as error:
        raise Refused(Kind.STATE_INVALID) from error
    if not hmac.compare_digest(attempt.session, _hash(session)):
        raise Refused(Kind.STATE_INVALID)
    if now >= attempt.expires_at:
        raise Refused(Kind.STATE_EXPIRED)
    return attempt


def _hash(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()
