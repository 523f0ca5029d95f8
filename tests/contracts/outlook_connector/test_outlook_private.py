"""Private events against a simulated Graph: what looks and writes tell of them, and what writes leave as it is (M18)."""

from typing import Any

import pytest

from contracts.changes import OutlookSeen, OutlookSkipped
from contracts.events import Private
from contracts.looks import LookAtEvent
from contracts.outcomes import Conflicted, Done, Refused
from contracts.writes import Patch
from outlook_connector.looks import Looks
from outlook_connector.writes import Writes
from support.outlook import ACCOUNT, ANN, Bus, Person, change, look, timed

CANARY = "cardiologist-4711"
SECRET: dict[str, Any] = {
    "subject": CANARY,
    "sensitivity": "private",
    "body": {"contentType": "text", "content": CANARY},
    "location": {"displayName": CANARY},
    "attendees": [{"emailAddress": {"name": CANARY, "address": f"{CANARY}@clinic.test"}, "type": "required"}],
}


def said(bus: Bus) -> str:
    return "\n".join(message.model_dump_json() for message in bus.messages)


@pytest.mark.scenario("P-01")
@pytest.mark.parametrize("one", [True, False], ids=["one event", "a calendar"])
async def test_a_look_that_may_know_the_time_is_told_no_more(looks: Looks, bus: Bus, ann: Person, one: bool) -> None:
    event = await ann.creates(**SECRET)
    of_event = LookAtEvent(account=ACCOUNT, mailbox=ANN, outlook_id=event["id"], private=Private.BUSY)
    await looks.carry_out(of_event if one else look(private=Private.BUSY))
    (seen,) = bus.of(OutlookSeen)
    assert (seen.outlook_id, seen.event.title, seen.event.span) == (event["id"], "Busy", timed())
    assert CANARY not in said(bus)


@pytest.mark.scenario("P-01")
async def test_a_look_that_may_know_everything_is_told_everything(looks: Looks, bus: Bus, ann: Person) -> None:
    await ann.creates(**SECRET)
    await looks.carry_out(look(private=Private.FULL))
    (seen,) = bus.of(OutlookSeen)
    assert (seen.event.title, seen.event.location, seen.event.description) == (CANARY, CANARY, CANARY)


@pytest.mark.scenario("P-06")
async def test_a_look_at_one_category_is_told_of_no_other_event(looks: Looks, bus: Bus, ann: Person) -> None:
    wanted = await ann.creates(categories=["CRM"])
    other = await ann.creates(subject=CANARY)
    await looks.carry_out(look(categories=("CRM",)))
    assert [seen.outlook_id for seen in bus.of(OutlookSeen)] == [wanted["id"]]
    assert [(skip.outlook_id, skip.reason) for skip in bus.of(OutlookSkipped)] == [(other["id"], "category")]
    assert CANARY not in said(bus)


@pytest.mark.scenario("P-01")
async def test_moving_busy_time_changes_the_time_and_no_word(writes: Writes, bus: Bus, ann: Person) -> None:
    event = await ann.creates(**SECRET)
    await writes.carry_out(change(event, Patch(span=timed(3)), private=Private.BUSY))
    (done,) = bus.of(Done)
    assert done.stored.event.span == timed(3)
    assert CANARY not in said(bus)
    after = await ann.reads(event["id"])
    assert {name: after[name] for name in ("subject", "body", "location", "sensitivity")} == {
        name: event[name] for name in ("subject", "body", "location", "sensitivity")
    }


@pytest.mark.scenario("P-02")
async def test_a_write_that_meets_an_event_made_private_meanwhile_is_told_its_time_only(
    writes: Writes, bus: Bus, ann: Person
) -> None:
    event = await ann.creates()
    await ann.edits(event["id"], **SECRET)
    await writes.carry_out(change(event, Patch(title="Renamed"), private=Private.BUSY))
    (conflicted,) = bus.of(Conflicted)
    assert conflicted.fresh.busy_only
    assert CANARY not in said(bus)
    assert (await ann.reads(event["id"]))["subject"] == CANARY


@pytest.mark.scenario("P-02")
async def test_a_write_that_meets_an_event_made_private_meanwhile_is_refused_where_nothing_may_be_known(
    writes: Writes, bus: Bus, ann: Person
) -> None:
    event = await ann.creates()
    await ann.edits(event["id"], **SECRET)
    await writes.carry_out(change(event, Patch(title="Renamed")))
    (refused,) = bus.of(Refused)
    assert "private" in refused.reason
    assert CANARY not in said(bus)
    assert (await ann.reads(event["id"]))["subject"] == CANARY
