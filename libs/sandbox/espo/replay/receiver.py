"""The receiver of the recordings, as a network of its own: answers with the status that a path names, or not at all."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

_REFUSING_PORT = 8099
_TLS_SCHEME = "https"


@dataclass(frozen=True, slots=True)
class Received:
    """One POST that arrived."""

    path: str
    headers: httpx.Headers
    raw: bytes
    body: Any


@dataclass(slots=True)
class Receiver(httpx.AsyncBaseTransport):
    """Takes webhooks; `/.../status/410` answers 410, `/.../slow` answers too late, port 8099 refuses."""

    received: list[Received] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Receive one request."""
        if request.url.port == _REFUSING_PORT:
            raise httpx.ConnectError("connection refused", request=request)
        if request.url.scheme == _TLS_SCHEME:
            raise httpx.ConnectError("CERTIFICATE_VERIFY_FAILED", request=request)
        raw = await request.aread()
        parts = request.url.path.split("/")
        self.received.append(Received(request.url.path, request.headers, raw, json.loads(raw)))
        if parts[-1] == "slow":
            raise httpx.ReadTimeout("timed out", request=request)
        return httpx.Response(int(parts[-1]) if parts[-2] == "status" else 200)
