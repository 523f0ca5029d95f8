"""A request and an answer, free of HTTP machinery, so that a `$batch` item and a request of its own are the same thing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec

from sandbox.graph.calendars.items import View
from sandbox.graph.clock import text_of
from sandbox.graph.errors import GraphError
from sandbox.graph.web.prefer import Preferences, read_preferences

JSON_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


@dataclass(frozen=True, slots=True)
class Session:
    """Who calls: the application, the person for whom it does (None for app-only), and what it may do."""

    app_id: str
    person: str | None
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came: `base` the version's address, `path` what follows it and `query`, both percent-encoded."""

    method: str
    base: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Call:
    """A request to Graph. `segments` are the decoded path segments after the version, `path` the same as it was sent.

    `base` is the version's address as the caller knows it; query keys are in lower case; header names are too.
    """

    method: str
    base: str
    path: str
    segments: list[str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    session: Session

    @classmethod
    def of(cls, received: Received, session: Session) -> "Call":
        """Take a request apart."""
        return cls(
            method=received.method,
            base=received.base,
            path="/" + received.path.strip("/"),
            segments=[unquote(segment) for segment in received.path.split("/") if segment],
            query={name.lower(): value for name, value in parse_qsl(received.query, keep_blank_values=True)},
            headers=received.headers,
            body=received.body,
            session=session,
        )

    @cached_property
    def preferences(self) -> Preferences:
        """Read the `Prefer` header. Raises GraphError 400 for an unknown zone."""
        return read_preferences(self.headers.get("prefer", ""))

    @property
    def view(self) -> View:
        """Tell how the caller wants events written."""
        return self.preferences.view

    def json(self) -> Any:
        """Read the body. Raises GraphError 400 for what is not JSON, 415 for what does not claim to be."""
        content_type = self.headers.get("content-type", "")
        if not content_type:
            raise GraphError(400, "RequestBodyRead", "A missing or empty content type header was found.")
        if not content_type.lower().startswith("application/json"):
            raise GraphError(415, "UnsupportedMediaType", f"The content type '{content_type}' is not supported.")
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise GraphError(400, "BadRequest", "Unable to read JSON request payload.") from None


@dataclass(slots=True)
class Answer:
    """An answer; `body` is a JSON value or None for no content."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def refusal(error: GraphError, request_id: str, client_request_id: str, now: int) -> Answer:
    """Write a refusal in Graph's error shape (Microsoft Graph documentation, "Error responses")."""
    inner = {"date": text_of(now)[:19], "request-id": request_id, "client-request-id": client_request_id}
    body = {"code": error.code, "message": error.message, **error.annotations, "innerError": inner}
    return Answer(error.status, {"error": body}, dict(error.headers))
