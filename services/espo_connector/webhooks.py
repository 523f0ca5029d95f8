"""EspoCRM's way in: it says that a record was touched, and we pass the hint on.

EspoCRM gives a receiver ten seconds, sends in turn, and judges by status: 401, 404 and 503 are sent again, four times in
all, ten minutes apart; 400 and 413 never; 410 would delete the webhook, a redirect or 429 lose the event. So the answer
comes as soon as the bus has the notices, and 503 if it does not confirm. (EspoCRM source, `Core/Webhook/Queue.php`.)
"""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus

import msgspec
import structlog
from opentelemetry.trace import SpanKind
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bus.errors import KafkaFailure
from bus.telling import tracing
from contracts.notices import RecordTouched
from contracts.topics import ESPO_NOTICES
from espo_connector.asking.client import Clock, utc_now
from espo_connector.errors import EspoError
from espo_connector.feed import Publisher
from espo_connector.hooks.registration import PATH, Registration
from espo_connector.hooks.signatures import signature_in
from espo_connector.metrics import Metrics
from network.not_json import NOT_JSON

MOST_BYTES = 1024 * 1024
_CONFIRMED_WITHIN_SECONDS = 3.0

_log = structlog.get_logger("espo_connector")


class Refusal(Exception):  # noqa: N818  # a statement about a request
    """A request that is not accepted, with the status that EspoCRM is to see."""

    def __init__(self, reason: str, status: HTTPStatus) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class _Item(msgspec.Struct):
    id: str


class Entrance:
    """Receives webhooks."""

    def __init__(
        self,
        registration: Registration,
        publisher: Publisher,
        metrics: Metrics,
        now: Clock = utc_now,
        confirmed_within: float = _CONFIRMED_WITHIN_SECONDS,
    ) -> None:
        self._registration = registration
        self._publisher = publisher
        self._metrics = metrics
        self._now = now
        self._confirmed_within = confirmed_within

    def routes(self) -> list[Route]:
        """Give the HTTP routes."""
        return [Route(f"{PATH}/{{entity}}/{{what}}", self.receive, methods=["POST"])]

    async def receive(self, request: Request) -> Response:
        """Take one delivery: a list of items of one webhook."""
        entity, what = request.path_params["entity"], request.path_params["what"]
        try:
            with tracing.span(f"POST {PATH}", kind=SpanKind.SERVER):
                body = await _body(request)
                await self._check_sender(request, body, f"{entity}.{what}")
                await self._pass_on(self._notices(entity, what, body))
        except Refusal as refusal:
            self._metrics.webhooks.labels(refusal.reason).inc()
            _log.warning("webhook refused", reason=refusal.reason, status=int(refusal.status))
            return Response(status_code=refusal.status)
        self._metrics.webhooks.labels("accepted").inc()
        return Response(status_code=HTTPStatus.OK)

    async def _check_sender(self, request: Request, body: bytes, event: str) -> None:
        signature = signature_in(request.headers)
        if signature is None:
            raise Refusal("unsigned", HTTPStatus.UNAUTHORIZED)
        try:
            webhook = await self._registration.webhook(signature.webhook_id)
        except EspoError:
            raise Refusal("unverifiable", HTTPStatus.SERVICE_UNAVAILABLE) from None
        if webhook is None:
            raise Refusal("unknown_webhook", HTTPStatus.UNAUTHORIZED)
        if not signature.proves(body, webhook.secret):
            raise Refusal("bad_signature", HTTPStatus.UNAUTHORIZED)
        if webhook.event != event:
            raise Refusal("wrong_webhook", HTTPStatus.UNAUTHORIZED)

    def _notices(self, entity: str, what: str, body: bytes) -> list[RecordTouched]:
        try:
            items = msgspec.json.decode(body, type=list[_Item])
        except NOT_JSON:
            raise Refusal("malformed", HTTPStatus.BAD_REQUEST) from None
        received_at = self._now()
        return [
            RecordTouched(entity=entity, espo_id=espo_id, what=what, received_at=received_at)
            for espo_id in dict.fromkeys(item.id for item in items)
        ]

    async def _pass_on(self, notices: Sequence[RecordTouched]) -> None:
        try:
            async with asyncio.timeout(self._confirmed_within):
                await asyncio.gather(
                    *(self._publisher.publish(ESPO_NOTICES.name, notice.espo_id, notice) for notice in notices)
                )
        except (TimeoutError, KafkaFailure):
            raise Refusal("unconfirmed", HTTPStatus.SERVICE_UNAVAILABLE) from None


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise Refusal("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except ClientDisconnect:
        raise Refusal("cut_off", HTTPStatus.BAD_REQUEST) from None
    return bytes(body)
