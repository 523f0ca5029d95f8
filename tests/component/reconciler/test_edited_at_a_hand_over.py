"""A record is given to another owner while somebody edits its event in the old owner's Outlook (M22, M29, M30)."""

from typing import Any

import pytest

from contracts.events import Private
from contracts.outcomes import Conflicted
from contracts.writes import CreateOutlookEvent, DeleteOutlookEvent, UpdateEspoRecord, UpdateOutlookEvent
from reconciler.handlers.by_hand import GoneError, restore
from support.links import event
from support.pairs import born_in_espo, later
from support.reconciling import Reconciling, done, in_espo, in_outlook, now

UNHEARD = event(title="M: Edited unheard", cancelled=None)


async def handed_over(reconciling: Reconciling) -> tuple[DeleteOutlookEvent, list[CreateOutlookEvent]]:
    """Ann's record goes to Ben: the removal from her calendar, and the creation in his if he syncs."""
    await reconciling.connect("ann", entities={"Meeting": "M"}, private="busy")
    await born_in_espo(reconciling)
    sent = await reconciling.hear(in_espo("m1", event(), account="ben", at=later()))
    (removal,) = [write for write in sent if isinstance(write, DeleteOutlookEvent)]
    return removal, [write for write in sent if isinstance(write, CreateOutlookEvent)]


async def met_by_an_edit(reconciling: Reconciling, removal: DeleteOutlookEvent) -> list[Any]:
    """Outlook holds an edit that nobody had heard of."""
    fresh = in_outlook("o1", UNHEARD, at=later(4))
    ended = {"write_id": removal.write_id, "link_id": removal.link_id, "account": "ann", "finished_at": now()}
    return await reconciling.hear(Conflicted(fresh=fresh, **ended))


async def lost_entry(reconciling: Reconciling) -> int:
    return int(await reconciling.database.pool.fetchval("SELECT id FROM journal WHERE details ? 'lost'"))


async def test_the_removal_names_what_it_was_decided_on(reconciling: Reconciling) -> None:
    removal, _ = await handed_over(reconciling)
    assert removal.decided_on == event(title="M: Kick-off", people=None, cancelled=None)
    assert removal.modified_at is not None
    assert removal.private is Private.BUSY


async def test_an_edit_that_the_removal_meets_is_kept_and_the_event_then_removed(reconciling: Reconciling) -> None:
    removal, _ = await handed_over(reconciling)

    (again,) = await met_by_an_edit(reconciling, removal)

    assert isinstance(again, DeleteOutlookEvent)
    assert again.decided_on is not None
    assert again.decided_on.title == UNHEARD.title
    kept = await reconciling.database.pool.fetchval("SELECT details ->> 'lost' FROM journal WHERE details ? 'lost'")
    assert kept == '{"title": "M: Edited unheard"}'
    assert await reconciling.hear(done(again, None)) == []
    assert await reconciling.database.pool.fetchval("SELECT state FROM links WHERE account = 'ann'") == "ended"


async def test_what_was_lost_is_restored_to_the_record_as_its_new_owner_has_it(reconciling: Reconciling) -> None:
    await reconciling.connect("ben")
    removal, (creation,) = await handed_over(reconciling)
    stored = in_outlook("o2", creation.event, account="ben", transaction_id=creation.transaction_id)
    await reconciling.hear(done(creation, stored))
    (again,) = await met_by_an_edit(reconciling, removal)
    await reconciling.hear(done(again, None))

    async with reconciling.database.unit() as unit:
        assert await restore(unit, await lost_entry(reconciling), "olga")

    (write,) = await reconciling.take_sent()
    assert isinstance(write, UpdateEspoRecord)
    assert (write.espo_id, write.account, write.patch.title) == ("m1", "ben", "Edited unheard")
    landed = in_espo("m1", event(title="Edited unheard"), account="ben", at=later(60))
    (crossing,) = await reconciling.hear(done(write, landed))
    assert isinstance(crossing, UpdateOutlookEvent)
    assert (crossing.outlook_id, crossing.patch.title) == ("o2", "Edited unheard")


async def test_what_was_lost_of_a_record_whose_new_owner_does_not_sync_cannot_be_written(
    reconciling: Reconciling,
) -> None:
    removal, creations = await handed_over(reconciling)
    assert creations == []
    await met_by_an_edit(reconciling, removal)

    async with reconciling.database.unit() as unit:
        with pytest.raises(GoneError):
            await restore(unit, await lost_entry(reconciling), "olga")
