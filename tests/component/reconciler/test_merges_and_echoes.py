"""Changes meet each other, themselves, and what the sides make of them: each has one effect, then it is quiet (M29, M31)."""

from datetime import timedelta

import pytest

from contracts.changes import OutlookSkipped
from contracts.events import Attendee
from contracts.outcomes import Conflicted
from contracts.writes import CreateEspoRecord, CreateOutlookEvent, UpdateEspoRecord, UpdateOutlookEvent
from support.links import ANN, event
from support.pairs import born_in_espo, born_in_outlook, gone_from_outlook, later
from support.reconciling import Reconciling, done, in_espo, in_outlook, now


@pytest.mark.scenario("B-04", "M-17")
async def test_an_edit_in_outlook_changes_the_record_once(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    edited = in_outlook("o1", event(title="Edited"), at=later())
    (update,) = await reconciling.hear(edited)
    assert isinstance(update, UpdateEspoRecord)
    assert update.patch.fields == ("title",)
    stored = in_espo("m1", event(title="Edited"), at=later(6))
    assert await reconciling.hear(done(update, stored), edited, stored) == []


@pytest.mark.scenario("B-09")
async def test_a_new_text_in_outlook_leaves_time_and_guests_of_the_record_alone(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, content=event(people=(ANN,)))
    (update,) = await reconciling.hear(in_outlook("o1", event(people=(ANN,), description="New"), at=later()))
    assert update.patch.fields == ("description",)


@pytest.mark.scenario("B-13", "K-01", "K-07")
async def test_an_edit_that_came_between_is_merged_and_the_write_goes_out_once_more(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    (first,) = await reconciling.hear(in_espo("m1", event(title="New"), at=later()))
    fresh = in_outlook("o1", event(location="Room 9"), at=later(4), version="fresh")
    conflicted = Conflicted(
        write_id=first.write_id, link_id=first.link_id, account="ann", finished_at=now(), fresh=fresh
    )
    again, other = sorted(await reconciling.hear(conflicted), key=lambda write: str(write.kind), reverse=True)
    assert isinstance(again, UpdateOutlookEvent)
    assert (again.version, again.patch.fields) == ("fresh", ("title",))
    assert isinstance(other, UpdateEspoRecord)
    assert other.patch.fields == ("location",)


@pytest.mark.scenario("B-18")
async def test_of_two_edits_within_a_second_the_second_stands_in_whatever_order_they_are_heard(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    moment = later()
    first = in_outlook("o1", event(title="First"), at=moment)
    second = in_outlook("o1", event(title="Second"), at=moment + timedelta(milliseconds=1))
    (update,) = await reconciling.hear(second, first)
    assert update.patch.title == "Second"


@pytest.mark.scenario("B-19", "K-05")
async def test_a_new_version_of_the_same_content_is_no_change(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    touched = (in_outlook("o1", event(), at=later(), version="touched"), in_espo("m1", event(), at=later()))
    assert await reconciling.hear(*touched) == []
    assert await reconciling.count("journal") == 3


@pytest.mark.scenario("L-02")
async def test_what_a_side_makes_of_our_write_is_not_corrected(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    guests = (ANN, Attendee(address="zoe@contoso.test"))
    (create,) = await reconciling.hear(in_espo("m1", event(title=" Kick-off ", people=guests)))
    made_of_it = event(title="Kick-off", people=tuple(reversed(guests)), description="Agenda\n", cancelled=None)
    stored = in_outlook("o1", made_of_it, transaction_id=create.transaction_id)
    assert await reconciling.hear(done(create, stored), stored) == []
    assert await reconciling.hear(in_espo("m1", event(title=" Kick-off ", people=guests), at=later())) == []


@pytest.mark.scenario("U-06")
async def test_a_workflow_that_edits_what_came_in_is_answered_once(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling)
    by_workflow = event(title="[CRM] Kick-off")
    (update,) = await reconciling.hear(in_espo("m1", by_workflow, at=later()))
    assert update.patch.fields == ("title",)
    stored = in_outlook("o1", by_workflow, at=later(6))
    assert await reconciling.hear(done(update, stored), stored, in_espo("m1", by_workflow, at=later(8))) == []


@pytest.mark.scenario("K-04")
async def test_an_edit_is_not_lost_although_the_clocks_of_the_sides_are_minutes_apart(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    (to_espo,) = await reconciling.hear(in_outlook("o1", event(title="First"), at=later(600)))
    await reconciling.hear(done(to_espo, in_espo("m1", event(title="First"), at=later(5))))
    (to_outlook,) = await reconciling.hear(in_espo("m1", event(title="Second"), at=later(10)))
    assert to_outlook.patch.title == "Second"


@pytest.mark.scenario("A-13")
async def test_a_duplicate_made_in_espocrm_gets_an_event_of_its_own(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    original = await born_in_espo(reconciling, 1)
    duplicate = await born_in_espo(reconciling, 2)
    assert duplicate.transaction_id != original.transaction_id
    assert duplicate.espo == "Meeting/m2"


@pytest.mark.scenario("M-07", "M-08", "M-16", "M-04")
async def test_an_event_without_a_global_id_is_known_by_its_own(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, 1, ical_uid=None)
    await born_in_outlook(reconciling, 2, ical_uid=None)
    (update,) = await reconciling.hear(in_outlook("o1", event(title="Edited"), at=later(), ical_uid=None))
    assert update.espo_id == "m1"


@pytest.mark.scenario("M-10", "Q-09")
async def test_a_page_of_everything_does_to_each_event_what_it_says(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, 1)
    await born_in_espo(reconciling, 2)
    await born_in_outlook(reconciling, 3)
    page = (
        in_outlook("o1", event()),
        in_outlook("o2", event(title="Edited"), at=later()),
        gone_from_outlook(3),
        gone_from_outlook(4),
        OutlookSkipped(account="ann", outlook_id="series", reason="recurring"),
        in_outlook("o5", event(title="New")),
    )
    writes = await reconciling.hear(*page)
    assert [(write.kind, getattr(write, "espo_id", "")) for write in writes] == [
        ("update_espo_record", "m2"),
        ("delete_espo_record", "m3"),
        ("create_espo_record", ""),
    ]


@pytest.mark.scenario("P-03")
async def test_a_private_event_that_becomes_an_ordinary_one_comes_in(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    assert await reconciling.hear(OutlookSkipped(account="ann", outlook_id="o1", reason="private")) == []
    (create,) = await reconciling.hear(in_outlook("o1", event()))
    assert isinstance(create, CreateEspoRecord)


@pytest.mark.scenario("B-08")
async def test_an_edit_made_while_the_event_is_being_created_is_written_next(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", event()))
    assert isinstance(create, CreateOutlookEvent)
    assert await reconciling.hear(in_espo("m1", event(title="Edited"), at=later())) == []
    stored = in_outlook("o1", event(cancelled=None), transaction_id=create.transaction_id)
    (update,) = await reconciling.hear(done(create, stored))
    assert update.patch.title == "Edited"
