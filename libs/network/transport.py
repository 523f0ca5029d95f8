"""The network under httpx, on aiohttp's connections: a quarter of the processor time a request (decision 25)."""

from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from yarl import URL

from network.failures import in_words_of_httpx, never_again

_IDLE_SECONDS = 30
"""How long a connection is kept that nobody uses."""

_OURS_TO_SAY = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
"""Headers that aiohttp would add where httpx sends none."""


class Network(httpx.AsyncBaseTransport):
    """A pool of at most `connections`, for the `transport` of an httpx client.

    Speaks HTTP/1.1, follows no redirect, keeps no cookie, and asks once. Certificates are trusted as httpx trusts them
    (`SSL_CERT_FILE` and `SSL_CERT_DIR`), proxies are taken from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.

    Raises httpx's errors: ConnectError and ConnectTimeout where the request was not sent, RemoteProtocolError and ReadTimeout
    where nobody knows, UnsupportedProtocol for an address that is none.
    """

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._trusted = httpx.create_ssl_context()
        self._proxies = getproxies()
        self._opened: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and read the whole answer."""
        with in_words_of_httpx():
            async with self._session().request(
                request.method,
                # As httpx wrote it: aiohttp would decode what need not be encoded, a dot of a path for instance.
                URL(str(request.url), encoded=True),
                headers=request.headers.multi_items(),
                data=await request.aread() or None,
                timeout=_timeout(request.extensions.get("timeout", {})),
                proxy=self._proxy(request.url),
                allow_redirects=False,
            ) as answer:
                body = await answer.read()
            return httpx.Response(answer.status, headers=answer.raw_headers, content=body, request=request)

    async def aclose(self) -> None:
        """Close all connections."""
        if self._opened is not None:
            await self._opened.close()

    def _session(self) -> aiohttp.ClientSession:
        """Give the session; aiohttp makes one only where a loop runs."""
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections, keepalive_timeout=_IDLE_SECONDS, ssl=self._trusted
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=_OURS_TO_SAY,
                auto_decompress=False,  # httpx does
                middlewares=(never_again,),
            )
        return self._opened

    def _proxy(self, url: httpx.URL) -> str | None:
        proxy = self._proxies.get(url.scheme) or self._proxies.get("all")
        if proxy is None or proxy_bypass(url.netloc.decode()):
            return None
        return proxy


def _timeout(told: dict[str, Any]) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=None, connect=told.get("pool"), sock_connect=told.get("connect"), sock_read=told.get("read")
    )
