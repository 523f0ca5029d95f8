"""One way in to Graph for every request: address from the SDK, body from msgspec, failures as types, and a measure of each.

Nothing is repeated here except what is certain not to have been carried out, or to change nothing, and then only
once.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Protocol, TypeVar, cast

import httpx
import msgspec
from kiota_abstractions.base_request_builder import BaseRequestBuilder
from kiota_abstractions.method import Method
from kiota_abstractions.native_response_handler import NativeResponseHandler
from kiota_abstractions.request_information import RequestInformation
from kiota_http.middleware.options import ResponseHandlerOption
from msgraph.graph_service_client import GraphServiceClient
from opentelemetry.trace import SpanKind

from bus.telling import tracing
from graph.asking.failures import Asked, failure, lost_answer, outage
from graph.asking.lanes import Lanes
from graph.asking.transport import Transport
from graph.errors import CrowdedError, GraphError, UnavailableError, UnclearError
from graph.permission.tokens import TokenSource
from network.not_json import NOT_JSON

_Answer = TypeVar("_Answer")

_SHORT = timedelta(seconds=1)
_PREFER = ('IdType="ImmutableId"', 'outlook.timezone="UTC"')
_NATIVE = ResponseHandlerOption(NativeResponseHandler())
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class Observer(Protocol):
    """Hears of every request: what it was for, how it ended (a status, or `lost`), how many seconds it took."""

    def __call__(self, operation: str, ended: str, seconds: float) -> None:
        """Note one request."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request. `mailbox` is whose lane it takes, "" for none; `at` builds the address; `query` is an SDK parameters object."""

    operation: str
    method: Method
    account: str
    mailbox: str
    at: Callable[[GraphServiceClient], BaseRequestBuilder]
    query: Any = None
    body: msgspec.Struct | None = None
    if_match: str | None = None
    prefer: tuple[str, ...] = ()

    @property
    def safe(self) -> bool:
        """Whether it changes nothing, so that asking twice does no harm."""
        return self.method is Method.GET


def now_in_utc() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


class GraphClient:
    """A Graph host, as our application sees it. `network` and `lanes` replace the ways over which requests leave."""

    def __init__(
        self,
        url: str,
        tokens: TokenSource,
        *,
        observe: Observer,
        clock: Callable[[], datetime] = now_in_utc,
        network: httpx.AsyncBaseTransport | None = None,
        lanes: Lanes | None = None,
    ) -> None:
        self._tokens = tokens
        self._transport = Transport(url, tokens, network)
        self._observe = observe
        self._lanes = lanes or Lanes(clock)
        self.clock = clock

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.close()

    async def send(self, call: Call) -> bytes:
        """Carry out a request and give the body of its answer.

        A pause of up to a second is waited for here, once; a read whose connection breaks is asked again, once.

        Raises:
            GraphError: one of the kinds in `graph.errors`.

        """
        try:
            return await self._in_turn(call)
        except (UnclearError, CrowdedError):
            raise
        except UnavailableError as error:
            wait = error.until - self.clock()
            if wait > _SHORT:
                raise
            await asyncio.sleep(max(wait.total_seconds(), 0))
            return await self._in_turn(call)

    def read(self, content: bytes, kind: type[_Answer]) -> _Answer:
        """Decode an answer. Raises UnclearError where it is something else: it was carried out, but who knows what came of it."""
        try:
            return msgspec.json.decode(content, type=kind)
        except NOT_JSON as error:
            raise lost_answer("Graph's answer cannot be read", self.clock()) from error

    async def _in_turn(self, call: Call) -> bytes:
        async with self._lanes.turn(call.mailbox):
            answer = await self._ask(call)
            if answer.status_code == HTTPStatus.UNAUTHORIZED:
                self._tokens.refused(call.account)
                answer = await self._ask(call)
            if answer.is_success:
                return answer.content
            asked = Asked(safe=call.safe, of_mailbox=bool(call.mailbox))
            raise failure(answer.status_code, answer.headers, answer.content, asked, self.clock())

    async def _ask(self, call: Call) -> httpx.Response:
        try:
            return await self._once(call)
        except httpx.TransportError as error:
            if call.safe and isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError):
                return await self._again(call)
            raise self._named(error, call) from error

    async def _again(self, call: Call) -> httpx.Response:
        try:
            return await self._once(call)
        except httpx.TransportError as error:
            raise self._named(error, call) from error

    def _named(self, error: httpx.TransportError, call: Call) -> GraphError:
        if call.safe or isinstance(error, _NEVER_SENT):
            return outage(f"Graph cannot be reached ({type(error).__name__})", self.clock())
        return lost_answer(f"Graph's answer was lost ({type(error).__name__})", self.clock())

    async def _once(self, call: Call) -> httpx.Response:
        service = self._transport.service(call.account)
        started = time.perf_counter()
        ended = "lost"
        with tracing.span(f"Graph {call.operation}", kind=SpanKind.CLIENT) as span:
            try:
                # With the native handler the SDK gives the httpx answer, whatever its annotation says.
                answer = cast(
                    "httpx.Response",
                    await service.request_adapter.send_primitive_async(_information(call, service), "bytes", {}),
                )
                ended = str(answer.status_code)
            finally:
                self._observe(call.operation, ended, time.perf_counter() - started)
                span.set_attribute("ended", ended)
        return answer


def _information(call: Call, service: GraphServiceClient) -> RequestInformation:
    builder = call.at(service)
    asked = RequestInformation(call.method, builder.url_template, builder.path_parameters)
    asked.set_query_string_parameters_from_raw_object(call.query)
    # The SDK expands the address anew each time it looks at it, a third of a request's cost; so it is settled here.
    asked.path_parameters["baseurl"] = service.request_adapter.base_url
    asked.url = str(asked.url)
    asked.headers.add("Accept", "application/json")
    for preference in (*_PREFER, *call.prefer):
        asked.headers.add("Prefer", preference)
    if call.if_match is not None:
        asked.headers.add("If-Match", call.if_match)
    if call.body is not None:
        asked.headers.add("Content-Type", "application/json")
        asked.content = msgspec.json.encode(call.body)
    asked.add_request_options([_NATIVE])
    return asked
