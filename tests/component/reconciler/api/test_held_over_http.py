"""Held removals are approved or refused over HTTP, and the journal says by whom (M32)."""

from typing import Any

import httpx
import pytest

from contracts.writes import DeleteOutlookEvent
from support.pairs import born_in_espo, gone_from_espo
from support.reconciling import Reconciling


@pytest.fixture
async def held(reconciling: Reconciling) -> Reconciling:
    """Twenty-five records of Ann's were removed at once: more than the brake lets through."""
    await reconciling.connect("ann")
    for number in range(25):
        await born_in_espo(reconciling, number)
    for number in range(25):
        await reconciling.hear(gone_from_espo(number))
    return reconciling


async def by_hand(held: Reconciling) -> list[tuple[str, str]]:
    rows: list[Any] = await held.database.pool.fetch("SELECT what, by FROM journal WHERE by <> ''")
    return [(row["what"], row["by"]) for row in rows]


async def test_approved_removals_are_carried_out_in_somebodys_name(held: Reconciling, api: httpx.AsyncClient) -> None:
    count = (await api.get("/held")).json()["held"][0]["held"]
    answer = await api.post("/held/ann", json={"word": "approved", "by": "olga"})
    assert answer.json() == {"released": count}
    assert [type(write) for write in await held.take_sent()] == [DeleteOutlookEvent] * count
    assert await by_hand(held) == [("removal approved", "olga")] * count


async def test_who_refused_removals_is_noted_too(held: Reconciling, api: httpx.AsyncClient) -> None:
    count = (await api.post("/held/ann", json={"word": "refused"})).json()["released"]
    assert await held.take_sent() == []
    assert await by_hand(held) == [("removal refused", "the command line")] * count


async def test_another_word_is_refused_with_the_field_named(held: Reconciling, api: httpx.AsyncClient) -> None:
    answer = await api.post("/held/ann", json={"word": "maybe"})
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["problems"]] == ["word"]
    assert await by_hand(held) == []


async def test_the_held_removal_of_one_event_is_decided_alone(held: Reconciling, api: httpx.AsyncClient) -> None:
    before = (await api.get("/held")).json()["held"][0]["held"]
    (link,) = (await api.get("/accounts/ann/events", params={"state": "held", "limit": 1})).json()["events"]
    answer = await api.post(f"/links/{link['link']}/release", json={"word": "approved", "by": "olga"})
    assert answer.status_code == 202
    assert [type(write) for write in await held.take_sent()] == [DeleteOutlookEvent]
    assert (await api.get("/held")).json()["held"][0]["held"] == before - 1
    assert await by_hand(held) == [("removal approved", "olga")]


async def test_what_is_not_held_cannot_be_released(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    (link,) = (await api.get("/accounts/ann/events")).json()["events"]
    for known in (link["link"], "00000000-0000-0000-0000-000000000001"):
        answer = await api.post(f"/links/{known}/release", json={"word": "approved"})
        assert (answer.status_code, answer.json()) == (404, {"error": "no removal of this event is held"})
    assert await reconciling.take_sent() == []
