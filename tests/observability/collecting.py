"""A collector of traces as OpenTelemetry's protocol describes it: what is sent to it over HTTP can be looked at."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.serve import serving


@dataclass(frozen=True, slots=True)
class Sent:
    """A span as it was sent. Ids are in hexadecimal; a root has no parent. `said` is all that it says, in words."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    said: str


@dataclass(slots=True)
class Collector:
    """Keeps every span, in the order of arrival."""

    url: str = ""
    spans: list[Sent] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        """Take one export (OTLP/HTTP, binary protobuf)."""
        for resource in ExportTraceServiceRequest.FromString(await request.body()).resource_spans:
            named = {attribute.key: attribute.value.string_value for attribute in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.spans += [
                    Sent(
                        named["service.name"],
                        span.name,
                        span.trace_id.hex(),
                        span.span_id.hex(),
                        span.parent_span_id.hex(),
                        str(span),
                    )
                    for span in scope.spans
                ]
        return Response(media_type="application/x-protobuf")


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """Run a collector."""
    collector = Collector()
    async with serving(Starlette(routes=[Route("/v1/traces", collector.take, methods=["POST"])])) as url:
        collector.url = url
        yield collector
