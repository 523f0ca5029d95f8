"""The key by which a record is known that is made of an event, whoever edits or owns it by the time that it is found (M31)."""

from typing import Any

import pytest

from contracts.changes import CursorAdvanced, EspoGone
from contracts.looks import LookAtCalendar, LookAtOwner, LookAtRecords
from contracts.outcomes import Done
from contracts.writes import (
    CreateEspoRecord,
    CreateOutlookEvent,
    DeleteOutlookEvent,
    UpdateEspoRecord,
    UpdateOutlookEvent,
)
from reconciler.core.link import key_of
from reconciler.handlers.connect import disconnect
from reconciler.handlers.resync import resync
from support.links import event
from support.pairs import gone_from_espo, later
from support.reconciling import Reconciling, deferred, done, in_espo, in_outlook, now

Look = LookAtCalendar | LookAtOwner
OTHER_TIME = event().span.model_copy(update={"start": later(86_400), "end": later(90_000)})
CHANGED = event(title="Renamed", span=OTHER_TIME)


async def asked_for(reconciling: Reconciling, item: str = "o1") -> CreateEspoRecord:
    (create,) = await reconciling.hear(in_outlook(item, event()))
    assert isinstance(create, CreateEspoRecord)
    return create


async def put_off(reconciling: Reconciling, write: CreateEspoRecord) -> None:
    assert await reconciling.hear(deferred(write, 3600)) == []


async def once_its_time_has_come(reconciling: Reconciling) -> list[CreateEspoRecord]:
    """What is to be made then of what a creation was put off for."""
    await reconciling.database.pool.execute(
        "UPDATE links SET due_at = now(), body = jsonb_set(body, '{espo,rest_until}', to_jsonb($1::text))",
        now().isoformat(),
    )
    return [sent for sent in await reconciling.tick() if isinstance(sent, CreateEspoRecord)]


async def asked_for_once_more(reconciling: Reconciling) -> CreateEspoRecord:
    (again,) = await once_its_time_has_come(reconciling)
    return again


async def forget_everything(reconciling: Reconciling) -> None:
    """As a database that is restored from a backup, made before anything crossed."""
    for table in ("links", "journal", "inbox", "unclaimed"):
        await reconciling.database.pool.execute(f"DELETE FROM {table}")  # noqa: S608 - a test's own words


async def read_anew(reconciling: Reconciling) -> list[Look]:
    """Read both sides of Ann's account anew; give the looks at them."""
    async with reconciling.database.unit() as unit:
        await resync(unit, "ann", "the test")
    sent = [*await reconciling.take_sent(), *await reconciling.tick()]
    return [look for look in sent if isinstance(look, LookAtCalendar | LookAtOwner)]


async def ended(reconciling: Reconciling, looks: list[Look]) -> list[Any]:
    answers = [CursorAdvanced(feed=look.feed, look_id=look.look_id, cursor="c") for look in looks]
    sent = [*await reconciling.hear(*answers), *await reconciling.tick()]
    return [message for message in sent if hasattr(message, "write_id")]


