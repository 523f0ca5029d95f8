"""Our conversation with EspoCRM: few connections, one key, typed errors.

EspoCRM is the bottleneck of a first pull, and its own users wait behind us. So the limit is here, below everything that
asks; how high it is, EspoCRM's answers tell (`espo_connector.asking.turns`).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import msgspec
from opentelemetry.trace import SpanKind

from bus.telling import tracing
from espo_connector.asking.answers import error_of, moment_of, value_of
from espo_connector.asking.patience import Patience
from espo_connector.asking.turns import MOST, NoTurn, Turns
from espo_connector.errors import Crowded, KeyRefused, NotThere, Throttled, Unavailable, Unclear
from espo_connector.metrics import Metrics
from network.transport import Network

_STEPS = frozenset(("", ".", ".."))
"""Steps of a path (RFC 3986, 3.3), which no encoding makes a name: what they lead to is another address."""

_TIMEOUT = httpx.Timeout(30.0, connect=5.0, pool=None)

Record = dict[str, Any]
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list, whether there are more behind them, and when EspoCRM answered, by its own clock (None: it did not say)."""

    rows: list[Record]
    more: bool
    told_at: datetime | None = None


class Client:
    """EspoCRM's REST API, as one API user. `network` replaces the network over which requests leave.

    Every method raises NotThere, Rejected (Denied, Invalid, Locked, Duplicate, KeyRefused) or Unavailable (Maintenance,
    Throttled, Crowded, Unclear).
    """

    def __init__(
        self,
        url: str,
        key: str,
        metrics: Metrics,
        now: Clock = utc_now,
        timeout: httpx.Timeout = _TIMEOUT,
        *,
        network: httpx.AsyncBaseTransport | None = None,
        turns: Turns | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=f"{url.rstrip('/')}/api/v1/",
            headers={"X-Api-Key": key, "Accept": "application/json"},
            timeout=timeout,
            transport=network or Network(MOST),
        )
        self._turns = turns or Turns()
        self._metrics = metrics
        self._now = now
        self._patience = Patience(now)
        self._closed: KeyRefused | Throttled | None = None

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def rows(self, entity: str, search: str) -> Page:
        """Read a page of a list; `search` comes from `espo_connector.asking.query`."""
        params, headers = {"searchParams": search}, {"X-No-Total": "true"}
        answer = await self._exchange("GET", quote(entity, safe=""), entity, params=params, headers=headers)
        found = value_of(answer, self._patience)
        if not isinstance(found, dict) or not isinstance(found.get("list"), list):
            raise Unclear("EspoCRM's answer is not a list", self._patience.until())
        return Page(found["list"], found.get("total") == -1, moment_of(answer))

    async def read(self, entity: str, record_id: str) -> Record:
        """Read one record whole."""
        return self._record(await self._ask("GET", _path(entity, record_id), f"{entity}/{{id}}"))

    async def create(self, entity: str, body: Record) -> Record:
        """Make a record. After Unclear it may exist."""
        return self._record(await self._ask("POST", quote(entity, safe=""), entity, body=body))

    async def update(self, entity: str, record_id: str, body: Record) -> Record:
        """Change attributes of a record; the answer echoes what was sent and is not what a read would give."""
        return self._record(await self._ask("PUT", _path(entity, record_id), f"{entity}/{{id}}", body=body))

    async def delete(self, entity: str, record_id: str) -> None:
        """Remove a record."""
        await self._ask("DELETE", _path(entity, record_id), f"{entity}/{{id}}")

    async def metadata(self, key: str) -> dict[str, Any]:
        """Read a part of the metadata that is an object; empty where it is missing or not for us."""
        found = await self._ask("GET", "Metadata", "Metadata", params={"key": key})
        return found if isinstance(found, dict) else {}

    async def settings(self) -> Record:
        """Read the settings of the system: its time zone and version among them."""
        return self._record(await self._ask("GET", "Settings", "Settings"))

    async def session(self) -> Record:
        """Read what EspoCRM tells whoever signs in: the user behind the API key, what he may do, the settings."""
        return self._record(await self._ask("GET", "App/user", "App/user"))

    async def texts(self) -> Record:
        """Read the texts of the user interface, in EspoCRM's language. It is a megabyte."""
        return self._record(await self._ask("GET", "I18n", "I18n", params={"default": "true"}))

    async def clock_ahead(self) -> timedelta | None:
        """Tell how far EspoCRM's clock is ahead of ours, to the second; None where an answer does not say the time."""
        asked_at = self._now()
        answer = await self._exchange("GET", "App/about", "App/about")
        told = moment_of(answer)
        return told - asked_at if told else None

    def _record(self, found: Any) -> Record:
        if not isinstance(found, dict):
            raise Unclear("EspoCRM's answer is not a record", self._patience.until())
        return found

    async def _ask(
        self,
        method: str,
        path: str,
        route: str,
        *,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        body: Record | None = None,
    ) -> Any:
        answer = await self._exchange(method, path, route, params=params, headers=headers, body=body)
        return value_of(answer, self._patience)

    async def _exchange(
        self,
        method: str,
        path: str,
        route: str,
        *,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        body: Record | None = None,
    ) -> httpx.Response:
        """Ask, and give the good answer."""
        self._raise_if_closed()
        content = msgspec.json.encode(body) if body is not None else None
        # Without this header EspoCRM takes the body for empty, and says nothing.
        headers = {**(headers or {}), **({"Content-Type": "application/json"} if content is not None else {})}
        answer = await self._in_turn(method, path, route, params=params, headers=headers, content=content)
        if not answer.is_success:
            error = error_of(answer, self._patience)
            if isinstance(error, KeyRefused | Throttled):
                self._closed = error
            raise error
        return answer

    async def _in_turn(self, method: str, path: str, route: str, **request: Any) -> httpx.Response:
        try:
            async with self._turns.turn(reads=method == "GET") as quiet:
                began = asyncio.get_running_loop().time()
                answer = await self._send(method, path, route, **request)
        except NoTurn:
            raise Crowded(self._now()) from None
        except Unavailable:
            self._turns.failed()
            raise
        if answer.is_server_error:
            self._turns.failed()
        elif answer.is_success and _costs_the_same(method, route):
            self._turns.answered(f"{method} {route}", asyncio.get_running_loop().time() - began, quiet=quiet)
        return answer

    def _raise_if_closed(self) -> None:
        """Keep still after a refused key: every further try would count against our address."""
        if self._closed is not None and self._now() < self._closed.until:
            raise self._closed.still()
        self._closed = None

    async def _send(self, method: str, path: str, route: str, **request: Any) -> httpx.Response:
        started = asyncio.get_running_loop().time()
        status = 0
        with tracing.span(f"EspoCRM {method} {route}", kind=SpanKind.CLIENT) as span:
            try:
                answer = await self._http.request(method, path, **request)
                status = answer.status_code
            except (httpx.ConnectError, httpx.ConnectTimeout):
                raise Unavailable("EspoCRM cannot be reached", self._patience.until()) from None
            except httpx.HTTPError:
                raise Unclear("EspoCRM's answer got lost", self._patience.until()) from None
            finally:
                self._metrics.request(method, route, status, asyncio.get_running_loop().time() - started)
                span.set_attribute("status", status)
        return answer


def _costs_the_same(method: str, route: str) -> bool:
    """Tell whether every such request is about the same work: a list may have no row or two hundred."""
    return method != "GET" or route.endswith("/{id}")


def _path(entity: str, record_id: str) -> str:
    if record_id in _STEPS:
        raise NotThere("no record has such an id")
    return f"{quote(entity, safe='')}/{quote(record_id, safe='')}"
