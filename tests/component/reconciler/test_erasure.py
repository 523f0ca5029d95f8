"""Whoever leaves may have everything taken out of EspoCRM and out of our memory that was pulled from the mailbox."""

import pytest

from contracts.events import Attendee, PersonKind
from contracts.writes import CreateEspoRecord, CreateOutlookEvent, DeleteEspoRecord
from reconciler.core.rules import Rules
from support.links import event
from support.pairs import born_in_espo, born_in_outlook, gone_from_outlook, later
from support.reconciling import Reconciling, deferred, done, in_espo, in_outlook

CANARY = "cardiologist-4711"
GUEST = Attendee(address=f"{CANARY}@clinic.test", kind=PersonKind.CONTACT)
PULLED = event(title=CANARY, location=CANARY, description=CANARY, people=(GUEST,))


async def remembered(reconciling: Reconciling) -> str:
    rows = await reconciling.database.pool.fetch(
        "SELECT body::text AS t FROM links UNION ALL SELECT details::text FROM journal"
    )
    return "\n".join(row["t"] for row in rows)


async def erase(reconciling: Reconciling) -> list[DeleteEspoRecord]:
    await reconciling.connect("ann", direction="none", erase_pulled=True)
    return [write for write in await reconciling.tick() if isinstance(write, DeleteEspoRecord)]


@pytest.mark.scenario("P-09")
async def test_all_that_was_pulled_is_taken_out_and_forgotten(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    for number in range(30):
        await born_in_outlook(reconciling, number, PULLED)
    deletes = await erase(reconciling)
    assert {(delete.espo_id, delete.erase) for delete in deletes} == {(f"m{number}", True) for number in range(30)}
    assert CANARY not in await remembered(reconciling)
    assert await reconciling.hear(*(done(delete, None) for delete in deletes)) == []
    assert await reconciling.tick() == []
    states = await reconciling.database.pool.fetch("SELECT DISTINCT state FROM links")
    assert {row["state"] for row in states} == {"detached", "ended"}


@pytest.mark.scenario("P-09")
async def test_what_was_born_in_espocrm_stays_there_and_what_outlook_added_is_forgotten(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    await reconciling.hear(in_outlook("o1", event(description=CANARY, cancelled=None), at=later(1)))
    assert await erase(reconciling) == []
    assert CANARY not in await remembered(reconciling)


@pytest.mark.scenario("P-09")
async def test_what_was_removed_long_ago_is_forgotten_as_well(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, content=PULLED)
    (delete,) = await reconciling.hear(gone_from_outlook())
    await reconciling.hear(done(delete, None))
    assert await erase(reconciling) == []
    assert CANARY not in await remembered(reconciling)


@pytest.mark.scenario("P-09")
async def test_an_erasure_that_has_to_wait_for_espocrm_is_tried_again(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, content=PULLED)
    (delete,) = await erase(reconciling)
    await reconciling.hear(deferred(delete, 0))
    await reconciling.database.pool.execute(
        "UPDATE links SET due_at = now(), body = jsonb_set(body, '{espo,rest_until}', to_jsonb(now()))"
    )
    (again,) = [write for write in await reconciling.tick() if isinstance(write, DeleteEspoRecord)]
    assert (again.espo_id, again.erase) == ("m1", True)


@pytest.mark.scenario("P-09", "M-01")
async def test_whoever_comes_back_later_gets_each_event_once(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, content=PULLED)
    await born_in_espo(reconciling, 2)
    (delete,) = await erase(reconciling)
    await reconciling.hear(done(delete, None))
    await reconciling.connect("ann")
    await reconciling.take_sent()
    back = (in_outlook("o1", PULLED, at=later(30)), in_outlook("o2", event(cancelled=None), at=later(30)))
    sent = await reconciling.hear(*back, in_espo("m2", event(), at=later(31)))
    assert [write.event.title for write in sent if isinstance(write, CreateEspoRecord)] == [CANARY]
    assert [write for write in sent if isinstance(write, CreateOutlookEvent)] == []


def test_nothing_can_come_in_that_is_to_be_erased() -> None:
    with pytest.raises(ValueError, match="erase_pulled"):
        Rules.model_validate({"erase_pulled": True})
