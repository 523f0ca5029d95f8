"""What Kubernetes and Prometheus ask the console.

It holds nothing that could break for good, so it is alive while it answers, and ready once it has started. That another
service is down is said on the page; taking the console away as well would help nobody.
"""

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bus.telling.health import Health


def probes(health: Health, registry: CollectorRegistry) -> list[Route]:
    """Give `/live`, `/ready` and `/metrics`."""

    async def state(_: Request) -> Response:
        ending = health.ended.is_set()
        return JSONResponse({"ok": not ending, "reasons": ["ending"] if ending else []}, 503 if ending else 200)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/live", state), Route("/ready", state), Route("/metrics", metrics)]
