"""Series are not synced (M17): skipped and explained, also where an event that is synced becomes one, or ceases to be one."""

import httpx
import pytest
from starlette.applications import Starlette

from contracts.changes import OutlookSkipped
from contracts.writes import CreateEspoRecord, DeleteEspoRecord, UpdateEspoRecord
from reconciler.api import Api
from support.links import event
from support.pairs import born_in_espo, born_in_outlook, gone_from_espo, gone_from_outlook, later
from support.reconciling import Reconciling, in_espo, in_outlook


def recurring(item: str = "o1", seconds: float = 5) -> OutlookSkipped:
    """A series, as its master tells it."""
    return OutlookSkipped(
        account="ann", outlook_id=item, reason="recurring", modified_at=later(seconds), read_at=later(seconds)
    )


async def test_an_event_that_becomes_a_series_is_listed_once_and_says_that_it_stands_apart(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling)
    assert await reconciling.hear(recurring()) == []
    app = Starlette(routes=Api(reconciling.database, reconciling.settings).routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reconciler") as http:
        (listed,) = (await http.get("/accounts/ann/events")).json()["events"]
    assert listed["state"] == "detached"
    assert "series are not synced" in listed["reason"]


async def test_an_edit_of_its_record_does_not_change_a_whole_series(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    await reconciling.hear(recurring())
    assert await reconciling.hear(in_espo("m1", event(title="Only this one"), at=later(9))) == []


async def test_a_removal_of_its_record_does_not_remove_a_whole_series(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", remove_in_outlook=True)
    await born_in_espo(reconciling)
    await reconciling.hear(recurring())
    assert await reconciling.hear(gone_from_espo()) == []


async def test_a_series_that_becomes_a_single_event_again_is_in_step_again(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling)
    await reconciling.hear(recurring())
    (update,) = await reconciling.hear(in_outlook("o1", event(title="Once after all"), at=later(20)))
    assert isinstance(update, UpdateEspoRecord)
    assert update.patch.title == "Once after all"


@pytest.mark.scenario("R-37")
async def test_a_series_that_was_one_event_leaves_no_orphan_in_espocrm_when_it_is_removed(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling)
    await reconciling.hear(recurring(seconds=1))
    (removal,) = await reconciling.hear(gone_from_outlook())
    assert isinstance(removal, DeleteEspoRecord)


async def test_a_series_that_was_never_one_event_comes_in_when_it_becomes_one(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.hear(recurring())
    assert await reconciling.count("skips") == 1
    (create,) = await reconciling.hear(in_outlook("o1", event(), at=later(20)))
    assert isinstance(create, CreateEspoRecord)
    assert await reconciling.count("skips") == 0