async def test_the_key_is_that_of_the_event_however_often_its_record_is_to_be_made(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    first = await asked_for(reconciling)
    await forget_everything(reconciling)
    again = await asked_for(reconciling)
    other = await asked_for(reconciling, "o2")
    assert first.link_id != again.link_id
    assert first.key == again.key == key_of("ann", "o1")
    assert other.key != first.key


async def test_a_creation_without_an_answer_is_asked_for_under_the_same_key_and_says_that_it_comes_again(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    first = await asked_for(reconciling)
    await put_off(reconciling, first)
    again = await asked_for_once_more(reconciling)
    assert (first.again, again.again) == (False, True)
    assert again.key == first.key


async def test_our_record_that_is_seen_while_its_creation_rests_is_the_answer_to_it(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    create = await asked_for(reconciling)
    await put_off(reconciling, create)
    assert await reconciling.hear(in_espo("m1", create.event, created_by_us=True, key=create.key)) == []
    assert await reconciling.database.pool.fetchval("SELECT state FROM links") == "in sync"
    assert await reconciling.database.pool.fetchval("SELECT count(*) FROM journal WHERE what = 'created'") == 1


async def test_our_record_that_was_seen_and_is_removed_before_it_is_asked_for_again_is_not_made_again(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    create = await asked_for(reconciling)
    await put_off(reconciling, create)
    await reconciling.hear(in_espo("m1", create.event, created_by_us=True, key=create.key))
    assert await reconciling.hear(gone_from_espo()) == []
    assert await once_its_time_has_come(reconciling) == []


async def test_what_somebody_changed_in_our_record_before_we_saw_it_is_news(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    create = await asked_for(reconciling)
    await put_off(reconciling, create)
    renamed = event(title="Renamed by Ben")
    (update,) = await reconciling.hear(in_espo("m1", renamed, created_by_us=True, key=create.key, changed_by="Ben"))
    assert isinstance(update, UpdateOutlookEvent)
    assert update.patch.title == "Renamed by Ben"


async def test_our_record_that_somebody_gave_away_is_not_begun_anew_for_its_new_owner(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    create = await asked_for(reconciling)
    await put_off(reconciling, create)
    given = in_espo("m1", event(), account="ben", created_by_us=True, key=create.key)
    assert await reconciling.hear(given) == []
    await reconciling.database.pool.execute("UPDATE unclaimed SET at = now() - interval '1 hour'")
    assert await reconciling.keep_house() == []
    assert await reconciling.count("links") == 1


async def test_our_record_that_was_given_away_before_its_answer_is_handed_over_once_it_is_found(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    create = await asked_for(reconciling)
    given = in_espo("m1", create.event, account="ben", created_by_us=True, key=create.key, at=later())
    found = done(create, given).model_copy(update={"found": True})
    (look,) = await reconciling.hear(found)
    assert isinstance(look, LookAtRecords)
    assert look.espo_ids == ("m1",)
    sent = await reconciling.hear(given.model_copy(update={"read_at": later(10)}))
    assert {type(write) for write in sent} == {DeleteOutlookEvent, CreateOutlookEvent}


async def test_what_changed_in_outlook_meanwhile_is_not_written_to_a_record_that_is_somebody_elses_by_now(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    create = await asked_for(reconciling)
    await reconciling.hear(in_outlook("o1", event(title="Renamed"), at=later()))
    given = in_espo("m1", create.event, account="ben", created_by_us=True, key=create.key)
    sent = await reconciling.hear(done(create, given).model_copy(update={"found": True}))
    assert [type(message) for message in sent] == [LookAtRecords]


@pytest.mark.parametrize("heard", ["before it is given away", "after it is given away", "never", "as put off"])
async def test_our_record_that_was_being_made_when_its_owner_left_reaches_the_calendar_of_the_next(
    reconciling: Reconciling, heard: str
) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    create = await asked_for(reconciling)
    made = in_espo("m1", create.event, created_by_us=True, key=create.key)
    given = in_espo("m1", create.event, account="ben", created_by_us=True, key=create.key, at=later())
    if heard == "after it is given away":
        assert await reconciling.hear(given) == []  # it waits for its answer
    async with reconciling.database.unit() as unit:
        await disconnect(unit, "ann")
    sent: list[Any] = []
    if heard != "never":
        sent += await reconciling.hear(deferred(create, 60) if heard == "as put off" else done(create, made))
    if not sent:
        sent += await reconciling.hear(given)
    if any(isinstance(message, LookAtRecords) for message in sent):
        sent = await reconciling.hear(given.model_copy(update={"read_at": later(10)}))
    assert [(type(write), write.account) for write in sent] == [(CreateOutlookEvent, "ben")]
    assert await reconciling.hear(given.model_copy(update={"read_at": later(20)})) == []


async def test_our_record_that_waited_for_its_answer_when_its_owner_left_reaches_the_calendar_of_the_next(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    create = await asked_for(reconciling)
    given = in_espo("m1", create.event, account="ben", created_by_us=True, key=create.key, at=later())
    assert await reconciling.hear(given) == []
    async with reconciling.database.unit() as unit:
        await disconnect(unit, "ann")
    await reconciling.database.pool.execute("UPDATE unclaimed SET at = now() - interval '1 hour'")
    (look,) = await reconciling.keep_house()
    assert (type(look), look.espo_ids) == (LookAtRecords, ("m1",))
    (write,) = await reconciling.hear(given.model_copy(update={"read_at": later(10)}))
    assert (type(write), write.account) == (CreateOutlookEvent, "ben")


async def test_our_record_that_was_made_as_its_owner_left_is_in_step_when_he_is_back(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    create = await asked_for(reconciling)
    async with reconciling.database.unit() as unit:
        await disconnect(unit, "ann")
    made = in_espo("m1", create.event, created_by_us=True, key=create.key)
    assert await reconciling.hear(done(create, made)) == []
    await reconciling.connect("ann")
    sent = [*await reconciling.tick(), *await reconciling.hear(made, in_outlook("o1", event()))]
    assert [message for message in sent if hasattr(message, "write_id")] == []
    assert await reconciling.database.pool.fetchval("SELECT state FROM links") == "in sync"
    (update,) = await reconciling.hear(in_outlook("o1", event(title="Renamed"), at=later(30)))
    assert isinstance(update, UpdateEspoRecord)


async def test_our_record_that_stayed_where_it_was_made_is_not_read_again(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    create = await asked_for(reconciling)
    assert await reconciling.hear(done(create, in_espo("m1", create.event, created_by_us=True, key=create.key))) == []


async def test_a_record_of_another_event_waits_for_no_creation_under_way(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await put_off(reconciling, await asked_for(reconciling))
    another = in_espo("m2", event(title="Another"), created_by_us=True, key=key_of("ann", "o2"))
    (create,) = await reconciling.hear(another)
    assert isinstance(create, CreateOutlookEvent)


async def test_a_record_that_was_made_once_more_because_somebody_removed_the_first_is_the_events_again(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann", remove_in_outlook=False)
    create = await asked_for(reconciling)
    await reconciling.hear(done(create, in_espo("m1", create.event, created_by_us=True, key=create.key)))
    await reconciling.hear(EspoGone(entity="Meeting", espo_id="m1", confirmed=True, read_at=later()))

    second = in_espo("m2", create.event, created_by_us=True, key=create.key, at=later(10))

    assert await reconciling.hear(second) == []
    assert await reconciling.database.pool.fetch("SELECT outlook_id, espo_id, state FROM links") == [
        ("o1", "m2", "in sync")
    ]


async def made(reconciling: Reconciling, **rules: Any) -> CreateEspoRecord:
    """An event of Ann's whose record has been made, by a creation that may come again."""
    await reconciling.connect("ann", **rules)
    await reconciling.connect("ben")
    create = await asked_for(reconciling)
    await reconciling.hear(done(create, in_espo("m1", create.event, created_by_us=True, key=create.key)))
    return create


def is_gone(item: str) -> EspoGone:
    return EspoGone(entity="Meeting", espo_id=item, confirmed=True, read_at=later())


async def test_a_record_that_was_made_once_more_waits_until_the_first_is_known_to_be_gone(
    reconciling: Reconciling,
) -> None:
    create = await made(reconciling)
    second = in_espo("m2", create.event, created_by_us=True, key=create.key, at=later(10))

    (look,) = await reconciling.hear(second)
    assert isinstance(look, LookAtRecords)
    assert look.espo_ids == ("m1",)
    await reconciling.hear(is_gone("m1"))
    await reconciling.database.pool.execute("UPDATE unclaimed SET at = now() - interval '1 hour'")

    assert await reconciling.keep_house() == []
    assert await reconciling.database.pool.fetch("SELECT outlook_id, espo_id, state FROM links") == [
        ("o1", "m2", "in sync")
    ]


async def test_a_record_that_was_made_once_more_waits_while_a_write_to_its_event_is_under_way(
    reconciling: Reconciling,
) -> None:
    create = await made(reconciling)
    (update,) = await reconciling.hear(in_espo("m1", event(title="Renamed"), at=later(10)))
    await reconciling.hear(is_gone("m1"))

    second = in_espo("m2", event(title="Renamed"), created_by_us=True, key=create.key, at=later(20))
    assert await reconciling.hear(second) == []
    await reconciling.hear(done(update, in_outlook("o1", event(title="Renamed"), at=later(30))))
    await reconciling.database.pool.execute("UPDATE unclaimed SET at = now() - interval '1 hour'")

    assert await reconciling.keep_house() == []
    assert await reconciling.database.pool.fetch("SELECT outlook_id, espo_id, state FROM links") == [
        ("o1", "m2", "in sync")
    ]


async def test_a_record_that_was_made_once_more_follows_its_event_also_where_nothing_goes_to_outlook(
    reconciling: Reconciling,
) -> None:
    create = await made(reconciling, direction="outlook_to_espo")
    await reconciling.hear(is_gone("m1"))
    await reconciling.hear(in_espo("m2", create.event, created_by_us=True, key=create.key, at=later(10)))

    (update,) = await reconciling.hear(in_outlook("o1", event(title="Renamed"), at=later(20)))

    assert (update.espo_id, update.patch.title) == ("m2", "Renamed")


@pytest.mark.parametrize(
    ("owner", "writes"), [("ben", {DeleteOutlookEvent, CreateOutlookEvent}), ("cleo", {DeleteOutlookEvent})]
)
async def test_a_record_that_was_made_once_more_and_given_away_takes_its_event_out_of_the_old_calendar(
    reconciling: Reconciling, owner: str, writes: set[type]
) -> None:
    create = await made(reconciling)
    await reconciling.hear(is_gone("m1"))

    given = in_espo("m2", create.event, account=owner, created_by_us=True, key=create.key, at=later(10))

    assert {type(write) for write in await reconciling.hear(given)} == writes


async def test_what_somebody_changed_of_a_record_before_it_was_found_is_news(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    create = await asked_for(reconciling)
    edited = in_espo("m1", CHANGED, created_by_us=True, key=create.key, at=later())
    outcome = Done(
        write_id=create.write_id, link_id=create.link_id, account="ann", finished_at=now(), stored=edited, found=True
    )
    (update,) = await reconciling.hear(outcome)
    assert set(update.patch.fields) == {"title", "span"}


@pytest.mark.parametrize("first", ["espo", "outlook"])
async def test_a_restored_database_knows_a_pair_by_its_key_although_title_and_time_changed(
    reconciling: Reconciling, first: str
) -> None:
    await reconciling.connect("ann")
    create = await asked_for(reconciling)
    await reconciling.hear(done(create, in_espo("m1", create.event, created_by_us=True, key=create.key)))
    await forget_everything(reconciling)
    looks = await read_anew(reconciling)
    both = [in_espo("m1", CHANGED, created_by_us=True, key=create.key, at=later()), in_outlook("o1", event())]
    sent = [*await reconciling.hear(*(both if first == "espo" else reversed(both))), *await ended(reconciling, looks)]
    assert {type(write).__name__ for write in sent} <= {"UpdateOutlookEvent", "UpdateEspoRecord"}
    assert await reconciling.count("links") == 1
    reasons = await reconciling.database.pool.fetch("SELECT reason FROM journal WHERE what = 'matched'")
    assert [row["reason"] for row in reasons] == ["the record bears the key of the event that Tandem made it of"]
    origin = await reconciling.database.pool.fetchval("SELECT body ->> 'origin' FROM links")
    assert origin == "outlook"


async def test_a_restored_database_knows_a_pair_by_its_key_although_the_label_changed(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", entities={"Meeting": "", "Call": "C"})
    looks = await read_anew(reconciling)
    call = in_espo("c1", CHANGED, entity="Call", created_by_us=True, key=key_of("ann", "o1"))
    sent = [*await reconciling.hear(call, in_outlook("o1", event())), *await ended(reconciling, looks)]
    assert not any(isinstance(write, CreateEspoRecord | CreateOutlookEvent) for write in sent)
    assert await reconciling.database.pool.fetch("SELECT entity FROM links") == [("Call",)]


async def test_a_persons_copy_of_a_key_pairs_with_nothing(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    looks = await read_anew(reconciling)
    hers = in_espo("m1", CHANGED, key=key_of("ann", "o1"))
    sent = [*await reconciling.hear(hers, in_outlook("o1", event())), *await ended(reconciling, looks)]
    assert {type(write) for write in sent} == {CreateEspoRecord, CreateOutlookEvent}


async def test_without_a_key_a_restored_database_makes_once_more_what_changed_in_title_and_time(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    looks = await read_anew(reconciling)
    sent = await reconciling.hear(in_espo("m1", CHANGED, created_by_us=True), in_outlook("o1", event()))
    sent += await ended(reconciling, looks)
    assert {type(write) for write in sent} == {CreateEspoRecord, CreateOutlookEvent}


async def test_the_key_goes_with_the_creation_when_the_organizer_takes_a_guests_link_over(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    invited: dict[str, Any] = {"is_organizer": False, "organizer": "ben@contoso.test", "ical_uid": "meeting"}
    (create,) = await reconciling.hear(in_outlook("o1", event(), **invited))
    await put_off(reconciling, create)
    await reconciling.connect("ben")
    assert await reconciling.hear(in_outlook("o2", event(), account="ben", ical_uid="meeting")) == []
    again = await asked_for_once_more(reconciling)
    assert (again.account, again.key) == ("ben", create.key)
