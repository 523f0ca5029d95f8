"""What both sides tell of themselves on their control surfaces: how much is there, and what the product asked of them when.

That is exact however busy the machine or the bus is, so it decides when a measure is over, and gives its times and counts.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal

import httpx

from tandem.addresses import Addresses
from tandem.polling import until

Side = Literal["graph", "espo"]

_EVERY_SECONDS = 0.25
_CARRIED_OUT = range(HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of the product: `at` is the moment at which it came, in seconds since 1970."""

    method: str
    path: str
    at: float
    carried_out: bool


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of the product to each side, in the order in which they came."""

    graph: list[Asked]
    espo: list[Asked]

    def of(self, side: Side, method: str = "", path: str = "") -> list[Asked]:
        """Give the requests of a side whose method is this and whose path holds this; "" for any."""
        asked = self.graph if side == "graph" else self.espo
        return [one for one in asked if method in {"", one.method} and path in one.path]

    def count(self, side: Side, method: str = "", path: str = "") -> int:
        """Count them."""
        return len(self.of(side, method, path))

    def moments(self, side: Side, method: str, path: str) -> list[float]:
        """Tell when those came that were carried out."""
        return [one.at for one in self.of(side, method, path) if one.carried_out]


class Sides:
    """Both simulated sides, as somebody sees them who looks at them from outside."""

    def __init__(self, http: httpx.AsyncClient, at: Addresses, patience: float) -> None:
        self._http = http
        self._at = at
        self._patience = patience

    async def forget_requests(self) -> None:
        """Begin to count the requests anew."""
        for url in (self._at.graph.url, self._at.espo.url):
            (await self._http.delete(f"{url}/_control/requests")).raise_for_status()

    async def requests(self) -> Requests:
        """Give what the product has asked of both sides since; what people of the crowd asked is not in it."""
        graph = await self._control(self._at.graph.url, "requests")
        espo = await self._control(self._at.espo.url, "requests")
        return Requests(
            _in_order(_asked(one, one["time"]) for one in graph if one["app"] == self._at.graph.client_id),
            _in_order(
                _asked(one, datetime.fromisoformat(one["time"]).timestamp())
                for one in espo
                if one["user"] is None or not one["user"].startswith("bench")
            ),
        )

    async def events(self) -> int:
        """Count the events in all mailboxes."""
        mailboxes = (await self._control(self._at.graph.url, "state"))["mailboxes"]
        return sum(calendar["events"] for mailbox in mailboxes for calendar in mailbox["calendars"])

    async def meetings(self) -> int:
        """Count the meetings in EspoCRM."""
        return int((await self._control(self._at.espo.url, "state"))["records"]["Meeting"])

    async def reaches(self, count: Callable[["Sides"], Awaitable[int]], wanted: int) -> None:
        """Wait until so many are visible, as `events` or `meetings` count them. Raises TimeoutError after the patience."""

        async def are_there() -> bool | None:
            return await count(self) >= wanted or None

        if await until(are_there, self._patience, _EVERY_SECONDS) is None:
            raise TimeoutError(f"{wanted - await count(self)} were not to be seen after {self._patience:.0f} s")

    async def _control(self, url: str, what: str) -> Any:
        return (await self._http.get(f"{url}/_control/{what}")).raise_for_status().json()


def _asked(noted: dict[str, Any], at: float) -> Asked:
    return Asked(noted["method"], noted["path"], at, (noted["status"] or 0) in _CARRIED_OUT)


def _in_order(asked: Iterable[Asked]) -> list[Asked]:
    """EspoCRM's simulator notes a request when it is answered."""
    return sorted(asked, key=lambda one: one.at)
