"""Sees that a system with nothing to do does nothing: whoever writes in answer to its own writes never stops."""

import asyncio
from typing import Any

from tandem.api import Reconciler
from tandem.people.entries import Side
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
    """Answer the writes that Tandem sends to either side in the next seconds, in words; there should be none.

    It is meant for the end of a run that wrote on both sides: a side whose record shows no earlier write of ours is
    answered too, because then the silence proves nothing.
    """
    before = {side: await writes(on, side) for side in Side}
    await asyncio.sleep(seconds)
    unmet = [f"expected earlier writes to {side}; seen none" for side in Side if not before[side]]
    for side in Side:
        unmet += [f"expected no write; seen {write}" for write in (await writes(on, side))[len(before[side]) :]]
    return tuple(unmet)


async def writes(on: Stage, side: Side) -> list[str]:
    """List all writes so far of our own app or API user to a side, as the simulator recorded them."""
    graph, espo = on.addresses.graph, on.addresses.espo
    url, ours = (graph.url, {"app": graph.client_id}) if side is Side.OUTLOOK else (espo.url, {"user": _API_USER})
    answer = await on.http.get(f"{url}/_control/requests")
    requests: list[dict[str, Any]] = answer.raise_for_status().json()
    return [
        f"{request['method']} {request['path']}"
        for request in requests
        if request["method"] in _WRITING and ours.items() <= request.items()
    ]
