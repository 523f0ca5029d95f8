"""What can be made to go wrong, on order: each a fault of a simulator that meets Tandem alone, while people go on working."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from tandem.addresses import Addresses

_ALWAYS = 1_000_000_000
_THROTTLED = {"error": {"code": "ApplicationThrottled", "message": "Application is over its limit."}}
_DOWN = {"error": {"code": "serviceNotAvailable", "message": "Service is unavailable."}}
KINDS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "graph-throttles": ("graph", {"status": 429, "headers": {"Retry-After": "2"}, "body": _THROTTLED}),
    "graph-down": ("graph", {"status": 503, "body": _DOWN}),
    "espo-down": ("espo", {"status": 503}),
}


class Mischief:
    """The faults in force. It forgets faults that others have ordered: a simulator has one list of them."""

    def __init__(self, http: httpx.AsyncClient, at: Addresses) -> None:
        self._http = http
        self._callers = {"graph": at.graph.client_id, "espo": at.espo.api_key}
        self._controls = {
            name: f"{url}/_control/faults" for name, url in (("graph", at.graph.url), ("espo", at.espo.url))
        }
        self._one_at_a_time = asyncio.Lock()
        self.on: frozenset[str] = frozenset()

    async def turn(self, kind: str, *, on: bool) -> None:
        """Switch one kind of `KINDS` on or off. Raises httpx.HTTPError where the simulator does not do it."""
        simulator, _ = KINDS[kind]
        async with self._one_at_a_time:
            wanted = self.on | {kind} if on else self.on - {kind}
            (await self._http.delete(self._controls[simulator])).raise_for_status()
            orders = list(self._orders(simulator, sorted(wanted)))
            (await self._http.post(self._controls[simulator], json=orders)).raise_for_status()
            self.on = wanted

    def _orders(self, simulator: str, kinds: Iterable[str]) -> Iterable[dict[str, Any]]:
        for kind in kinds:
            of, fault = KINDS[kind]
            if of == simulator:
                yield {"path": "/(v1.0|api/v1)/", "times": _ALWAYS, "caller": self._callers[of], **fault}
