"""One edit by one person as one trace, over every service that it passes.

Traces are an option: without a collector nothing is recorded and nothing is sent. They are made with OpenTelemetry's own
interface rather than FastStream's middleware, which makes a batch one span that belongs to nobody; ours is a span for
each message, joined to the one that published it, also where the message waited in the outbox meanwhile.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

HEADER = "traceparent"
"""W3C Trace Context, section 3.2: under this name a message says which span it came from."""

_COLLECTOR = "OTEL_EXPORTER_OTLP_ENDPOINT"
"""OpenTelemetry's own variable (specification, "OpenTelemetry Protocol Exporter"); without it there are no traces."""

_w3c = TraceContextTextMapPropagator()


@dataclass(slots=True)
class _Recording:
    """Who records spans in this process.

    OpenTelemetry's global is left alone: the Graph SDK would record there too, with the addresses of mailboxes.
    """

    tracer: Tracer | None = None


_recording = _Recording()


def begin(service: str) -> Callable[[], None]:
    """Send this process's spans to the collector that the environment names, if any; answer what sends the last of them.

    What is answered blocks for some seconds where the collector does not answer. OpenTelemetry's other variables
    (sampler, headers, resource attributes) are obeyed as its specification says.
    """
    if not os.environ.get(_COLLECTOR):
        return _nothing
    from bus.telling.exporting import export  # noqa: PLC0415  # a third of a second and 15 MB, for those who trace alone

    _recording.tracer, send_the_last = export(service)

    def end() -> None:
        _recording.tracer = None
        send_the_last()

    return end


def current() -> str:
    """Name the span in hand as W3C's `traceparent` does, "" outside of one and where nothing is traced."""
    if _recording.tracer is None:
        return ""
    carrier: dict[str, str] = {}
    _w3c.inject(carrier)
    return carrier.get(HEADER, "")


@contextmanager
def span(name: str, *, parent: str = "", kind: SpanKind = SpanKind.INTERNAL, **attributes: str | int) -> Iterator[Span]:
    """Record a `with` block as a span: a child of `parent` (a `traceparent`), or of the span in hand.

    Of an error only the class is kept, because its words may quote what somebody wrote.
    """
    if _recording.tracer is None:
        yield INVALID_SPAN
        return
    context = _w3c.extract({HEADER: parent}) if parent else None
    with _recording.tracer.start_as_current_span(
        name,
        context,
        kind=kind,
        attributes={key.replace("__", "."): value for key, value in attributes.items()},
        record_exception=False,
        set_status_on_exception=False,
    ) as begun:
        try:
            yield begun
        except BaseException as error:
            begun.set_attribute("error.type", type(error).__name__)
            begun.set_status(StatusCode.ERROR)
            raise


def _nothing() -> None:
    """There is nothing to send."""
