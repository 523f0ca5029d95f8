"""What aiohttp says of a failure, in httpx's words, which our clients know."""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import httpx

_WORDS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (aiohttp.InvalidURL, httpx.UnsupportedProtocol),
    (aiohttp.NonHttpUrlClientError, httpx.UnsupportedProtocol),
    # Before the request was sent.
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout),
    (aiohttp.ClientConnectorError, httpx.ConnectError),
    (aiohttp.ClientHttpProxyError, httpx.ConnectError),
    # After, or who knows when.
    (aiohttp.SocketTimeoutError, httpx.ReadTimeout),
    (aiohttp.ClientError, httpx.RemoteProtocolError),
    (OSError, httpx.RemoteProtocolError),
)
"""The first that fits, fits best: aiohttp's kinds are built upon one another."""


@contextmanager
def in_words_of_httpx() -> Iterator[None]:
    """Raise httpx's error for aiohttp's; an answer that cannot be unpacked is a lost one.

    It is told by its kind alone: aiohttp's words name the address, which may name a mailbox.
    """
    try:
        yield
    except httpx.DecodingError as error:
        raise httpx.RemoteProtocolError(type(error).__name__) from error
    except (aiohttp.ClientError, OSError) as error:
        kind = next(kind for known, kind in _WORDS if isinstance(error, known))
        raise kind(type(error).__name__) from error


async def never_again(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending a PUT or DELETE once more where its connection broke: our clients know better when to.

    It does so for what it still understands as its own error (`aiohttp.ClientSession`, on persistent connections).
    """
    with in_words_of_httpx():
        return await handler(request)
