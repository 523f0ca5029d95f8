"""Sees that a system with nothing to do does nothing: whoever writes in answer to its own writes never stops."""

import asyncio
from typing import Any

from tandem.api import Reconciler
from tandem.people.stage import Stage
from tandem.polling import until

_API_USER = "connector"
_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


async def settled(reconciler: Reconciler, patience: float) -> tuple[str, ...]:
    """Wait until nothing is pending; answer what still is when patience is over."""

    async def nothing_left() -> bool | None:
        return not any((await reconciler.pending()).values()) or None

    if await until(nothing_left, patience):
        return ()
    return (f"expected nothing pending; seen {await reconciler.pending()}",)


async def writes_during(on: Stage, seconds: float) -> tuple[str, ...]:
    """Answer the writes that Tandem sends to either side in the next seconds, in words; there should be none."""
    before = len(await _writes(on))
    await asyncio.sleep(seconds)
    return tuple(f"expected no write; seen {write}" for write in (await _writes(on))[before:])


async def _writes(on: Stage) -> list[str]:
    """List all writes so far of our own app and API user, as both simulators recorded them."""
    graph, espo = on.addresses.graph, on.addresses.espo
    return [
        f"{request['method']} {request['path']}"
        for url, writer in ((graph.url, {"app": graph.client_id}), (espo.url, {"user": _API_USER}))
        for request in await _requests(on, url)
        if request["method"] in _WRITING and writer.items() <= request.items()
    ]


async def _requests(on: Stage, url: str) -> list[dict[str, Any]]:
    answer = await on.http.get(f"{url}/_control/requests")
    requests: list[dict[str, Any]] = answer.raise_for_status().json()
    return requests
