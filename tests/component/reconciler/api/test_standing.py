"""How accounts stand, in numbers: for the health line of a user and the board of the administrator."""

from datetime import datetime
from typing import Any

import httpx

from contracts.changes import OutlookSkipped
from support.links import event
from support.pairs import born_in_espo, born_in_outlook
from support.reconciling import Reconciling, in_espo


async def standing(api: httpx.AsyncClient, account: str = "ann") -> dict[str, Any]:
    told: dict[str, Any] = (await api.get(f"/accounts/{account}")).json()
    return told


async def test_an_account_without_events_has_nothing_to_count(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await reconciling.connect("ann")
    told = await standing(api)
    assert (told["id"], told["rules"]["direction"]) == ("ann", "both")
    assert {feed["kind"] for feed in told["feeds"]} == {"calendar", "listing", "owner"}
    assert (told["counts"], told["held"], told["skipped"], told["oldest_pending_seconds"]) == ({}, 0, 0, None)
    assert told["last_change"] == {"to_espo": None, "to_outlook": None}


async def test_events_are_counted_by_state(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling, 1)
    await born_in_outlook(reconciling, 2)
    await reconciling.hear(in_espo("m3", event()))
    await reconciling.hear(OutlookSkipped(account="ann", outlook_id="o9", reason="recurring"))
    told = await standing(api)
    assert told["counts"] == {"in sync": 2, "pending": 1}
    assert told["skipped"] == 1


async def test_the_last_change_is_told_for_each_direction(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling, 1)
    first = (await standing(api))["last_change"]
    await born_in_outlook(reconciling, 2)
    second = (await standing(api))["last_change"]
    assert first["to_espo"] is None
    assert second["to_outlook"] == first["to_outlook"]
    assert datetime.fromisoformat(second["to_espo"]) > datetime.fromisoformat(second["to_outlook"])


async def test_an_event_is_pending_since_the_first_time_however_often_it_was_tried(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    await reconciling.hear(in_espo("m1", event()))
    await reconciling.database.pool.execute("UPDATE links SET pending_since = pending_since - interval '1 hour'")
    await reconciling.hear(in_espo("m1", event(title="Again")))
    assert (await standing(api))["oldest_pending_seconds"] >= 3600


async def test_an_event_that_has_arrived_is_pending_no_more(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    assert (await standing(api))["oldest_pending_seconds"] is None


async def test_every_account_is_told_with_its_own_numbers(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    for account in ("ann", "ben"):
        await reconciling.connect(account)
    await born_in_espo(reconciling, 1, account="ben")
    accounts = (await api.get("/accounts")).json()["accounts"]
    assert [(account["id"], account["counts"]) for account in accounts] == [("ann", {}), ("ben", {"in sync": 1})]


async def test_an_account_that_is_not_connected_is_not_there(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await reconciling.connect("ann")
    await api.delete("/accounts/ann")
    assert (await api.get("/accounts/ann")).json() == {"error": "no such account"}
