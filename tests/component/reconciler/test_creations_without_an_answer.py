"""A creation whose answer was lost, and what is read of it before anybody knows what came of it (M31)."""

from datetime import timedelta
from typing import Any

from contracts.outcomes import Done, Refused
from contracts.writes import CreateEspoRecord, CreateOutlookEvent, DeleteOutlookEvent, UpdateOutlookEvent
from reconciler.handlers.by_hand import retry
from support.links import event
from support.pairs import gone_from_espo, later
from support.reconciling import Reconciling, deferred, done, in_espo, in_outlook, now


async def put_off(reconciling: Reconciling, write: Any) -> None:
    assert await reconciling.hear(deferred(write, 3600)) == []


async def refused(reconciling: Reconciling, write: Any, reason: str) -> None:
    ended = {"write_id": write.write_id, "link_id": write.link_id, "account": "ann", "finished_at": now()}
    assert await reconciling.hear(Refused(**ended, reason=reason)) == []


async def asked_for_in_outlook(reconciling: Reconciling) -> CreateOutlookEvent:
    (create,) = await reconciling.hear(in_espo("m1", event()))
    assert isinstance(create, CreateOutlookEvent)
    return create


async def asked_for_in_espo(reconciling: Reconciling) -> CreateEspoRecord:
    (create,) = await reconciling.hear(in_outlook("o1", event()))
    assert isinstance(create, CreateEspoRecord)
    return create


