"""The refusals of Graph, as values that every part can raise.

Clients decide on `error.code`, so each refusal that real Graph is known to give has one spelling here; the HTTP shell
alone knows how to put it on the wire.
"""

from collections.abc import Mapping
from typing import Any


class GraphError(Exception):
    """A refusal: HTTP status, error code, message, extra headers, and annotations beside code and message."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        annotations: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.annotations = dict(annotations or {})


def bad_body(message: str) -> GraphError:
    """Refuse a body that does not fit the type's schema (unknown property, wrong JSON type, unknown enumeration)."""
    return GraphError(400, "RequestBodyRead", message)


def invalid_property(message: str) -> GraphError:
    """Refuse a well-formed value that Exchange does not store."""
    return GraphError(400, "ErrorPropertyValidationFailure", message)


def invalid_request(message: str) -> GraphError:
    """Refuse a request that makes no sense for this item or mailbox."""
    return GraphError(400, "ErrorInvalidRequest", message)


def bad_query(message: str) -> GraphError:
    """Refuse a query option outside the grammar that the simulator knows, so that drift is noticed."""
    return GraphError(400, "ErrorInvalidUrlQuery", message)


def not_found() -> GraphError:
    """Say that the mailbox has no such item."""
    return GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def access_denied(message: str = "Access is denied. Check credentials and try again.") -> GraphError:
    """Refuse what the token's scopes or the calendar's rights do not cover."""
    return GraphError(403, "ErrorAccessDenied", message)


def stale_change_key() -> GraphError:
    """Refuse a write made on an older version of the item than the mailbox holds."""
    return GraphError(
        412,
        "ErrorIrresolvableConflict",
        "The send or update operation could not be performed because the change key passed in the request does not"
        " match the current change key for the item.",
    )


def unauthenticated(message: str, challenge: str = 'Bearer realm="", error="invalid_token"') -> GraphError:
    """Refuse a missing, unknown or expired access token."""
    return GraphError(401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": challenge})
