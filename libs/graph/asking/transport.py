"""The one connection pool to Graph, with msgraph-sdk's middleware on it and a token that goes nowhere else.

The SDK's usual ways are avoided for cause: its retry handler sleeps inside the call and repeats creates, its
redirects leave the host, its inspectors only cost time, and its ready-made sign-in sends the token to whatever host a
link names.
"""

from typing import Any
from urllib.parse import urlsplit

import httpx
from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from kiota_http.middleware import ParametersNameDecodingHandler, UrlReplaceHandler
from kiota_http.middleware.options import UrlReplaceHandlerOption
from kiota_http.middleware.user_agent_handler import UserAgentHandler
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph.graph_request_adapter import options as GRAPH_OPTIONS  # noqa: N812 - a constant, whatever the SDK calls it
from msgraph.graph_service_client import GraphServiceClient
from msgraph_core import GraphClientFactory  # type: ignore[import-untyped]
from msgraph_core.middleware import GraphTelemetryHandler  # type: ignore[import-untyped]
from msgraph_core.middleware.options import GraphTelemetryHandlerOption  # type: ignore[import-untyped]

from graph.errors import ForeignLinkError
from graph.permission.tokens import TokenSource
from network.transport import Network

_TIMEOUT = httpx.Timeout(30, connect=5)
_CONNECTIONS = 200


def plain_http() -> httpx.AsyncClient:
    """Make an HTTP client with our limits: 30 s for an answer, 5 s for a connection."""
    return httpx.AsyncClient(transport=Network(_CONNECTIONS), timeout=_TIMEOUT)


class Transport:
    """Requests to one Graph host. `url` is its root, without `/v1.0`; `network` replaces the network over which they leave."""

    def __init__(self, url: str, tokens: TokenSource, network: httpx.AsyncBaseTransport | None = None) -> None:
        self._origin = _origin(url)
        self._base_url = f"{url.rstrip('/')}/v1.0"
        self._tokens = tokens
        # Held apart, because the SDK's wrapping of it does not close it.
        self._pool = network or Network(_CONNECTIONS)
        self._http = GraphClientFactory.create_with_custom_middleware(
            middleware=[
                ParametersNameDecodingHandler(),
                UrlReplaceHandler(GRAPH_OPTIONS[UrlReplaceHandlerOption.get_key()]),
                UserAgentHandler(),
                GraphTelemetryHandler(options=GRAPH_OPTIONS[GraphTelemetryHandlerOption.get_key()]),
            ],
            client=httpx.AsyncClient(transport=self._pool, timeout=_TIMEOUT),
        )

    def service(self, account: str) -> GraphServiceClient:
        """Give the SDK's entrance for one account; cheap, all share the pool."""
        sign_in = BaseBearerTokenAuthenticationProvider(_OwnHostOnly(account, self._origin, self._tokens))
        adapter = GraphRequestAdapter(sign_in, client=self._http)
        adapter.base_url = self._base_url
        return GraphServiceClient(request_adapter=adapter)

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()
        await self._pool.aclose()


class _OwnHostOnly(AccessTokenProvider):
    """Gives the token to the configured host alone: a link in an answer may name any other."""

    def __init__(self, account: str, origin: tuple[str, str | None, int | None], tokens: TokenSource) -> None:
        self._account = account
        self._origin = origin
        self._tokens = tokens

    async def get_authorization_token(
        self, uri: str, additional_authentication_context: dict[str, Any] | None = None
    ) -> str:
        """Give the token for `uri`. A claims challenge means that the last one is not good enough any more."""
        if _origin(uri) != self._origin:
            raise ForeignLinkError("a link leads away from the configured Graph host")
        if (additional_authentication_context or {}).get("claims"):
            self._tokens.refused(self._account)
        return await self._tokens.token(self._account)

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        """Say the same as the SDK understands it: by bare host name."""
        return AllowedHostsValidator([self._origin[1] or ""])


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    return parts.scheme, parts.hostname, port or {"https": 443, "http": 80}.get(parts.scheme)
