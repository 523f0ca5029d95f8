"""What people decide themselves, on a real database."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.changes import EspoGone, OutlookGone
from contracts.outcomes import Conflicted, Refused, Vanished
from contracts.writes import DeleteEspoRecord, DeleteOutlookEvent, UpdateEspoRecord, UpdateOutlookEvent
from reconciler.core.link import Word
from reconciler.handlers.by_hand import release, restore, retry
from support.links import event
from support.pairs import born_in_outlook, gone_from_outlook
from support.reconciling import Reconciling, deferred, done, in_espo, in_outlook, now


async def linked(reconciling: Reconciling, number: int) -> None:
    (create,) = await reconciling.hear(in_espo(f"m{number}", event()))
    await reconciling.hear(done(create, in_outlook(f"o{number}", event())))


def gone(number: int) -> EspoGone:
    return EspoGone(entity="Meeting", espo_id=f"m{number}", confirmed=True, read_at=now())


async def remove_many(reconciling: Reconciling, count: int) -> list[Any]:
    await reconciling.connect("ann")
    for number in range(count):
        await linked(reconciling, number)
    return [write for number in range(count) for write in await reconciling.hear(gone(number))]


@pytest.mark.scenario("D-17", "D-18")
async def test_more_removals_than_the_brake_allows_are_held(reconciling: Reconciling) -> None:
    sent = await remove_many(reconciling, 23)
    assert [type(write) for write in sent] == [DeleteOutlookEvent] * 11
    async with reconciling.database.unit() as unit:
        assert [dict(row) for row in await unit.rows("held_counts")] == [{"account": "ann", "held": 12}]


@pytest.mark.scenario("D-18")
async def test_held_removals_are_carried_out_once_somebody_approves_them(reconciling: Reconciling) -> None:
    await remove_many(reconciling, 22)
    async with reconciling.database.unit() as unit:
        assert await release(unit, "ann", Word.APPROVED, "olga") == 11
    assert [type(write) for write in await reconciling.take_sent()] == [DeleteOutlookEvent] * 11


@pytest.mark.scenario("D-18")
async def test_held_removals_that_are_refused_leave_the_events(reconciling: Reconciling) -> None:
    await remove_many(reconciling, 22)
    async with reconciling.database.unit() as unit:
        assert await release(unit, "ann", Word.REFUSED, "olga") == 11
        assert await release(unit, "ann", Word.APPROVED, "olga") == 0
    assert await reconciling.take_sent() == []


@pytest.mark.parametrize("then", ["read again", "edited", "tried again", "connected again, to be asked first"])
async def test_a_held_removal_waits_for_a_word_however_long_and_whatever_happens_meanwhile(
    reconciling: Reconciling, then: str
) -> None:
    await reconciling.connect("ann")
    for number in range(12):
        await born_in_outlook(reconciling, number)
    await reconciling.hear(*(gone_from_outlook(number) for number in range(12)))
    held = await reconciling.database.pool.fetch("SELECT id, espo_id FROM links WHERE state = 'held'")
    assert len(held) == 6
    await reconciling.database.pool.execute("UPDATE journal SET at = at - interval '61 minutes'")
    sent: list[Any] = []
    match then:
        case "read again":
            sent = await reconciling.hear(*(in_espo(row["espo_id"], event(), created_by_us=True) for row in held))
        case "edited":
            edited = (in_espo(row["espo_id"], event(title="Needed"), at=now() + timedelta(minutes=1)) for row in held)
            sent = await reconciling.hear(*edited)
        case "tried again":
            async with reconciling.database.unit() as unit:
                assert await retry(unit, held[0]["id"], "olga")
            sent = [write for write in await reconciling.take_sent() if isinstance(write, DeleteEspoRecord)]
        case _:
            await reconciling.connect("ann", confirm=True, read=False)
            await reconciling.hear(*(in_espo(row["espo_id"], event(), created_by_us=True) for row in held))
    assert sent == []
    async with reconciling.database.unit() as unit:
        assert [dict(row) for row in await unit.rows("held_counts")] == [{"account": "ann", "held": 6}]
        assert await release(unit, "ann", Word.REFUSED, "olga") == 6


@pytest.mark.parametrize("word", [Word.REFUSED, Word.APPROVED])
async def test_a_word_on_a_removal_that_was_undone_says_nothing_of_a_later_one(
    reconciling: Reconciling, word: Word
) -> None:
    await reconciling.connect("ann")
    for number in range(12):
        await born_in_outlook(reconciling, number)
    await reconciling.hear(*(gone_from_outlook(number) for number in range(12)))
    outlook_id = await reconciling.database.pool.fetchval("SELECT outlook_id FROM links WHERE state = 'held' LIMIT 1")
    async with reconciling.database.unit() as unit:
        assert await release(unit, "ann", word, "olga") == 6
    await reconciling.take_sent()

    undone = in_outlook(outlook_id, event(), at=now() + timedelta(minutes=1))
    assert await reconciling.hear(undone) == []
    query = "SELECT body ->> 'removal' FROM links WHERE outlook_id = $1"
    assert await reconciling.database.pool.fetchval(query, outlook_id) == ""
    if word is Word.REFUSED:
        await reconciling.database.pool.execute("UPDATE journal SET at = at - interval '61 minutes'")
        again = OutlookGone(account="ann", outlook_id=outlook_id, confirmed=True, read_at=now() + timedelta(minutes=2))
        (removal,) = await reconciling.hear(again)
        assert isinstance(removal, DeleteEspoRecord)


@pytest.mark.scenario("K-02")
async def test_the_value_that_lost_a_conflict_can_be_restored(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await linked(reconciling, 1)
    later = now() + timedelta(seconds=5)
    in_both = (
        in_outlook("o1", event(title="Outlook's"), at=later),
        in_espo("m1", event(title="EspoCRM's"), at=later + timedelta(seconds=5)),
    )
    to_espo, to_outlook = await conflict(reconciling, *in_both)
    assert isinstance(to_espo, UpdateEspoRecord)
    assert isinstance(to_outlook, UpdateOutlookEvent)
    assert to_outlook.patch.title == "EspoCRM's"

    write = await restored(reconciling)
    assert write.patch.title == "Outlook's"
    stored = in_outlook("o1", event(title="Outlook's"), at=later + timedelta(minutes=1))
    (crossing,) = await reconciling.hear(done(write, stored))
    assert isinstance(crossing, UpdateEspoRecord)
    assert crossing.patch.title == "Outlook's"


async def conflict(reconciling: Reconciling, outlook: Any, espo: Any) -> tuple[Any, Any]:
    """Outlook's edit is on its way to EspoCRM, which has been edited meanwhile; EspoCRM's is the later edit."""
    (to_espo,) = await reconciling.hear(outlook)
    conflicted = Conflicted(
        write_id=to_espo.write_id, link_id=to_espo.link_id, account="ann", finished_at=now(), fresh=espo
    )
    (to_outlook,) = await reconciling.hear(conflicted)
    await reconciling.hear(done(to_outlook, in_outlook("o1", espo.event, at=espo.modified_at)))
    return to_espo, to_outlook


async def restored(reconciling: Reconciling) -> UpdateOutlookEvent:
    """Somebody wants the value back that lost."""
    entry = await reconciling.database.pool.fetchval("SELECT id FROM journal WHERE details ? 'lost'")
    async with reconciling.database.unit() as unit:
        assert await restore(unit, entry, "olga")
    (write,) = await reconciling.take_sent()
    assert isinstance(write, UpdateOutlookEvent)
    return write


async def somebody_lost(reconciling: Reconciling) -> None:
    """Outlook's title lost against EspoCRM's."""
    await reconciling.connect("ann")
    await linked(reconciling, 1)
    at = now() + timedelta(seconds=5)
    in_both = (
        in_outlook("o1", event(title="Outlook's"), at=at),
        in_espo("m1", event(title="EspoCRM's"), at=at + timedelta(seconds=5)),
    )
    await conflict(reconciling, *in_both)


def ended(write: Any) -> dict[str, Any]:
    return {"write_id": write.write_id, "link_id": write.link_id, "account": write.account, "finished_at": now()}


async def in_time(reconciling: Reconciling) -> list[Any]:
    """What is sent once nothing has to rest any more."""
    await reconciling.database.pool.execute(
        "UPDATE links SET due_at = now(), body = jsonb_set(body, '{restores,0,rest_until}', to_jsonb(now()))"
    )
    return await reconciling.tick()


@pytest.mark.parametrize("came", ["deferred", "conflicted"])
async def test_a_value_that_somebody_restores_is_written_however_busy_the_mailbox_is(
    reconciling: Reconciling, came: str
) -> None:
    await somebody_lost(reconciling)
    write = await restored(reconciling)
    outcome: Any = deferred(write, 3600)
    if came == "conflicted":
        moved = in_outlook("o1", event(title="EspoCRM's", location="Room 2"), at=now() + timedelta(seconds=30))
        outcome = Conflicted(**ended(write), fresh=moved)
    await reconciling.hear(outcome)
    (again,) = [one for one in await in_time(reconciling) if isinstance(one, UpdateOutlookEvent)]
    assert again.patch == write.patch
    assert (again.version == write.version) is (came == "deferred")
    stored = in_outlook("o1", event(title="Outlook's", location="Room 2"), at=now() + timedelta(minutes=1))
    await reconciling.hear(done(again, stored))
    assert await reconciling.database.pool.fetchval("SELECT body #> '{restores}' FROM links") == "[]"


async def test_a_value_that_somebody_restores_waits_for_what_is_under_way_to_its_side(reconciling: Reconciling) -> None:
    await somebody_lost(reconciling)
    edited = in_espo("m1", event(title="EspoCRM's", location="Room 2"), at=now() + timedelta(seconds=30))
    (update,) = await reconciling.hear(edited)
    entry = await reconciling.database.pool.fetchval("SELECT id FROM journal WHERE details ? 'lost'")
    async with reconciling.database.unit() as unit:
        assert await restore(unit, entry, "olga")
    assert await reconciling.take_sent() == []
    both = in_outlook("o1", event(title="EspoCRM's", location="Room 2"), at=now() + timedelta(seconds=31))
    (write,) = await reconciling.hear(done(update, both))
    assert (write.patch.title, write.version) == ("Outlook's", both.version)


@pytest.mark.parametrize(
    ("came", "why"),
    [
        (lambda write: Refused(**ended(write), reason="private"), "private"),
        (lambda write: Vanished(**ended(write)), "the event has been removed there meanwhile"),
    ],
    ids=["refused", "vanished"],
)
async def test_a_value_that_cannot_be_restored_is_told_so(reconciling: Reconciling, came: Any, why: str) -> None:
    await somebody_lost(reconciling)
    await reconciling.hear(came(await restored(reconciling)))
    row = await reconciling.database.pool.fetchrow("SELECT what, reason FROM journal ORDER BY id DESC LIMIT 1")
    assert tuple(row) == ("restore refused", why)
    assert await reconciling.database.pool.fetchval("SELECT due_at FROM links") is None


async def test_an_entry_without_a_conflict_has_nothing_to_restore(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await linked(reconciling, 1)
    entry = await reconciling.database.pool.fetchval("SELECT max(id) FROM journal")
    async with reconciling.database.unit() as unit:
        assert not await restore(unit, entry, "olga")
        assert not await restore(unit, 10_000, "olga")
