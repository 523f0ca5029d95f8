"""How a message finds its place in a trace, and what a span never says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from opentelemetry.trace import SpanKind

from bus.consuming.delivery import Delivery
from bus.publish import headers_for_new_message
from bus.telling import tracing
from bus.telling.story import telling
from observability.collecting import Collector, Sent, collecting

Spans = Callable[[], Awaitable[dict[str, Sent]]]


@pytest.fixture
async def sent(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Spans]:
    """Trace into a collector of the test's own; when asked, end tracing and give what was sent, by name."""
    own: Collector
    async with collecting() as own:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", own.url)
        end = tracing.begin("demo")

        async def spans() -> dict[str, Sent]:
            await asyncio.to_thread(end)
            return {span.name: span for span in own.spans}

        yield spans
        await asyncio.to_thread(end)


def delivery(headers: dict[str, str]) -> Delivery[str]:
    """A message as it is read on the other side of the bus."""
    return Delivery(
        message="hello",
        topic="notes.v1",
        partition=0,
        offset=0,
        key="k",
        message_id=headers["message_id"],
        correlation_id=headers["correlation_id"],
        traceparent=headers.get(tracing.HEADER, ""),
    )


async def test_a_message_is_handled_in_the_trace_of_who_published_it(sent: Spans) -> None:
    with tracing.span("publish"):
        headers = headers_for_new_message()
    with telling(delivery(headers)), tracing.span("look"):
        pass
    spans = await sent()
    assert len({span.trace for span in spans.values()}) == 1
    assert spans["notes.v1 str"].parent == spans["publish"].id
    assert spans["look"].parent == spans["notes.v1 str"].id


async def test_a_message_of_nobodys_trace_begins_one(sent: Spans) -> None:
    with telling(delivery({"message_id": "m", "correlation_id": "c"})):
        pass
    assert (await sent())["notes.v1 str"].parent == ""


async def test_a_span_names_its_story_so_that_its_log_lines_are_found(sent: Spans) -> None:
    with telling(delivery({"message_id": "m", "correlation_id": "the-story"})):
        pass
    assert "the-story" in (await sent())["notes.v1 str"].said


async def test_a_failure_is_named_by_its_class_and_never_quoted(sent: Spans) -> None:
    with pytest.raises(ValueError, match="Ann's dentist"), tracing.span("write", kind=SpanKind.CLIENT):
        raise ValueError("Ann's dentist")
    said = (await sent())["write"].said
    assert "ValueError" in said
    assert "dentist" not in said


def test_without_a_collector_nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    end = tracing.begin("demo")
    with tracing.span("publish"):
        assert tracing.HEADER not in headers_for_new_message()
    end()
