"""Work done as part of a story: its log lines bear the story's id, its span stands where the trace left off."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry.trace import SpanKind

from bus.consuming.delivery import Delivery
from bus.telling import correlation, tracing


@contextmanager
def telling(delivery: Delivery[Any]) -> Iterator[None]:
    """Handle this delivery within a `with` block; what is logged and published in it belongs to the delivery's story."""
    with (
        correlation.carrying(delivery.correlation_id),
        tracing.span(
            f"{delivery.topic} {delivery.kind}",
            parent=delivery.traceparent,
            kind=SpanKind.CONSUMER,
            messaging__system="kafka",
            messaging__destination__name=delivery.topic,
            messaging__message__id=delivery.message_id,
            messaging__message__conversation_id=delivery.correlation_id,
        ),
    ):
        yield


@contextmanager
def going_on(correlation_id: str, traceparent: str) -> Iterator[None]:
    """Go on with a story whose time has come, without a message, within a `with` block."""
    with correlation.carrying(correlation_id), tracing.span("time has come", parent=traceparent):
        yield
