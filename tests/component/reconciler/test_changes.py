"""What arrives from the sides, on a real database: nothing twice, nothing lost."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.changes import EspoGone, EventLookDeferred, OutlookGone, OutlookSkipped
from contracts.looks import LookAtEvent, LookAtRecords
from contracts.notices import CalendarTouched
from contracts.writes import (
    CreateEspoRecord,
    CreateOutlookEvent,
    DeleteEspoRecord,
    DeleteOutlookEvent,
    UpdateOutlookEvent,
)
from support.links import event
from support.reconciling import Reconciling, deferred, done, in_espo, in_outlook, now


async def pair(reconciling: Reconciling) -> CreateOutlookEvent:
    """A meeting of Ann's that is in both places."""
    (create,) = await reconciling.hear(in_espo("m1", event()))
    assert isinstance(create, CreateOutlookEvent)
    assert await reconciling.hear(done(create, in_outlook("o1", event(), transaction_id=create.transaction_id))) == []
    return create


async def test_a_record_created_in_espocrm_goes_out_once(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", event()))
    assert isinstance(create, CreateOutlookEvent)
    assert create.espo == "Meeting/m1"
    assert create.zone == "Europe/Berlin"
    assert await reconciling.hear(in_espo("m1", event())) == []


@pytest.mark.scenario("M-04")
async def test_an_event_created_in_outlook_comes_in_once(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_outlook("o1", event()))
    assert isinstance(create, CreateEspoRecord)
    assert await reconciling.hear(done(create, in_espo("m1", event(), created_by_us=True))) == []
    assert await reconciling.hear(in_espo("m1", event(), created_by_us=True), in_outlook("o1", event())) == []


@pytest.mark.scenario("M-03")
@pytest.mark.parametrize("identity", ["outlook.changes.v1/3/17", "not one of ours", ""])
async def test_a_message_without_an_id_of_ours_is_handled_once_too(reconciling: Reconciling, identity: str) -> None:
    await reconciling.connect("ann")
    seen = in_outlook("o1", event())
    assert len(await reconciling.hear(seen, seen, ids=[identity, identity])) == 1
    assert await reconciling.hear(seen, ids=[identity]) == []
    assert await reconciling.count("inbox") == 1


async def test_a_message_delivered_twice_has_one_effect(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    same = uuid4()
    assert len(await reconciling.hear(in_espo("m1", event()), ids=[same])) == 1
    assert await reconciling.hear(in_espo("m1", event(title="Other")), ids=[same]) == []


@pytest.mark.scenario("A-01")
async def test_without_a_connected_owner_nothing_happens(reconciling: Reconciling) -> None:
    assert await reconciling.hear(in_espo("m1", event())) == []
    assert await reconciling.count("links") == 0


@pytest.mark.scenario("M-02", "M-03", "L-01")
async def test_our_own_creation_seen_in_outlook_before_its_outcome_is_not_a_new_event(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", event()))
    stored = in_outlook("o1", event(), transaction_id=create.transaction_id)
    assert await reconciling.hear(stored) == []
    assert await reconciling.hear(done(create, stored)) == []
    assert await reconciling.count("links") == 1


@pytest.mark.scenario("M-02", "M-03", "L-01")
async def test_our_own_creation_seen_in_espocrm_before_its_outcome_is_not_a_new_event(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_outlook("o1", event()))
    stored = in_espo("m1", event(), created_by_us=True)
    assert await reconciling.hear(stored) == []
    assert await reconciling.hear(done(create, stored)) == []
    assert await reconciling.count("links") == 1


async def test_an_edit_of_our_own_creation_seen_before_its_outcome_is_not_lost(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_outlook("o1", event()))
    stored = in_espo("m1", event(), created_by_us=True)
    edited = in_espo("m1", event(title="Edited"), created_by_us=True, at=now() + timedelta(seconds=3))
    await reconciling.hear(edited)
    (update,) = await reconciling.hear(done(create, stored))
    assert isinstance(update, UpdateOutlookEvent)
    assert update.patch.title == "Edited"


@pytest.mark.scenario("M-19")
async def test_two_events_that_look_alike_get_a_record_each(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    first, second = await reconciling.hear(in_outlook("o1", event()), in_outlook("o2", event()))
    await reconciling.hear(done(first, in_espo("m1", event(), created_by_us=True)))
    await reconciling.hear(done(second, in_espo("m1", event(), created_by_us=True)))
    await reconciling.database.pool.execute("UPDATE links SET due_at = now() WHERE due_at IS NOT NULL")
    await wake(reconciling)
    (again,) = await reconciling.tick()
    assert isinstance(again, CreateEspoRecord)
    assert again.not_these == ("m1",)


@pytest.mark.scenario("B-08")
async def test_twenty_quick_edits_become_two_writes(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await pair(reconciling)
    moment = now()
    sent = [
        write
        for number in range(20)
        for write in await reconciling.hear(
            in_espo("m1", event(title=f"Title {number}"), at=moment + timedelta(seconds=number + 2))
        )
    ]
    (first,) = sent
    (second,) = await reconciling.hear(done(first, in_outlook("o1", event(title="Title 0"), at=moment)))
    assert second.patch.title == "Title 19"


@pytest.mark.scenario("D-13")
async def test_a_tombstone_alone_removes_nothing(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_outlook("o1", event()))
    await reconciling.hear(done(create, in_espo("m1", event())))
    gone = OutlookGone(account="ann", outlook_id="o1", confirmed=False, read_at=now())
    (look,) = await reconciling.hear(gone)
    assert isinstance(look, LookAtEvent)
    (delete,) = await reconciling.hear(gone.model_copy(update={"confirmed": True}))
    assert isinstance(delete, DeleteEspoRecord)


@pytest.mark.scenario("D-01")
async def test_a_webhooks_word_of_a_removal_is_confirmed_by_a_read(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await pair(reconciling)
    gone = EspoGone(entity="Meeting", espo_id="m1", confirmed=False, read_at=now())
    (look,) = await reconciling.hear(gone)
    assert isinstance(look, LookAtRecords)
    (delete,) = await reconciling.hear(gone.model_copy(update={"confirmed": True}))
    assert isinstance(delete, DeleteOutlookEvent)


@pytest.mark.scenario("A-04", "M-05", "T-26")
async def test_an_attendees_copy_is_not_a_second_meeting_whichever_arrives_first(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    copy = in_outlook("b1", event(), account="ben", is_organizer=False, organizer="ann@contoso.test", ical_uid="u")
    assert await reconciling.hear(copy) == []
    assert len(await reconciling.hear(in_outlook("a1", event(), ical_uid="u"))) == 1
    assert await reconciling.hear(copy) == []
    assert await reconciling.count("links") == 1


@pytest.mark.scenario("E-07", "T-26")
async def test_an_invitation_from_outside_to_two_users_is_one_record(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    outside: dict[str, Any] = {"is_organizer": False, "organizer": "boss@client.test", "ical_uid": "u"}
    assert len(await reconciling.hear(in_outlook("a1", event(), **outside))) == 1
    assert await reconciling.hear(in_outlook("b1", event(), account="ben", **outside)) == []


@pytest.mark.scenario("E-02", "G-01")
async def test_a_record_given_to_another_user_moves_to_that_users_calendar(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    await pair(reconciling)
    sent = await reconciling.hear(in_espo("m1", event(), account="ben", at=now() + timedelta(seconds=5)))
    removal, creation = sorted(sent, key=lambda write: str(write.account))
    assert isinstance(removal, DeleteOutlookEvent)
    assert removal.outlook_id == "o1"
    assert isinstance(creation, CreateOutlookEvent)
    assert creation.mailbox == "ben@contoso.test"


@pytest.mark.scenario("X-02")
async def test_a_skipped_event_is_remembered_with_its_reason(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.hear(OutlookSkipped(account="ann", outlook_id="r1", reason="recurring"))
    assert await reconciling.count("skips") == 1


@pytest.mark.scenario("B-06", "O-08")
async def test_an_account_that_comes_back_goes_on_with_its_links(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await pair(reconciling)
    async with reconciling.database.unit() as unit:
        await unit.run("disconnect_account", "ann")
    assert await reconciling.hear(in_espo("m1", event(title="Meanwhile"))) == []
    await reconciling.connect("ann")
    later = now() + timedelta(seconds=5)
    (update,) = await reconciling.hear(in_espo("m1", event(title="Meanwhile"), at=later), in_outlook("o1", event()))
    assert isinstance(update, UpdateOutlookEvent)


@pytest.mark.scenario("Q-01", "Q-11")
async def test_a_deferred_write_goes_out_again_when_its_time_has_come(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", event()))
    assert await reconciling.hear(deferred(create, 3600)) == []
    assert [write for write in await reconciling.tick() if isinstance(write, CreateOutlookEvent)] == []
    await wake(reconciling)
    (again,) = [write for write in await reconciling.tick() if isinstance(write, CreateOutlookEvent)]
    assert again.transaction_id == create.transaction_id


async def test_an_event_that_could_not_be_read_is_read_again_later(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await pair(reconciling)
    await reconciling.tick()
    deferral = EventLookDeferred(account="ann", outlook_id="o1", until=now(), reason="throttled")
    await reconciling.hear(deferral)
    (look,) = await reconciling.tick()
    assert isinstance(look, LookAtEvent)


@pytest.mark.scenario("W-14")
async def test_a_message_for_an_account_that_nobody_knows_is_counted_and_changes_nothing(
    reconciling: Reconciling,
) -> None:
    notice = CalendarTouched(feed="outlook/nobody/", account="nobody", received_at=now())
    assert await reconciling.hear(in_outlook("o1", event(), account="nobody"), notice) == []
    ignored = reconciling.metrics.ignored
    assert ignored.labels("unknown account")._value.get() == 1
    assert ignored.labels("unknown feed")._value.get() == 1


async def wake(reconciling: Reconciling) -> None:
    """Pretend that every rest is over."""
    past = '"2020-01-01T00:00:00Z"'
    await reconciling.database.pool.execute(
        f"""
        UPDATE links SET due_at = now(), body = jsonb_set(jsonb_set(body,
          '{{outlook,rest_until}}', CASE WHEN body #> '{{outlook,rest_until}}' = 'null' THEN 'null' ELSE '{past}'::jsonb END),
          '{{espo,rest_until}}', CASE WHEN body #> '{{espo,rest_until}}' = 'null' THEN 'null' ELSE '{past}'::jsonb END)
        """  # noqa: S608 - a test's own words
    )
    await reconciling.database.pool.execute("UPDATE feeds SET next_look_at = NULL, subscribe_at = NULL")