async def test_our_own_event_that_is_seen_while_its_creation_rests_is_not_taken_for_a_new_one(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    create = await asked_for_in_outlook(reconciling)
    await put_off(reconciling, create)
    assert await reconciling.hear(in_outlook("o1", event(), transaction_id=create.transaction_id)) == []
    assert await reconciling.count("links") == 1


async def test_an_event_that_was_made_for_a_record_removed_meanwhile_is_removed_when_it_is_seen(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    create = await asked_for_in_outlook(reconciling)
    await put_off(reconciling, create)
    assert await reconciling.hear(gone_from_espo()) == []
    (removal,) = await reconciling.hear(in_outlook("o1", event(), transaction_id=create.transaction_id, at=later()))
    assert isinstance(removal, DeleteOutlookEvent)


async def test_our_own_record_that_is_seen_while_its_creation_rests_is_not_taken_for_a_new_one(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await put_off(reconciling, await asked_for_in_espo(reconciling))
    assert await reconciling.hear(in_espo("m1", event(), created_by_us=True)) == []
    assert await reconciling.count("links") == 1


async def test_our_own_record_is_not_taken_for_a_new_one_however_long_its_creation_takes(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    create = await asked_for_in_espo(reconciling)
    await reconciling.hear(in_espo("m1", event(), created_by_us=True))
    await reconciling.database.pool.execute("UPDATE unclaimed SET at = now() - interval '1 hour'")
    assert await reconciling.keep_house() == []
    assert await reconciling.hear(done(create, in_espo("m1", event(), created_by_us=True))) == []
    assert await reconciling.count("links") == 1


async def test_the_late_answer_to_a_creation_that_was_asked_for_again_is_the_answer(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    create = await asked_for_in_espo(reconciling)
    await reconciling.database.pool.execute(
        "UPDATE links SET due_at = now(), body = jsonb_set(body, '{espo,flight,issued_at}', to_jsonb($1::text))",
        (now() - timedelta(hours=1)).isoformat(),
    )
    (again,) = [sent for sent in await reconciling.tick() if isinstance(sent, CreateEspoRecord)]
    late = in_espo("m1", event(), created_by_us=True)
    assert await reconciling.hear(done(create, late)) == []
    await put_off(reconciling, again)
    outcome = Done(write_id=again.write_id, link_id=again.link_id, account="ann", finished_at=now(), stored=late)
    assert await reconciling.hear(outcome) == []
    assert await reconciling.database.pool.fetchval("SELECT state FROM links") == "in sync"


async def test_a_record_that_changed_hands_is_not_begun_anew_by_what_was_read_before(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await asked_for_in_outlook(reconciling)
    before = in_espo("m1", event(), at=later(1))
    await reconciling.hear(in_espo("m1", event(), account="ben", at=later(5)))
    assert await reconciling.hear(before) == []
    assert await reconciling.count("links") == 1


async def refused_and_tried_in_another_calendar(reconciling: Reconciling, calendar: str) -> CreateOutlookEvent:
    await reconciling.connect("ann", main_calendar="work")
    create = await asked_for_in_outlook(reconciling)
    await refused(reconciling, create, "no such calendar")
    await reconciling.connect("ann", main_calendar=calendar)
    await reconciling.take_sent()
    async with reconciling.database.unit() as unit:
        assert await retry(unit, create.link_id, "olga")
    (again,) = [write for write in await reconciling.take_sent() if isinstance(write, CreateOutlookEvent)]
    return again


async def test_what_was_refused_is_made_in_the_calendar_that_is_chosen_by_then(reconciling: Reconciling) -> None:
    again = await refused_and_tried_in_another_calendar(reconciling, "new")
    assert again.calendar == "new"


async def test_what_may_have_been_made_is_asked_for_again_in_the_same_calendar(reconciling: Reconciling) -> None:
    again = await refused_and_tried_in_another_calendar(reconciling, "new")
    await put_off(reconciling, again)
    await reconciling.connect("ann", main_calendar="newer")
    await reconciling.take_sent()
    await reconciling.database.pool.execute(
        "UPDATE links SET due_at = now(), body = jsonb_set(body, '{outlook,rest_until}', to_jsonb(now()))"
    )
    (once_more,) = [write for write in await reconciling.tick() if isinstance(write, CreateOutlookEvent)]
    assert once_more.calendar == "new"


async def test_an_event_of_ours_that_was_private_for_a_while_is_not_taken_for_a_new_one(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    create = await asked_for_in_outlook(reconciling)
    # Carried out unheard; its owner marks it as private; asked for again it is found, and may not be told.
    await refused(reconciling, create, "private")
    private_no_longer = in_outlook("o1", create.event, at=later(60), transaction_id=create.transaction_id)
    assert await reconciling.hear(private_no_longer) == []
    assert await reconciling.count("links") == 1
    assert await reconciling.database.pool.fetchval("SELECT state FROM links") == "in sync"


async def test_an_edit_made_while_an_event_of_ours_was_private_is_written_once_it_is_not(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    create = await asked_for_in_outlook(reconciling)
    await refused(reconciling, create, "private")
    (again,) = await reconciling.hear(in_espo("m1", event(title="Edited"), at=later(30)))
    assert (again.transaction_id, again.event.title) == (create.transaction_id, "Edited")
    await refused(reconciling, again, "private")
    private_no_longer = in_outlook("o1", create.event, at=later(60), transaction_id=create.transaction_id)
    (update,) = await reconciling.hear(private_no_longer)
    assert isinstance(update, UpdateOutlookEvent)
    assert update.patch.title == "Edited"


async def test_a_creation_that_was_refused_for_its_words_is_asked_for_in_others(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    create = await asked_for_in_espo(reconciling)
    await refused(reconciling, create, "the name is too long")
    (again,) = await reconciling.hear(in_outlook("o1", event(title="Short"), at=later(30)))
    assert (again.event.title, again.again) == ("Short", True)
    await put_off(reconciling, again)
    # That one may have been carried out, and nothing but its words may tell.
    await reconciling.hear(in_outlook("o1", event(title="Shorter"), at=later(60)))
    await reconciling.database.pool.execute(
        "UPDATE links SET due_at = now(), body = jsonb_set(body, '{espo,rest_until}', to_jsonb(now()))"
    )
    (repeated,) = [sent for sent in await reconciling.tick() if isinstance(sent, CreateEspoRecord)]
    assert repeated.event.title == "Short"


async def test_a_creation_that_finds_an_event_which_another_link_has_does_not_block_its_partition(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    create = await asked_for_in_outlook(reconciling)
    # Seen without its transaction id, it is taken for somebody's new event.
    await reconciling.hear(in_outlook("o1", event()))
    assert await reconciling.hear(done(create, in_outlook("o1", event(), transaction_id=create.transaction_id))) == []
    await reconciling.database.pool.execute(
        "UPDATE links SET due_at = now(), body = jsonb_set(body, '{outlook,rest_until}', to_jsonb(now()))"
        " WHERE outlook_id IS NULL"
    )
    (own,) = [sent for sent in await reconciling.tick() if isinstance(sent, CreateOutlookEvent)]
    assert own.transaction_id != create.transaction_id
