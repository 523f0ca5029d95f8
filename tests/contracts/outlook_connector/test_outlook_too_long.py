"""Events that say more than can travel: anybody may invite one of us, and Kafka takes no message over 1 MB."""

from typing import Any

import pytest

from contracts.changes import CursorAdvanced, OutlookSeen, OutlookSkipped
from contracts.events import Event
from contracts.outcomes import Conflicted, Done, Refused
from contracts.size import LONGEST, TOO_LONG
from contracts.writes import Patch
from outlook_connector.looks import Looks
from outlook_connector.writes import Writes
from support.outlook import Bus, Person, change, creation, look, timed

KAFKA_TAKES = 1_048_576


def text(letters: int) -> dict[str, Any]:
    return {"body": {"contentType": "text", "content": "x" * letters}}


def crowd(size: int) -> list[dict[str, Any]]:
    return [{"emailAddress": {"address": f"{number}@{'far' * 60}.test", "name": "x" * 200}} for number in range(size)]


@pytest.mark.parametrize("event", [text(1_100_000), {"attendees": crowd(500)}], ids=["text", "people"])
async def test_an_event_that_is_too_long_is_skipped_and_its_neighbour_told(
    looks: Looks, bus: Bus, ann: Person, event: dict[str, Any]
) -> None:
    long, other = await ann.creates(**event), await ann.creates()

    await looks.carry_out(look())

    [skipped] = bus.of(OutlookSkipped)
    assert (skipped.outlook_id, skipped.reason, skipped.detail) == (long["id"], "too_long", TOO_LONG)
    assert [seen.outlook_id for seen in bus.of(OutlookSeen)] == [other["id"]]
    assert bus.of(CursorAdvanced)
    assert all(len(message.model_dump_json()) < KAFKA_TAKES for message in bus.messages)


async def test_letters_count_by_the_bytes_that_they_take(looks: Looks, bus: Bus, ann: Person) -> None:
    await ann.creates(body={"contentType": "text", "content": "\N{SNOWMAN}" * (LONGEST // 3)})

    await looks.carry_out(look())

    assert [skipped.reason for skipped in bus.of(OutlookSkipped)] == ["too_long"]


async def test_a_long_text_that_fits_is_told(looks: Looks, bus: Bus, ann: Person) -> None:
    await ann.creates(**text(LONGEST - 2_000))

    await looks.carry_out(look())

    assert len(bus.of(OutlookSeen)[0].event.description) == LONGEST - 2_000


async def test_what_was_made_at_the_limit_is_answered_as_done_although_outlook_stores_more(
    writes: Writes, bus: Bus
) -> None:
    await writes.carry_out(creation(Event(title="Demo", span=timed(), description="x" * LONGEST, online=True)))

    assert len(bus.of(Done)[0].stored.model_dump_json()) > LONGEST


async def test_an_edit_that_is_too_long_to_be_told_refuses_the_write_that_met_it(
    writes: Writes, bus: Bus, ann: Person
) -> None:
    await writes.carry_out(creation())
    [event] = await ann.lists()
    await ann.edits(event["id"], **text(1_100_000))

    await writes.carry_out(change(event, Patch(title="Renamed")))

    assert not bus.of(Conflicted)
    assert bus.of(Refused)[0].reason == f"Outlook's event cannot be synced: {TOO_LONG}"
