"""One edit is one trace: from the webhook that told of it to the write that the other side confirmed."""

from collections import defaultdict

import pytest

from observability.collecting import Collector, Sent
from support.whole import Whole
from tandem.people.cast import ANN
from tandem.polling import until

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(420)]

PATIENCE = 30.0


def traces(spans: list[Sent]) -> dict[str, list[Sent]]:
    """Sort spans by their trace."""
    sorted_out: defaultdict[str, list[Sent]] = defaultdict(list)
    for span in spans:
        sorted_out[span.trace].append(span)
    return sorted_out


def whole_stories(spans: list[Sent], *names: str) -> list[list[Sent]]:
    """Find the traces that hold all of these spans, and of which every span but one has its parent among the others."""
    return [
        trace
        for trace in traces(spans).values()
        if set(names) <= {span.name for span in trace}
        and sum(span.parent not in {other.id for other in trace} for span in trace) == 1
    ]


async def test_a_change_in_outlook_is_one_trace_over_three_services(whole: Whole, collector: Collector) -> None:
    collector.spans.clear()
    await whole.plans_in_outlook(ANN, "Followed")
    await whole.one_in_espo(ANN, "Followed")

    async def told() -> list[list[Sent]] | None:
        return (
            whole_stories(
                collector.spans,
                "POST /graph/notifications",
                "outlook.notices.v1 calendar_touched",
                "outlook.looks.v1 look_at_calendar",
                "outlook.changes.v1 outlook_seen",
                "espo.writes.v1 create_espo_record",
                "EspoCRM POST Meeting",
                "espo.outcomes.v1 done",
            )
            or None
        )

    stories = await until(told, PATIENCE)
    assert stories is not None, sorted({(span.service, span.name) for span in collector.spans})
    assert {span.service for story in stories for span in story} >= {
        "outlook_connector",
        "reconciler",
        "espo_connector",
    }


async def test_a_change_in_espocrm_is_one_trace_to_the_confirmed_write(whole: Whole, collector: Collector) -> None:
    collector.spans.clear()
    await whole.plans_in_espo(ANN, "Followed back")
    await whole.one_in_outlook(ANN, "Followed back")

    async def told() -> list[list[Sent]] | None:
        names = ("espo.changes.v1 espo_seen", "outlook.writes.v1 create_outlook_event", "outlook.outcomes.v1 done")
        return whole_stories(collector.spans, *names) or None

    stories = await until(told, PATIENCE)
    assert stories is not None, sorted({(span.service, span.name) for span in collector.spans})
