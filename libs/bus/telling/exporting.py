"""The half of tracing that costs something: OpenTelemetry's SDK, and the thread that sends spans to a collector.

It is apart from `bus.telling.tracing` so that a process that sends no traces never loads it.
"""

from collections.abc import Callable

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Tracer


def export(service: str) -> tuple[Tracer, Callable[[], None]]:
    """Begin to send spans in the background, in this service's name.

    Answers who records them, and what sends the last of them and ends it.
    """
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("tandem"), provider.shutdown
