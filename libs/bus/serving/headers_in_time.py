"""A connection on which no whole request comes is closed, or whoever sends headers byte by byte would keep it for ever.

uvicorn times only the silence between two requests, and counts any byte as its end.
"""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_WITHIN_SECONDS = 15.0
"""From the connection, or from the first byte of a further request on it, to the end of the headers."""


def headers_in_time(seconds: float = HEADERS_WITHIN_SECONDS) -> type[asyncio.Protocol]:
    """Give the protocol for uvicorn that waits so long for the headers of a request."""

    class HeadersInTime(H11Protocol):
        """Closes its connection unless a request has begun in time; what comes of a request is `InTime`'s affair."""

        _waiting: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
            super().connection_made(transport)
            self._wait()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self.cycle is None or self.cycle.response_complete:
                self._wait()
            else:
                self._stop_waiting()

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            self._stop_waiting()

        def _wait(self) -> None:
            if self._waiting is None:
                self._waiting = self.loop.call_later(seconds, self.transport.close)

        def _stop_waiting(self) -> None:
            if self._waiting is not None:
                self._waiting.cancel()
                self._waiting = None

    return HeadersInTime
