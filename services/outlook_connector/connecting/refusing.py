"""How this service says no over HTTP: a kind for programs, words for people, a status that fits.

Consent fails in many ways that are nobody's mistake, and each asks something else of the person in front of the page.
"""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from http import HTTPStatus

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bus.errors import KafkaFailure, Transient
from graph.errors import (
    ConsentError,
    CredentialsError,
    GrantLostError,
    GraphError,
    NoMailboxError,
    NotConnectedError,
    UnavailableError,
)
from graph.permission.refusals import Cause

_LARGEST_BODY = 32 * 1024


class Kind(StrEnum):
    """Why not, beside what Microsoft says (`graph.permission.refusals.Cause`)."""

    STATE_INVALID = "state_invalid"
    STATE_EXPIRED = "state_expired"
    MAILBOX_MISSING = "mailbox_missing"
    OTHER_MAILBOX = "other_mailbox"
    NOT_CONNECTED = "not_connected"
    GRANT_LOST = "grant_lost"
    NOT_ALLOWED = "not_allowed"
    NOT_SET_UP = "not_set_up"
    NOT_STORED = "not_stored"
    NONSENSE = "nonsense"


_WORDS: dict[Kind | Cause, str] = {
    Kind.STATE_INVALID: "This sign-in was not begun here. Press Connect again.",
    Kind.STATE_EXPIRED: "The sign-in took longer than ten minutes. Press Connect again.",
    Kind.MAILBOX_MISSING: "This Microsoft account has no mailbox in Exchange Online, or no licence for one.",
    Kind.NOT_CONNECTED: "This user is not connected to a mailbox.",
    Kind.NOT_SET_UP: "Nobody can connect yet: an administrator has to set TANDEM_GRANT_KEYS.",
    Kind.NOT_STORED: "This cannot be stored at the moment. Try again in a minute.",
    Kind.NONSENSE: "The request makes no sense.",
}
_STATUS = {
    Kind.MAILBOX_MISSING: HTTPStatus.NOT_FOUND,
    Kind.OTHER_MAILBOX: HTTPStatus.CONFLICT,
    Kind.NOT_CONNECTED: HTTPStatus.NOT_FOUND,
    Kind.GRANT_LOST: HTTPStatus.CONFLICT,
    Kind.NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    Kind.NOT_SET_UP: HTTPStatus.CONFLICT,
    Kind.NOT_STORED: HTTPStatus.SERVICE_UNAVAILABLE,
    Kind.NONSENSE: HTTPStatus.UNPROCESSABLE_ENTITY,
    Cause.CONSENT_REFUSED: HTTPStatus.FORBIDDEN,
    Cause.ADMIN_APPROVAL_NEEDED: HTTPStatus.FORBIDDEN,
    Cause.CONDITIONAL_ACCESS: HTTPStatus.FORBIDDEN,
    Cause.WRONG_TENANT: HTTPStatus.FORBIDDEN,
    Cause.APPLICATION_REFUSED: HTTPStatus.FORBIDDEN,
    Cause.SIGN_IN_REFUSED: HTTPStatus.FORBIDDEN,
    Cause.MICROSOFT_UNREACHABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""What is not listed is a bad request. 401 is not used: it would mean that the caller itself is not known."""


_MEANING: tuple[tuple[type[GraphError], Kind | Cause], ...] = (
    (NoMailboxError, Kind.MAILBOX_MISSING),
    (NotConnectedError, Kind.NOT_CONNECTED),
    (GrantLostError, Kind.GRANT_LOST),
    (CredentialsError, Cause.APPLICATION_REFUSED),
    (UnavailableError, Cause.MICROSOFT_UNREACHABLE),
    (GraphError, Kind.NOT_ALLOWED),
)
"""What Graph's errors mean, the first that fits."""


class Refused(Exception):  # noqa: N818 - it is said as "raise Refused(kind)"
    """What was asked for will not be done. `words` may be shown to a person."""

    def __init__(self, kind: Kind | Cause, words: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.words = words or _WORDS.get(kind, "")

    def answer(self) -> Response:
        """Write it as an HTTP answer."""
        return JSONResponse(
            {"error": self.kind, "message": self.words}, status_code=_STATUS.get(self.kind, HTTPStatus.BAD_REQUEST)
        )


Handler = Callable[[Request], Awaitable[Response]]


def answering(handler: Handler) -> Handler:
    """Let a handler raise what stands in its way, and answer that in its place."""

    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except (Refused, GraphError, KafkaFailure, Transient, ValidationError) as error:
            return _refusal(error).answer()

    return answered


async def body_of(request: Request) -> bytes:
    """Read the body of a request. Raises Refused if it is larger than any that makes sense."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_BODY:
            raise Refused(Kind.NONSENSE, "The request is too large.")
    return body


def _refusal(error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, ConsentError):
        return Refused(error.refusal.cause, error.refusal.words)
    if isinstance(error, ValidationError):
        return Refused(Kind.NONSENSE, _named(error))
    kind = next((kind for of, kind in _MEANING if isinstance(error, of)), Kind.NOT_STORED)
    return Refused(kind, error.reason if isinstance(error, GraphError) and kind not in _WORDS else "")


def _named(error: ValidationError) -> str:
    fields = (".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False, include_url=False))
    return f"The request makes no sense: {', '.join(field or 'the body' for field in fields)}"
