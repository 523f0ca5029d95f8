"""What Kubernetes and Prometheus ask a service.

`/live` decides over a restart, so it answers no only where a restart helps; `/ready` decides over traffic; `/metrics` is
scraped, and measures the lag at that moment because nothing else knows it.
"""

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bus.broker import Broker

_PING_SECONDS = 2.0


class Probes:
    """The three routes of one service."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self.started = False

    def routes(self) -> list[Route]:
        """Give the routes, to stand beside the service's own."""
        return [
            Route("/live", self._live),
            Route("/ready", self._ready),
            Route("/metrics", self._metrics),
        ]

    async def _live(self, _: Request) -> Response:
        """503 with the reasons where a restart would help: a dead or hanging consumer, or a service that gave up."""
        broker = self._broker
        reasons = [broker.health.unhealthy] if broker.health.unhealthy else []
        reasons += [f"group {group} has stopped consuming" for group in broker.progress.dead_groups()]
        reasons += [
            f"group {lag.group} makes no progress on {lag.topic}/{lag.partition}"
            for lag in await broker.progress.stalled()
        ]
        return _answer(reasons)

    async def _ready(self, _: Request) -> Response:
        """503 with the reasons until the service has started, while it ends, and while Kafka does not answer."""
        broker = self._broker
        reasons = [] if self.started and not broker.health.ended.is_set() else ["not started, or ending"]
        if not reasons and not await broker.client.ping(_PING_SECONDS):
            reasons = ["Kafka does not answer"]
        return _answer(reasons)

    async def _metrics(self, _: Request) -> Response:
        """Give all metrics of this process in Prometheus' text format."""
        gauge = self._broker.metrics.lag
        lags = await self._broker.progress.lags()
        gauge.clear()
        for lag in lags:
            gauge.labels(lag.group, lag.topic, lag.partition).set(lag.messages)
        return Response(generate_latest(self._broker.metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _answer(reasons: list[str]) -> JSONResponse:
    return JSONResponse({"ok": not reasons, "reasons": reasons}, status_code=503 if reasons else 200)
