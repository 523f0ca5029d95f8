"""Following what is written: each change is told once, however the transactions that write them overlap."""

from typing import Any

import httpx
import pytest

from reconciler.store.sql import QUERIES
from support.reconciling import Reconciling

CHANGE = ("ann", None, "updated", "espo", "outlook", "Meeting", ["title"], "", 5, "{}", "")


async def follow(api: httpx.AsyncClient, after: str = "0.0") -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = (await api.get("/synced", params={"after": after})).json()["synced"]
    return told


async def test_what_commits_late_is_told_and_in_one_order(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    pool = reconciling.database.pool
    async with pool.acquire() as slow, pool.acquire() as quick:
        late = slow.transaction()
        await late.start()
        await slow.execute(QUERIES["write_journal"], *CHANGE)
        await quick.execute(QUERIES["write_journal"], *CHANGE)
        assert await follow(api) == []
        await late.commit()
    first, second = await follow(api)
    assert first["id"] < second["id"]
    assert await follow(api, first["place"]) == [second]
    assert await follow(api, second["place"]) == []


async def test_decisions_that_wrote_nothing_are_not_followed(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    async with reconciling.database.pool.acquire() as connection:
        await connection.execute(QUERIES["write_journal"], "ann", None, "held", *CHANGE[3:])
    assert await follow(api) == []


@pytest.mark.parametrize(
    "place", ["7", "a.b", "-1.2", "1.2.3", "\N{ARABIC-INDIC DIGIT ONE}.2", f"{2**63}.1", "9" * 5000]
)
async def test_a_place_that_no_entry_told_is_refused_by_name(api: httpx.AsyncClient, place: str) -> None:
    answer = await api.get("/synced", params={"after": place})
    assert answer.status_code == 422
    assert "after" in answer.text
