"""What was removed, and what only looks like it: the rest stays, and nothing comes back by itself (M23 to M26)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from contracts.changes import OutlookGone
from contracts.events import Attendee, PersonKind
from contracts.looks import LookAtEvent
from contracts.outcomes import Vanished
from contracts.writes import (
    CreateEspoRecord,
    CreateOutlookEvent,
    DeleteEspoRecord,
    DeleteOutlookEvent,
    PeopleChange,
    UpdateEspoRecord,
    UpdateOutlookEvent,
)
from support.links import ANN, CARL, event
from support.pairs import born_in_espo, born_in_outlook, gone_from_espo, gone_from_outlook, later
from support.reconciling import Reconciling, done, in_espo, in_outlook, now

OUTSIDE: dict[str, Any] = {"is_organizer": False, "organizer": "boss@client.test", "ical_uid": "u"}


async def state(reconciling: Reconciling, espo_id: str = "m1") -> tuple[str, str]:
    row = await reconciling.database.pool.fetchrow(
        "SELECT state, body ->> 'reason' AS reason FROM links WHERE espo_id = $1", espo_id
    )
    assert row is not None
    return row["state"], row["reason"]


@pytest.mark.scenario("D-01", "D-05")
async def test_several_records_removed_at_once_are_removed_from_outlook_each_once(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    for number in range(3):
        await born_in_espo(reconciling, number)
    deletes = await reconciling.hear(*(gone_from_espo(number) for number in range(3)))
    assert [(type(write), write.outlook_id) for write in deletes] == [
        (DeleteOutlookEvent, f"o{number}") for number in range(3)
    ]
    assert await reconciling.hear(*(gone_from_espo(number) for number in range(3))) == []


@pytest.mark.scenario("D-11", "L-01")
async def test_what_was_removed_by_us_does_not_come_back(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    stale = in_outlook("o1", event(title="Read before the removal"))
    (delete,) = await reconciling.hear(gone_from_espo())
    assert await reconciling.hear(done(delete, None)) == []
    assert await reconciling.hear(stale, gone_from_outlook(confirmed=False), gone_from_outlook()) == []
    assert await state(reconciling) == ("ended", "removed on both sides")


@pytest.mark.scenario("D-13", "D-21")
async def test_an_event_that_only_left_the_window_or_the_calendar_keeps_its_record(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling)
    (look,) = await reconciling.hear(gone_from_outlook(confirmed=False))
    assert isinstance(look, LookAtEvent)
    assert await reconciling.hear(in_outlook("o1", event(), calendar="elsewhere", at=later())) == []
    assert (await state(reconciling))[0] == "in sync"


@pytest.mark.scenario("D-14")
async def test_a_tombstone_of_an_event_that_we_never_knew_is_nothing(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    assert await reconciling.hear(OutlookGone(account="ann", outlook_id="x", confirmed=False, read_at=now())) == []
    assert await reconciling.count("links") == 0


@pytest.mark.scenario("D-22", "M-22")
@pytest.mark.parametrize("born", [born_in_espo, born_in_outlook])
async def test_a_copy_made_in_outlook_is_an_event_of_its_own_and_may_go_without_the_original(
    reconciling: Reconciling, born: Callable[[Reconciling], Awaitable[Any]]
) -> None:
    await reconciling.connect("ann")
    original = await born(reconciling)
    marks = getattr(original, "transaction_id", None)
    (create,) = await reconciling.hear(in_outlook("o2", event(), transaction_id=marks))
    assert isinstance(create, CreateEspoRecord)
    await reconciling.hear(done(create, in_espo("m2", event(), created_by_us=True)))

    (delete,) = await reconciling.hear(gone_from_outlook(2))
    assert isinstance(delete, DeleteEspoRecord)
    assert delete.espo_id == "m2"
    assert (await state(reconciling, "m1"))[0] == "in sync"


@pytest.mark.scenario("D-24")
async def test_an_outlook_event_that_was_kept_when_its_record_was_removed_is_not_taken_for_a_new_one(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling)
    assert await reconciling.hear(gone_from_espo()) == []
    assert await reconciling.hear(in_outlook("o1", event()), in_outlook("o1", event(title="New"), at=later())) == []
    assert await state(reconciling) == ("detached", "removed in EspoCRM; born in Outlook, so it stays there")


@pytest.mark.scenario("D-25", "D-26", "L-05")
async def test_a_record_whose_event_was_removed_in_outlook_stays_and_is_not_made_there_again(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    assert await reconciling.hear(gone_from_outlook()) == []
    assert await reconciling.hear(in_espo("m1", event(title="Edited"), at=later(60))) == []
    assert await state(reconciling) == ("detached", "removed in Outlook; born in EspoCRM, so it stays there")


@pytest.mark.scenario("B-12", "U-01")
async def test_an_update_that_found_nothing_counts_as_a_removal_and_is_not_tried_again(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    (update,) = await reconciling.hear(in_espo("m1", event(title="Edited"), at=later()))
    vanished = Vanished(write_id=update.write_id, link_id=update.link_id, account="ann", finished_at=later(6))
    assert await reconciling.hear(vanished) == []
    assert [write for write in await reconciling.tick() if isinstance(write, UpdateOutlookEvent)] == []
    assert (await state(reconciling))[0] == "detached"


@pytest.mark.scenario("U-02")
async def test_events_made_after_a_removal_go_on_syncing(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, 1)
    (delete,) = await reconciling.hear(gone_from_outlook(1))
    await reconciling.hear(done(delete, None))
    await born_in_outlook(reconciling, 2)
    await born_in_espo(reconciling, 3)
    assert await reconciling.count("links") == 3


@pytest.mark.scenario("D-29")
@pytest.mark.parametrize("guest", [CARL, Attendee(address="ben@contoso.test", kind=PersonKind.USER)])
async def test_a_guest_who_was_removed_from_espocrm_is_taken_off_and_the_event_stays(
    reconciling: Reconciling, guest: Attendee
) -> None:
    await reconciling.connect("ann", contacts_and_leads=True)
    await born_in_espo(reconciling, content=event(people=(guest,)))
    (update,) = await reconciling.hear(in_espo("m1", event(), at=later()))
    assert isinstance(update, UpdateOutlookEvent)
    assert update.patch.fields == ("people",)
    assert update.patch.people == PeopleChange(remove=(guest.address,))


@pytest.mark.scenario("D-06", "E-06", "U-04")
async def test_a_meeting_that_its_organizer_called_off_is_cancelled_in_espocrm(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, content=event(people=(ANN,)), **OUTSIDE)
    called_off = event(title="Canceled: Kick-off", cancelled=True, people=(ANN,))
    (update,) = await reconciling.hear(in_outlook("o1", called_off, at=later(), **OUTSIDE))
    assert isinstance(update, UpdateEspoRecord)
    assert update.patch.cancelled is True


@pytest.mark.scenario("D-07", "T-06")
async def test_a_guest_who_deletes_a_copy_removes_nothing(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    both = event(people=(Attendee(address="ben@contoso.test"),))
    await born_in_outlook(reconciling, content=both, ical_uid="u")
    copy = in_outlook("o2", both, account="ben", is_organizer=False, organizer="ann@contoso.test", ical_uid="u")
    assert await reconciling.hear(copy, gone_from_outlook(2, account="ben")) == []
    assert (await state(reconciling))[0] == "in sync"


@pytest.mark.scenario("B-16")
async def test_a_record_that_is_cancelled_in_espocrm_leaves_the_event_in_outlook_and_says_so(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    assert await reconciling.hear(in_espo("m1", event(cancelled=True), at=later())) == []
    assert await state(reconciling) == ("in sync", "cancelled changed in EspoCRM only")


@pytest.mark.scenario("P-07")
async def test_what_is_not_there_for_a_colleague_is_no_removal_from_its_owners_mailbox(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann", private="full")
    await reconciling.connect("ben")
    await born_in_outlook(reconciling)
    assert await reconciling.hear(gone_from_outlook(account="ben", confirmed=False)) == []
    assert await reconciling.hear(gone_from_outlook(account="ben")) == []
    assert await state(reconciling) == ("in sync", "both sides say the same")


@pytest.mark.parametrize("read", ["before", "after"])
async def test_our_event_that_was_removed_before_its_creation_was_answered_is_no_new_event(
    reconciling: Reconciling, read: str
) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", event()))
    removed_at = later(10)
    ended = {"write_id": create.write_id, "link_id": create.link_id, "account": "ann", "finished_at": removed_at}
    await reconciling.hear(Vanished(**ended))

    moment = removed_at + timedelta(seconds=1 if read == "after" else -1)
    seen = in_outlook("o1", create.event, at=moment, transaction_id=create.transaction_id)

    assert await reconciling.hear(seen) == []
    assert await reconciling.count("links") == 1


@pytest.mark.parametrize("remove_in_outlook", [False, True])
@pytest.mark.parametrize("heard", ["before the removal is done", "after the removal is done"])
async def test_an_event_whose_removal_is_undone_in_outlook_is_synced_again(
    reconciling: Reconciling, heard: str, remove_in_outlook: bool
) -> None:
    await reconciling.connect("ann", remove_in_outlook=remove_in_outlook)
    await born_in_outlook(reconciling)
    (removal,) = await reconciling.hear(gone_from_outlook())
    undone = in_outlook("o1", event(), at=later(60))  # from Deleted Items it comes back under the same id
    if heard.startswith("before"):
        assert await reconciling.hear(undone) == []
        (create,) = await reconciling.hear(done(removal, None))
    else:
        assert await reconciling.hear(done(removal, None)) == []
        (create,) = await reconciling.hear(undone)
    assert isinstance(create, CreateEspoRecord)
    assert await reconciling.hear(done(create, in_espo("m2", event(), created_by_us=True))) == []
    assert (await state(reconciling, "m2"))[0] == "in sync"


async def test_a_record_whose_removal_is_undone_in_espocrm_is_in_outlook_again(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    first = await born_in_espo(reconciling)
    (removal,) = await reconciling.hear(gone_from_espo())
    await reconciling.hear(done(removal, None))
    (create,) = await reconciling.hear(in_espo("m1", event(), at=later(60)))
    assert isinstance(create, CreateOutlookEvent)
    assert create.transaction_id != first.transaction_id


@pytest.mark.parametrize("heard", ["before the removal is done", "after the removal is done"])
async def test_an_event_read_before_its_removal_was_confirmed_is_not_taken_for_one_that_is_back(
    reconciling: Reconciling, heard: str
) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling)
    (removal,) = await reconciling.hear(gone_from_outlook())
    stale = in_outlook("o1", event(), at=later(1))
    told = (stale, done(removal, None)) if heard.startswith("before") else (done(removal, None), stale)
    assert [write for message in told for write in await reconciling.hear(message)] == []
    assert await state(reconciling) == ("ended", "removed on both sides")


async def test_an_update_heard_of_after_the_removal_of_its_event_does_not_bring_it_back(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling)
    (update,) = await reconciling.hear(in_espo("m1", event(title="Edited"), at=later(2)))
    (removal,) = await reconciling.hear(gone_from_outlook())
    assert isinstance(removal, DeleteEspoRecord)
    assert await reconciling.hear(done(update, in_outlook("o1", event(title="Edited"), at=later(2)))) == []
    assert await reconciling.hear(done(removal, None)) == []
    assert await state(reconciling) == ("ended", "removed on both sides")


async def test_a_record_removed_by_hand_does_not_come_back_with_its_event(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling)
    assert await reconciling.hear(gone_from_espo(), gone_from_outlook()) == []
    assert await reconciling.hear(in_outlook("o1", event(), at=later(60))) == []
