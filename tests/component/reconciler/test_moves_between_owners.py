"""A record is given to another owner (M22): never in no calendar, never in two, and always explained."""

from typing import Any

import pytest

from contracts.events import Attendee, PersonKind, Reply
from contracts.writes import CreateOutlookEvent, DeleteOutlookEvent
from support.links import event
from support.pairs import born_in_espo, later
from support.reconciling import Reconciling, deferred, done, in_espo, in_outlook

BEN = "ben@contoso.test"


async def handed_over(reconciling: Reconciling, *, seconds: float = 5, to: str = "ben", **content: Any) -> list[Any]:
    """Let another owner have the record; gives the writes, the removal first."""
    sent = await reconciling.hear(in_espo("m1", event(**content), account=to, at=later(seconds)))
    return sorted(sent, key=lambda write: isinstance(write, CreateOutlookEvent))


@pytest.mark.scenario("E-01", "G-02")
async def test_a_record_given_to_somebody_who_does_not_sync_leaves_the_old_calendar_and_says_why(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    (removal,) = await handed_over(reconciling)
    assert isinstance(removal, DeleteOutlookEvent)
    assert await reconciling.hear(done(removal, None)) == []
    reason = await reconciling.database.pool.fetchval("SELECT reason FROM skips WHERE item = 'm1'")
    assert reason == "its new owner does not sync"

    await reconciling.connect("ben")
    (creation,) = await handed_over(reconciling, seconds=10)
    assert creation.mailbox == BEN


@pytest.mark.scenario("E-04")
async def test_a_record_that_was_never_in_outlook_may_change_hands_without_a_write(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", direction="outlook_to_espo")
    await reconciling.connect("ben", direction="outlook_to_espo")
    assert await reconciling.hear(in_espo("m1", event())) == []
    assert await handed_over(reconciling) == []


@pytest.mark.scenario("G-03")
async def test_a_record_that_goes_to_a_colleague_and_back_within_seconds_is_in_one_calendar(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    await born_in_espo(reconciling)
    there = await handed_over(reconciling, seconds=5)
    back = await handed_over(reconciling, seconds=7, to="ann")
    calendars = {"o1": "ann"}
    for number, write in enumerate((*there, *back)):
        stored = None
        if isinstance(write, CreateOutlookEvent):
            calendars[f"new{number}"] = write.account
            stored = in_outlook(f"new{number}", event(), account=write.account, transaction_id=write.transaction_id)
        else:
            calendars.pop(write.outlook_id)
        for further in await reconciling.hear(done(write, stored)):
            assert isinstance(further, DeleteOutlookEvent)
            calendars.pop(further.outlook_id)
            await reconciling.hear(done(further, None))
    assert list(calendars.values()) == ["ann"]


@pytest.mark.scenario("G-04")
async def test_a_move_that_a_crash_interrupted_is_finished_without_a_second_event(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    await born_in_espo(reconciling)
    removal, creation = await handed_over(reconciling)
    assert await handed_over(reconciling) == []

    await reconciling.database.pool.execute(
        """
        UPDATE links SET due_at = now(),
          body = jsonb_set(body, '{outlook,flight,issued_at}', '"2020-01-01T00:00:00Z"') WHERE in_flight > 0
        """
    )
    again = await reconciling.tick()
    removals = [write.outlook_id for write in again if isinstance(write, DeleteOutlookEvent)]
    creations = [write.transaction_id for write in again if isinstance(write, CreateOutlookEvent)]
    assert (removals, creations) == ([removal.outlook_id], [creation.transaction_id])


@pytest.mark.scenario("G-05")
async def test_a_calendar_that_cannot_be_reached_does_not_hold_up_the_new_owners(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    await born_in_espo(reconciling)
    removal, creation = await handed_over(reconciling)
    assert creation.mailbox == BEN
    assert await reconciling.hear(deferred(removal, 3600)) == []
    query = "SELECT body ->> 'reason' FROM links WHERE state = 'pending' AND account = 'ann'"
    assert await reconciling.database.pool.fetchval(query) == "another user owns it now"


@pytest.mark.scenario("G-06")
async def test_the_reply_of_a_guest_outlives_the_move(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    guest = Attendee(address="dora@contoso.test", kind=PersonKind.USER, reply=Reply.ACCEPTED)
    await born_in_espo(reconciling, content=event(people=(guest,)))
    _, creation = await handed_over(reconciling, people=(guest,))
    asked_anew = event(people=(guest.model_copy(update={"reply": Reply.NONE}),), cancelled=None)
    stored = in_outlook("o2", asked_anew, account="ben", transaction_id=creation.transaction_id)
    assert await reconciling.hear(done(creation, stored), stored) == []
