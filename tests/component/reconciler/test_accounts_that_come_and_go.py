"""Who syncs, from which day, and what happened while nobody did: nothing is asked twice, nothing is lost."""

from typing import Any

import pytest

from contracts.changes import LookRefused
from contracts.events import Timed
from contracts.looks import LookAtCalendar, LookAtOwner, LookAtRecords
from contracts.outcomes import Conflicted
from contracts.writes import CreateOutlookEvent, DeleteOutlookEvent, UpdateOutlookEvent
from reconciler.handlers.connect import connect, disconnect
from support.links import ANN, event
from support.pairs import born_in_espo, born_in_outlook, gone_from_espo, later
from support.reconciling import Reconciling, deferred, done, in_espo, in_outlook, now


async def leave(reconciling: Reconciling, account: str = "ann") -> None:
    async with reconciling.database.unit() as unit:
        assert await disconnect(unit, account)


async def states(reconciling: Reconciling) -> list[tuple[str, str]]:
    rows = await reconciling.database.pool.fetch("SELECT state, body ->> 'reason' AS reason FROM links")
    return [(row["state"], row["reason"]) for row in rows]


@pytest.mark.scenario("B-01")
async def test_an_edit_of_a_record_whose_owner_is_not_connected_goes_nowhere(reconciling: Reconciling) -> None:
    await reconciling.hear(in_espo("m1", event()))
    assert await reconciling.hear(in_espo("m1", event(title="Edited"), at=later())) == []
    assert await reconciling.count("links") == 0


