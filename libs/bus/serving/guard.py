"""Who may ask a service over HTTP: the other parts of the product, by a secret that they share.

A service's HTTP port also takes notifications from outside, and a network policy is a fence that somebody may forget. So
what is meant for our own processes asks for their secret, in one place and in a time that tells nothing.
"""

import hmac
from collections.abc import Iterable

from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

_SCHEME = "bearer"


def guarded(routes: Iterable[Route], secret: SecretStr) -> list[Route]:
    """Let these routes answer only to `Authorization: Bearer <secret>` (RFC 6750, 2.1); anybody else gets 401 in JSON."""
    guard = Middleware(_Guard, secret=secret)
    return [
        Route(route.path, route.endpoint, methods=sorted(route.methods or ()), name=route.name, middleware=[guard])
        for route in routes
    ]


class _Guard:
    """Stands before one route."""

    def __init__(self, app: ASGIApp, secret: SecretStr) -> None:
        self._app = app
        self._secret = secret.get_secret_value().encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scheme, _, given = Headers(scope=scope).get("authorization", "").partition(" ")
        known = scheme.lower() == _SCHEME and hmac.compare_digest(given.strip().encode(), self._secret)
        await (self._app if known else _REFUSAL)(scope, receive, send)


_REFUSAL = JSONResponse(
    {"error": "the service secret (TANDEM_SERVICE_SECRET) is missing or another one"},
    status_code=401,
    headers={"WWW-Authenticate": "Bearer"},
)
