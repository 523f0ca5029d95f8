"""Removing the event of a record that has another owner now: not with an edit that nobody has heard of (M22)."""

from typing import Any

import pytest

from contracts.changes import OutlookSeen
from contracts.events import Private
from contracts.looks import LookAtEvent
from contracts.outcomes import Conflicted, Done
from contracts.writes import DeleteOutlookEvent
from outlook_connector.looks import Looks
from outlook_connector.writes import Writes
from support.outlook import ACCOUNT, ANN, Bus, Person, Simulator, removal

WITHOUT_PEOPLE = {"people": None, "cancelled": None, "online": None, "join_url": None}
"""What the reconciler does not ask about."""


@pytest.fixture
async def event(ann: Person) -> dict[str, Any]:
    return await ann.creates(subject="Budget", location={"displayName": "Room 1"})


@pytest.fixture
async def known(looks: Looks, bus: Bus, event: dict[str, Any]) -> OutlookSeen:
    """The event as it was read last."""
    await looks.carry_out(LookAtEvent(account=ACCOUNT, mailbox=ANN, outlook_id=event["id"]))
    seen: OutlookSeen = bus.of(OutlookSeen)[0]
    return seen


def of_old_owner(known: OutlookSeen, **other: Any) -> DeleteOutlookEvent:
    decided_on = known.event.model_copy(update=WITHOUT_PEOPLE)
    return removal(known.outlook_id, decided_on=decided_on, modified_at=known.modified_at, **other)


async def test_an_event_that_is_as_it_was_known_is_removed(
    writes: Writes, bus: Bus, ann: Person, known: OutlookSeen
) -> None:
    await writes.carry_out(of_old_owner(known))

    assert [one.stored for one in bus.of(Done)] == [None]
    assert await ann.lists() == []


@pytest.mark.parametrize(
    "edit",
    [
        {"subject": "Edited unheard"},
        {"location": {"displayName": "Elsewhere"}},
        {"body": {"contentType": "text", "content": "New words"}},
        {"end": {"dateTime": "2026-03-02T23:00:00", "timeZone": "UTC"}},
    ],
    ids=lambda edit: next(iter(edit)),
)
async def test_an_event_that_was_edited_unheard_stays_and_is_told(
    writes: Writes, bus: Bus, ann: Person, known: OutlookSeen, edit: dict[str, Any]
) -> None:
    await ann.edits(known.outlook_id, **edit)

    await writes.carry_out(of_old_owner(known))

    (conflicted,) = bus.of(Conflicted)
    assert isinstance(conflicted.fresh, OutlookSeen)
    assert conflicted.fresh.event != known.event
    assert len(await ann.lists()) == 1

    await writes.carry_out(of_old_owner(conflicted.fresh))
    assert await ann.lists() == []


async def test_a_new_version_that_says_the_same_holds_nothing_up(
    writes: Writes, bus: Bus, ann: Person, known: OutlookSeen
) -> None:
    await ann.edits(known.outlook_id, showAs="free")
    assert (await ann.reads(known.outlook_id))["@odata.etag"] != known.version

    await writes.carry_out(of_old_owner(known))

    assert len(bus.of(Done)) == 1
    assert await ann.lists() == []


async def test_what_a_replica_tells_that_lags_behind_is_no_edit(writes: Writes, bus: Bus, known: OutlookSeen) -> None:
    """Or the removal would be tried over and over until the replica has caught up."""
    newer = known.event.model_copy(update={"title": "Known already"})

    await writes.carry_out(of_old_owner(known.model_copy(update={"event": newer})))

    assert len(bus.of(Done)) == 1


async def test_an_event_that_is_gone_by_then_counts_as_removed(
    writes: Writes, bus: Bus, ann: Person, known: OutlookSeen
) -> None:
    await ann.deletes(known.outlook_id)

    await writes.carry_out(of_old_owner(known))

    assert [one.stored for one in bus.of(Done)] == [None]


async def test_an_event_that_became_private_is_removed_and_no_word_of_it_is_told(
    writes: Writes, bus: Bus, ann: Person, known: OutlookSeen
) -> None:
    await ann.edits(known.outlook_id, subject="cardiologist-4711", sensitivity="private")

    await writes.carry_out(of_old_owner(known))

    assert len(bus.of(Done)) == 1
    assert "cardiologist" not in "".join(message.model_dump_json() for message in bus.messages)


async def test_of_a_private_event_only_a_new_time_is_told_where_the_settings_say_so(
    writes: Writes, bus: Bus, ann: Person, known: OutlookSeen
) -> None:
    await ann.edits(known.outlook_id, subject="cardiologist-4711", sensitivity="private")

    await writes.carry_out(of_old_owner(known, private=Private.BUSY))

    (conflicted,) = bus.of(Conflicted)
    assert isinstance(conflicted.fresh, OutlookSeen)
    assert conflicted.fresh.event == known.event.as_busy_time()


async def test_an_ordinary_removal_costs_one_request(
    writes: Writes, event: dict[str, Any], simulator: Simulator
) -> None:
    await simulator.forget_requests()

    await writes.carry_out(removal(event["id"]))

    assert [one["method"] for one in await simulator.requests()] == ["DELETE"]
