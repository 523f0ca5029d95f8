"""Calendars of many pages, and what happens in them meanwhile: every event once, and a cursor that misses nothing."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from pydantic import BaseModel

from contracts.changes import CursorAdvanced, OutlookGone, OutlookSeen, OutlookSkipped
from contracts.looks import LookAtEvent
from graph.asking.client import GraphClient
from outlook_connector.looks import Looks
from outlook_connector.metrics import Metrics
from outlook_connector.subscribing.subscriptions import Subscriber
from support.outlook import ACCOUNT, ANN, SECRET, START, Bus, Person, Simulator, look


@dataclass
class WhileReading(Bus):
    """A bus during whose first message somebody plans one more event."""

    person: Person | None = None
    planned: list[str] = field(default_factory=list)

    async def publish(self, topic: str, key: str, message: BaseModel) -> None:
        if self.person and not self.planned:
            self.planned.append("Meanwhile")
            await self.person.creates(subject="Meanwhile")
        await super().publish(topic, key, message)


def titles(bus: Bus) -> Counter[str]:
    return Counter(seen.event.title for seen in bus.of(OutlookSeen))


@pytest.mark.scenario("Q-09", "W-01")
@pytest.mark.parametrize("events", [1, 250], ids=["one page", "many pages"])
async def test_every_event_is_told_once_however_many_pages_there_are(
    looks: Looks, bus: Bus, ann: Person, simulator: Simulator, events: int
) -> None:
    for number in range(events):
        await ann.creates(subject=str(number))
    await simulator.forget_requests()

    await looks.carry_out(look())

    assert titles(bus) == Counter(map(str, range(events)))
    assert (len(await simulator.requests("GET")) > 1) is (events > 1)


@pytest.mark.scenario("A-18")
async def test_an_event_that_is_planned_while_the_calendar_is_read_is_told_by_the_end_of_the_next_look(
    graph: GraphClient, metrics: Metrics, ann: Person
) -> None:
    for number in range(250):
        await ann.creates(subject=str(number))
    bus = WhileReading(person=ann)
    looks = Looks(graph, Subscriber(graph, "http://127.0.0.1:9", SECRET), bus, metrics)

    await looks.carry_out(look())
    await looks.carry_out(look(bus.of(CursorAdvanced)[-1].cursor))

    ids = {seen.outlook_id for seen in bus.of(OutlookSeen) if seen.event.title == "Meanwhile"}
    assert len(ids) == 1
    assert set(titles(bus)) == {"Meanwhile", *map(str, range(250))}


@pytest.mark.scenario("H-08", "Z-12")
async def test_an_event_at_the_edge_of_the_window_is_not_told_over_and_over(
    looks: Looks, bus: Bus, ann: Person
) -> None:
    day = (START + timedelta(days=400)).date()
    for offset in (-1, 0, 1):
        first = {"dateTime": f"{day + timedelta(days=offset)}T00:00:00", "timeZone": "UTC"}
        last = {"dateTime": f"{day + timedelta(days=offset + 1)}T00:00:00", "timeZone": "UTC"}
        await ann.creates(subject=f"{offset} days", isAllDay=True, start=first, end=last)
    await looks.carry_out(look())
    cursor = bus.of(CursorAdvanced)[-1].cursor
    assert "-1 days" in titles(bus)
    bus.published.clear()

    await looks.carry_out(look(cursor))

    assert [one.kind for one in bus.messages] == ["cursor_advanced"]


@pytest.mark.scenario("D-21", "M-15")
async def test_an_event_that_was_dragged_to_another_calendar_is_still_there_under_its_id(
    looks: Looks, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    event = await ann.creates(subject="Dragged")
    other = await ann.calendar("Projects")
    await looks.carry_out(look())
    cursor = bus.of(CursorAdvanced)[-1].cursor
    bus.published.clear()
    await simulator.post(f"events/{event['id']}/move", mailbox=ANN, calendar=other)

    await looks.carry_out(look(cursor))
    await looks.carry_out(LookAtEvent(account=ACCOUNT, mailbox=ANN, outlook_id=event["id"]))

    assert [(gone.outlook_id, gone.confirmed) for gone in bus.of(OutlookGone)] == [(event["id"], False)]
    assert [(seen.outlook_id, seen.event.title) for seen in bus.of(OutlookSeen)] == [(event["id"], "Dragged")]


@pytest.mark.scenario("D-13")
async def test_an_event_that_was_moved_out_of_the_window_is_still_there_under_its_id(
    looks: Looks, bus: Bus, ann: Person
) -> None:
    event = await ann.creates()
    await looks.carry_out(look())
    cursor = bus.of(CursorAdvanced)[-1].cursor
    bus.published.clear()
    far = {"dateTime": "2031-01-01T09:00:00", "timeZone": "UTC"}
    await ann.edits(event["id"], start=far, end={**far, "dateTime": "2031-01-01T10:00:00"})

    await looks.carry_out(look(cursor))
    await looks.carry_out(LookAtEvent(account=ACCOUNT, mailbox=ANN, outlook_id=event["id"]))

    assert [gone.confirmed for gone in bus.of(OutlookGone)] == [False]
    assert [seen.outlook_id for seen in bus.of(OutlookSeen)] == [event["id"]]


@pytest.mark.scenario("R-52", "R-47", "W-03", "W-04", "M-11")
async def test_of_a_calendar_of_all_kinds_the_single_events_are_told_and_each_series_is_explained_once(
    looks: Looks, bus: Bus, ann: Person, metrics: Metrics
) -> None:
    weekly = {
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"], "firstDayOfWeek": "monday"},
        "range": {"type": "numbered", "startDate": "2026-03-02", "numberOfOccurrences": 4},
    }
    master = await ann.creates(subject="Weekly", recurrence=weekly)
    window = "startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-04-01T00:00:00Z"
    occurrences = (await ann._ask("GET", f"events/{master['id']}/instances?{window}"))["value"]
    await ann.edits(occurrences[1]["id"], subject="Moved from weekly")
    single = await ann.creates(subject="Single")
    removed = await ann.creates(subject="Removed")
    await looks.carry_out(look())
    cursor = bus.of(CursorAdvanced)[-1].cursor
    assert titles(bus) == Counter(("Single", "Removed"))
    assert [(one.outlook_id, one.reason) for one in bus.of(OutlookSkipped)] == [(master["id"], "recurring")]
    assert metrics.changes.labels("outlook_skipped:recurring")._value.get() == 1
    bus.published.clear()

    await ann.deletes(removed["id"])
    await ann.edits(single["id"], subject="Single, edited")
    await ann.edits(occurrences[2]["id"], subject="Moved, too")
    await looks.carry_out(look(cursor))

    assert titles(bus) == Counter(("Single, edited",))
    assert [gone.outlook_id for gone in bus.of(OutlookGone)] == [removed["id"]]
    assert {one.outlook_id for one in bus.of(OutlookSkipped)} == {master["id"]}
