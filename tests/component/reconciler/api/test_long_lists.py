"""A user with twenty thousand events pages through them by index: a page costs what it shows, however far down it is."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from reconciler.api.places import FIRST_EVENT, FIRST_SKIP
from reconciler.store.sql import QUERIES
from support.reconciling import Reconciling

PAGE = 51
LAST_LINK = UUID(int=2**128 - 1)
MANY_LINKS = """
INSERT INTO links (id, account, entity, espo_id, outlook_id, transaction_id, state, in_flight, ends_at, body)
SELECT gen_random_uuid(), CASE WHEN n <= 20000 THEN 'ann' ELSE 'user ' || n % 20 END, 'Meeting', 'm' || n, 'o' || n, n::text,
       CASE n % 20 WHEN 1 THEN 'refused' ELSE 'in sync' END, 0, now(),
       jsonb_set('{"espo": {"seen": {"title": "Review", "span": {}}}}', '{espo,seen,span,start}', to_jsonb(
           to_char(timestamp '2026-01-01' + n * interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')))
FROM generate_series(1, 24000) AS n
"""
MANY_SKIPS = """
INSERT INTO skips (account, side, item, reason, at)
SELECT CASE WHEN n <= 4000 THEN 'ann' ELSE 'user ' || n % 20 END, 'outlook', 's' || n, 'recurring',
       now() + n * interval '1 second'
FROM generate_series(1, 5000) AS n
"""


@pytest.fixture
async def busy(reconciling: Reconciling) -> Reconciling:
    """Ann has twenty thousand events, twenty others have two hundred each."""
    for account in ("ann", *(f"user {number}" for number in range(20))):
        await reconciling.connect(account, mailbox=f"{account.replace(' ', '')}@contoso.test")
    for statement in (MANY_LINKS, MANY_SKIPS, "VACUUM ANALYZE links", "VACUUM ANALYZE skips"):
        await reconciling.database.pool.execute(statement)
    return reconciling


async def plan(busy: Reconciling, query: str, *values: Any) -> list[dict[str, Any]]:
    """Every step of the plan that PostgreSQL carried a query out by."""
    told = await busy.database.pool.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {QUERIES[query]}", *values)
    return list(_steps(json.loads(told)[0]["Plan"]))


def _steps(step: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield step
    for part in step.get("Plans", ()):
        yield from _steps(part)


def rows_read(steps: list[dict[str, Any]]) -> int:
    """How many rows were taken from tables or indexes, shown or thrown away."""
    read = [step for step in steps if "Scan" in step["Node Type"] and not step.get("Plans")]
    return sum(
        round((step["Actual Rows"] + step.get("Rows Removed by Filter", 0)) * step["Actual Loops"]) for step in read
    )


def indexes(steps: list[dict[str, Any]]) -> set[str]:
    return {step["Index Name"] for step in steps if "Index Name" in step}


FIRST = (FIRST_EVENT.starts, FIRST_EVENT.link)
FAR_DOWN = ("2026-02-01T00:00:00Z", LAST_LINK)


@pytest.mark.parametrize("place", [FIRST, FAR_DOWN], ids=["first", "far down"])
async def test_a_page_reads_no_more_rows_than_it_shows(busy: Reconciling, place: tuple[str, UUID]) -> None:
    steps = await plan(busy, "events_of_account", "ann", *place, "", PAGE)
    assert indexes(steps) == {"links_by_start"}
    assert rows_read(steps) == PAGE


async def test_a_page_of_a_rare_state_reads_no_more_rows_than_it_shows(busy: Reconciling) -> None:
    steps = await plan(busy, "events_of_account_in_state", "ann", *FIRST, "", PAGE, "refused")
    assert indexes(steps) == {"links_by_state"}
    assert rows_read(steps) == PAGE


async def test_a_page_of_skipped_events_reads_no_more_of_them_than_it_shows(busy: Reconciling) -> None:
    place = (FIRST_SKIP.at, FIRST_SKIP.side, FIRST_SKIP.item)
    steps = await plan(busy, "skips_of_account", "ann", *place, PAGE)
    assert "skips_by_time" in indexes(steps)
    assert rows_read(steps) == PAGE


async def test_a_search_reads_one_accounts_events_at_most(busy: Reconciling) -> None:
    steps = await plan(busy, "events_of_account", "user 7", *FIRST, "nowhere", PAGE)
    assert rows_read(steps) == 200


async def test_an_event_is_found_by_an_id_of_either_side_without_reading_others(busy: Reconciling) -> None:
    for item in ("m77", "o77"):
        steps = await plan(busy, "links_of_item", item)
        assert {"links_record", "links_event"} <= indexes(steps)
        assert not [step for step in steps if step["Node Type"] == "Seq Scan"]


async def test_the_numbers_of_an_account_come_from_indexes(busy: Reconciling) -> None:
    steps = await plan(busy, "overview", ["ann", "user 7"])
    assert not [
        step for step in steps if step["Node Type"] == "Seq Scan" and step["Relation Name"] in {"links", "skips"}
    ]
