"""The door that Graph knocks at. It checks, says that something changed, and is done.

Graph wants an answer within three seconds and punishes a slow door by dropping notifications for all mailboxes, so
nothing is read here. What is not believed is answered like the rest: a refusal would only be sent again for hours
(Graph documentation, "Receive change notifications through webhooks").
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
import structlog
from opentelemetry.trace import SpanKind
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bus.telling import tracing
from contracts.notices import CalendarTouched, SubscriptionEnded
from contracts.topics import OUTLOOK_NOTICES
from graph.asking.answers import Notification, Notifications
from network.not_json import NOT_JSON
from outlook_connector.echoes import Echoes
from outlook_connector.metrics import Metrics
from outlook_connector.publishing import Publisher
from outlook_connector.subscribing.feeds import LIFECYCLE, NOTIFICATIONS, Feed

LARGEST_BODY = 256 * 1024
"""Bytes of a notification that are read at most."""

CONFIRM_WITHIN = 2.5
"""Seconds that the broker has to confirm a notice; Graph waits three."""

_LIFECYCLE_EVENTS = ("missed", "subscriptionRemoved", "reauthorizationRequired")

_log = structlog.get_logger(__name__)


class Door:
    """The HTTP entrance for notifications. `secrets`: by any of them a notification is believed."""

    def __init__(
        self,
        secrets: Sequence[bytes],
        echoes: Echoes,
        publisher: Publisher,
        metrics: Metrics,
        clock: Callable[[], datetime],
        *,
        confirm_within: float = CONFIRM_WITHIN,
    ) -> None:
        self._secrets = secrets
        self._echoes = echoes
        self._publisher = publisher
        self._metrics = metrics
        self._clock = clock
        self._confirm_within = confirm_within

    def routes(self) -> list[Route]:
        """Give the two routes: notifications of changes, and of the subscription's own life."""
        return [
            Route(NOTIFICATIONS, self._changes, methods=["POST"]),
            Route(LIFECYCLE, self._lifecycle, methods=["POST"]),
        ]

    async def _changes(self, request: Request) -> Response:
        with tracing.span(f"POST {NOTIFICATIONS}", kind=SpanKind.SERVER):
            return await self._answer(request, self._touched)

    async def _lifecycle(self, request: Request) -> Response:
        with tracing.span(f"POST {LIFECYCLE}", kind=SpanKind.SERVER):
            return await self._answer(request, self._ended)

    async def _answer(
        self,
        request: Request,
        notices: Callable[[Feed, Sequence[Notification]], Sequence[CalendarTouched | SubscriptionEnded]],
    ) -> Response:
        token = request.query_params.get("validationToken")
        if token is not None:
            return PlainTextResponse(token, headers={"X-Content-Type-Options": "nosniff"})
        body = await _body(request)
        if body is None:
            return self._refuse("too_large", 413)
        try:
            items = msgspec.json.decode(body, type=Notifications).value
        except NOT_JSON:
            return self._refuse("malformed", 400)
        feed = Feed(request.query_params.get("feed", ""), request.query_params.get("account", ""))
        believed = [item for item in items if feed.knows(self._secrets, item.client_state)]
        if len(believed) < len(items):
            self._refuse("client_state", 202)
        return await self._publish(feed, notices(feed, believed))

    def _touched(self, feed: Feed, items: Sequence[Notification]) -> list[CalendarTouched | SubscriptionEnded]:
        news = [item for item in items if not self._echoes.is_one(item)]
        self._metrics.echoes.inc(len(items) - len(news))
        if not news:
            return []
        return [CalendarTouched(feed=feed.name, account=feed.account, received_at=self._clock())]

    def _ended(self, feed: Feed, items: Sequence[Notification]) -> list[CalendarTouched | SubscriptionEnded]:
        said = {item.lifecycle_event for item in items}
        return [
            SubscriptionEnded(feed=feed.name, account=feed.account, lifecycle=event, received_at=self._clock())
            for event in _LIFECYCLE_EVENTS
            if event in said
        ]

    async def _publish(self, feed: Feed, notices: Sequence[CalendarTouched | SubscriptionEnded]) -> Response:
        try:
            async with asyncio.timeout(self._confirm_within):
                for notice in notices:
                    await self._publisher.publish(OUTLOOK_NOTICES.name, feed.account, notice)
                    self._metrics.notices.labels(notice.kind).inc()
        except TimeoutError:
            return self._refuse("bus_too_slow", 503)
        return Response(status_code=202)

    def _refuse(self, reason: str, status: int) -> Response:
        self._metrics.refused_notifications.labels(reason).inc()
        _log.warning("notification refused", reason=reason)
        return Response(status_code=status)


async def _body(request: Request) -> bytes | None:
    """Read the body, or give None as soon as it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)
