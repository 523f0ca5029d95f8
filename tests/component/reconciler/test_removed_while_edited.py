"""Removed on one side while edited on the other: where the removal wins, the edit is kept for its owner (M30)."""

import httpx
import pytest
from starlette.applications import Starlette

from contracts.outcomes import Vanished
from contracts.writes import DeleteEspoRecord, DeleteOutlookEvent, UpdateEspoRecord, UpdateOutlookEvent
from reconciler.api import Api
from support.links import event
from support.pairs import born_in_espo, born_in_outlook, gone_from_outlook, later
from support.reconciling import Reconciling, done, in_espo, in_outlook


def asking(reconciling: Reconciling) -> httpx.AsyncClient:
    app = Starlette(routes=Api(reconciling.database, reconciling.settings).routes())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reconciler")


async def removed_in_espo_while_edited_in_outlook(reconciling: Reconciling) -> DeleteOutlookEvent:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    (update,) = await reconciling.hear(in_outlook("o1", event(title="New words"), at=later()))
    assert isinstance(update, UpdateEspoRecord)
    vanished = Vanished(write_id=update.write_id, link_id=update.link_id, account="ann", finished_at=later(6))
    (removal,) = await reconciling.hear(vanished)
    assert isinstance(removal, DeleteOutlookEvent)
    return removal


@pytest.mark.scenario("D-19")
async def test_what_was_edited_in_outlook_is_kept_when_the_removal_in_espocrm_wins(reconciling: Reconciling) -> None:
    await removed_in_espo_while_edited_in_outlook(reconciling)
    link = await reconciling.database.pool.fetchval("SELECT id FROM links")
    async with asking(reconciling) as http:
        story = (await http.get(f"/links/{link}")).json()
    (entry,) = [entry for entry in story["journal"] if entry["what"] == "to be removed"]
    assert entry["lost"] == {"title": "New words"}
    assert entry["reason"] == "removed in EspoCRM; title changed in Outlook meanwhile, and kept in the journal"


@pytest.mark.scenario("D-19")
async def test_restoring_it_says_that_the_event_is_gone_and_where_it_can_still_be_found(
    reconciling: Reconciling,
) -> None:
    removal = await removed_in_espo_while_edited_in_outlook(reconciling)
    await reconciling.hear(done(removal, None))
    entry = await reconciling.database.pool.fetchval("SELECT id FROM journal WHERE details ? 'lost'")
    async with asking(reconciling) as http:
        answer = await http.post(f"/restore/{entry}")
    assert answer.status_code == 409
    assert "deleted items" in answer.json()["error"]
    assert await reconciling.take_sent() == []


@pytest.mark.scenario("D-20")
async def test_what_was_edited_in_espocrm_is_kept_when_the_removal_in_outlook_wins(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling)
    (update,) = await reconciling.hear(in_espo("m1", event(location="Room 9"), at=later()))
    assert isinstance(update, UpdateOutlookEvent)
    vanished = Vanished(write_id=update.write_id, link_id=update.link_id, account="ann", finished_at=later(6))
    (removal,) = await reconciling.hear(vanished)
    assert isinstance(removal, DeleteEspoRecord)
    assert await reconciling.database.pool.fetchval(
        "SELECT details ->> 'lost' FROM journal WHERE details ? 'lost'"
    ) == ('{"location": "Room 9"}')


async def test_a_removal_of_what_nobody_edited_keeps_nothing(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling)
    (removal,) = await reconciling.hear(gone_from_outlook())
    assert isinstance(removal, DeleteEspoRecord)
    assert await reconciling.database.pool.fetchval("SELECT count(*) FROM journal WHERE details ? 'lost'") == 0