@pytest.mark.scenario("A-11")
async def test_what_somebody_plans_for_a_colleague_is_made_in_the_colleagues_mailbox(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    (create,) = await reconciling.hear(in_espo("m1", event(people=(ANN,)), account="ben"))
    assert isinstance(create, CreateOutlookEvent)
    assert (create.mailbox, create.account) == ("ben@contoso.test", "ben")


@pytest.mark.scenario("A-12", "A-15")
async def test_a_record_of_an_owner_who_connects_later_goes_out_then_and_never_through_a_guest(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    planned = in_espo("m1", event(people=(ANN,)), account="ben")
    assert await reconciling.hear(planned) == []

    await reconciling.connect("ben")
    assert "ben" in [look.account for look in await reconciling.tick() if isinstance(look, LookAtOwner)]
    (create,) = await reconciling.hear(planned)
    assert create.mailbox == "ben@contoso.test"
    assert await reconciling.hear(planned) == []


@pytest.mark.scenario("A-14")
async def test_what_ended_before_the_sync_begins_is_not_pushed_when_somebody_connects(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", since="2040-01-01")
    assert await reconciling.hear(*(in_espo(f"m{number}", event()) for number in range(50))) == []
    assert await reconciling.count("skips") == 50


@pytest.mark.scenario("A-09", "O-08")
async def test_what_was_planned_while_the_sync_was_off_goes_out_once_when_it_is_on_again(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await leave(reconciling)
    planned = in_espo("m1", event())
    assert await reconciling.hear(planned) == []

    await reconciling.connect("ann")
    assert [look for look in await reconciling.tick() if isinstance(look, LookAtOwner)]
    assert [type(write) for write in await reconciling.hear(planned)] == [CreateOutlookEvent]
    assert await reconciling.hear(planned) == []


@pytest.mark.scenario("B-06", "O-08")
async def test_edits_made_while_the_sync_was_off_are_written_once_with_the_last_state(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    await leave(reconciling)
    for number in range(3):
        edited = in_espo("m1", event(title=f"Title {number}"), at=later(5 + number))
        assert await reconciling.hear(edited) == []

    await reconciling.connect("ann")
    (update,) = await reconciling.hear(edited, in_outlook("o1", event()))
    assert isinstance(update, UpdateOutlookEvent)
    assert update.patch.title == "Title 2"


@pytest.mark.scenario("D-08")
async def test_a_removal_while_the_sync_was_off_is_carried_out_when_it_is_on_again(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling, content=event(span=Timed(start=later(3600), end=later(7200))))
    await leave(reconciling)
    assert await reconciling.hear(gone_from_espo()) == []

    await reconciling.connect("ann")
    assert ("m1",) in [look.espo_ids for look in await reconciling.tick() if isinstance(look, LookAtRecords)]
    (delete,) = await reconciling.hear(gone_from_espo())
    assert isinstance(delete, DeleteOutlookEvent)


async def fifty_writes_of_who_has_left(reconciling: Reconciling) -> list[Any]:
    """Ann's first push is under way when she leaves, and her writes become overdue."""
    await reconciling.connect("ann")
    creations = await reconciling.hear(*(in_espo(f"m{number}", event()) for number in range(50)))
    await leave(reconciling)
    await reconciling.database.pool.execute(
        """
        UPDATE links SET due_at = now() - interval '2 minutes',
          body = jsonb_set(body, '{outlook,flight,issued_at}', '"2020-01-01T00:00:00Z"') WHERE account = 'ann'
        """
    )
    return creations


async def test_writes_of_who_has_left_do_not_keep_those_of_others_from_being_tried_again(
    reconciling: Reconciling,
) -> None:
    assert len(await fifty_writes_of_who_has_left(reconciling)) == 50
    await reconciling.connect("ben")
    (create,) = await reconciling.hear(in_espo("b1", event(), account="ben"))
    assert await reconciling.hear(deferred(create, 1)) == []
    await reconciling.database.pool.execute(
        """
        UPDATE links SET due_at = now() - interval '1 minute',
          body = jsonb_set(body, '{outlook,rest_until}', '"2020-01-01T00:00:00Z"') WHERE account = 'ben'
        """
    )
    again = [write for write in await reconciling.tick() if isinstance(write, CreateOutlookEvent)]
    assert [(write.account, write.transaction_id) for write in again] == [("ben", create.transaction_id)]


async def test_writes_that_were_under_way_when_somebody_left_are_asked_for_again_when_he_is_back(
    reconciling: Reconciling,
) -> None:
    creations = await fifty_writes_of_who_has_left(reconciling)
    await reconciling.tick()
    await reconciling.connect("ann")
    again = [write for write in await reconciling.tick() if isinstance(write, CreateOutlookEvent)]
    assert {write.transaction_id for write in again} == {write.transaction_id for write in creations}


@pytest.mark.scenario("D-27")
async def test_leaving_changes_nothing_on_either_side(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling, 1)
    await born_in_outlook(reconciling, 2)
    await leave(reconciling)
    assert await reconciling.take_sent() == []
    assert await reconciling.count("links") == 2


@pytest.mark.scenario("O-08", "W-02")
async def test_reading_everything_again_makes_nothing_twice_and_removes_nothing(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling, 1)
    await born_in_outlook(reconciling, 2)
    everything = [in_outlook("o1", event()), in_outlook("o2", event()), in_espo("m1", event()), in_espo("m2", event())]
    assert await reconciling.hear(*everything) == []
    assert await reconciling.count("links") == 2


@pytest.mark.scenario("Z-03")
async def test_a_new_zone_of_the_owner_moves_no_event(reconciling: Reconciling) -> None:
    ann = await reconciling.connect("ann")
    await born_in_espo(reconciling)
    async with reconciling.database.unit() as unit:
        await connect(unit, ann.model_copy(update={"zone": "Asia/Tokyo"}), reconciling.settings)
    assert await reconciling.take_sent() == []
    assert await reconciling.hear(in_espo("m1", event()), in_outlook("o1", event())) == []

    (update,) = await reconciling.hear(in_espo("m1", event(title="Renamed"), at=later()))
    assert update.zone == "Asia/Tokyo"
    assert update.patch.span is None


@pytest.mark.scenario("D-28")
async def test_a_mailbox_that_cannot_be_read_any_more_removes_nothing_and_is_flagged(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    (look,) = [look for look in await reconciling.tick() if isinstance(look, LookAtCalendar)]
    reason = "there is no such mailbox"
    assert await reconciling.hear(LookRefused(feed=look.feed, look_id=look.look_id, reason=reason)) == []

    assert await states(reconciling) == [("in sync", "both sides say the same")]
    (feed,) = await reconciling.database.pool.fetch("SELECT reason FROM feeds WHERE feed = $1", look.feed)
    assert feed["reason"] == reason


@pytest.mark.scenario("W-16")
async def test_a_calendar_whose_notification_was_lost_is_read_when_its_poll_is_due(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.tick()
    await reconciling.database.pool.execute(
        "UPDATE feeds SET next_look_at = now(), looking_until = now() - interval '1 second' WHERE kind = 'calendar'"
    )
    assert [type(look) for look in await reconciling.tick()] == [LookAtCalendar]
    (feed,) = await reconciling.database.pool.fetch("SELECT * FROM feeds WHERE kind = 'calendar'")
    assert 0 < (feed["next_look_at"] - now()).total_seconds() <= 1.1 * feed["every_seconds"]


async def conflict(reconciling: Reconciling, number: int) -> Any:
    """Both sides rename a pair before either hears of the other, Outlook last. Gives the write that follows."""
    (to_outlook,) = await reconciling.hear(in_espo(f"m{number}", event(title="EspoCRM's"), at=later(5)))
    conflicted = Conflicted(
        write_id=to_outlook.write_id,
        link_id=to_outlook.link_id,
        account="ann",
        finished_at=now(),
        fresh=in_outlook(f"o{number}", event(title="Outlook's"), at=later(6)),
    )
    (write,) = await reconciling.hear(conflicted)
    return write


@pytest.mark.scenario("K-08")
async def test_a_new_rule_for_conflicts_concerns_the_later_ones_only(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling, 1)
    await born_in_espo(reconciling, 2)
    first = await conflict(reconciling, 1)
    assert first.patch.title == "Outlook's"
    await reconciling.hear(done(first, in_espo("m1", event(title="Outlook's"), at=later(20))))

    await reconciling.connect("ann", winner="espo")
    assert await reconciling.take_sent() == []
    second = await conflict(reconciling, 2)
    assert second.patch.title == "EspoCRM's"


@pytest.mark.scenario("U-08")
async def test_a_mailbox_that_got_another_address_keeps_its_events(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    await reconciling.connect("ann", mailbox="ann.lee@contoso.test")
    assert await reconciling.hear(in_outlook("o1", event()), in_espo("m1", event())) == []
    (update,) = await reconciling.hear(in_espo("m1", event(title="Renamed"), at=later()))
    assert (update.mailbox, update.outlook_id) == ("ann.lee@contoso.test", "o1")
