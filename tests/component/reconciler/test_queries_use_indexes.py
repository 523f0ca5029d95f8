"""What is asked for a message, a page or a tick finds its rows by an index, however many rows there are."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from reconciler.store.sql import QUERIES
from sandbox.postgres import EmbeddedPostgres

ALL_ROWS = {
    "access": "the list of who may connect, which is short",
    "accounts": "every account, for a page that lists them",
    "bound_census": "not a query",
    "census_accounts": "counts everything, every 15 seconds and within a time limit",
    "census_feeds": "counts everything",
    "census_links": "counts everything",
    "census_subscriptions": "counts everything",
    "census_waiting": "counts everything",
    "feeds_in_trouble": "a page that lists what fails, of as many feeds as there are calendars",
    "forget_inbox": "a tenth of a week's messages at most, once a minute",
    "move_windows_on": "one pass over as many feeds as there are calendars, once a minute",
    "never_claimed": "records of our own making whose outcome is late, which are few",
    "read_owners_anew": "concerns everybody, and only where a sweep has lost its place",
    "roles_told": "what roles said of each user who has signed in, for the same page as `access`",
    "looking": "counts all feeds, for a command line that waits for rest",
}
"""Queries that read a table as a whole, by right."""

SMALL = {"accounts", "access", "outbox", "dead_letters", "grants", "settings_changes"}
"""Tables that stay small, or are read whole because they are empty most of the time."""

FILL = """
INSERT INTO accounts (id, name, mailbox, addresses, zone, settings)
SELECT 'user' || n, 'Name', 'user' || n || '@contoso.test', ARRAY['user' || n || '@contoso.test'], 'UTC', '{}'
FROM generate_series(0, 499) n;

INSERT INTO links (id, account, entity, espo_id, outlook_id, ical_uid, transaction_id, state, in_flight, due_at, pending_since,
                   ends_at, body)
SELECT gen_random_uuid(), 'user' || n % 500, 'Meeting', 'm' || n, CASE WHEN n % 100 > 0 THEN 'o' || n END, 'i' || n, 't' || n,
       CASE WHEN n % 200 = 0 THEN 'pending' WHEN n % 211 = 0 THEN 'refused' WHEN n % 223 = 0 THEN 'held' ELSE 'in sync' END,
       (n % 200 = 0)::int, CASE WHEN n % 200 = 0 THEN now() END, CASE WHEN n % 200 = 0 THEN now() END,
       now() + n * interval '1 minute',
       jsonb_build_object('espo', jsonb_build_object('id', 'm' || n, 'seen', jsonb_build_object('title', 'T', 'span',
           jsonb_build_object('start', to_char(now() + n * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')))))
FROM generate_series(1, 20000) n;

INSERT INTO journal (account, link, what, target, reason)
SELECT account, id, CASE WHEN random() < 0.02 THEN 'to be removed' ELSE 'updated' END, 'espo', '' FROM links;

INSERT INTO feeds (feed, kind, account, place, every_seconds, reason, next_look_at, subscribe_at)
SELECT 'feed' || n, 'calendar', 'user' || n % 500, '', 900, CASE WHEN n % 1000 = 0 THEN 'throttled' ELSE '' END,
       now() + n * interval '1s', now() + n * interval '1s'
FROM generate_series(1, 10000) n;

INSERT INTO skips (account, side, item, reason)
SELECT 'user' || n % 500, 'outlook', 's' || n, 'recurring' FROM generate_series(1, 20000) n;

INSERT INTO inbox (message_id) SELECT gen_random_uuid() FROM generate_series(1, 20000);

INSERT INTO unclaimed (entity, espo_id, account, seen) SELECT 'Meeting', 'u' || n, 'user1', '{}' FROM generate_series(1, 10000) n;
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def full(postgres: EmbeddedPostgres) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """A database that has been in use for long."""
    async with postgres.fresh_database(template="migrated") as dsn:
        connection = await asyncpg.connect(dsn)
        await connection.execute(FILL)
        await connection.execute("ANALYZE")
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        yield connection
        await connection.close()


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


@pytest.mark.parametrize("name", sorted(QUERIES.keys() - ALL_ROWS.keys()))
@pytest.mark.asyncio(loop_scope="session")
async def test_no_table_that_grows_is_read_from_end_to_end(
    full: "asyncpg.Connection[asyncpg.Record]", name: str
) -> None:
    text = QUERIES[name]
    parameters = ["NULL"] * max(map(int, re.findall(r"\$(\d+)", text)), default=0)
    await full.execute(f"PREPARE {name} AS {text}")
    execute = f"EXECUTE {name} ({', '.join(parameters)})" if parameters else f"EXECUTE {name}"
    ((plan,),) = await full.fetch(f"EXPLAIN (FORMAT JSON) {execute}")
    read_whole = [
        node["Relation Name"] for node in nodes(json.loads(plan)[0]["Plan"]) if node["Node Type"] == "Seq Scan"
    ]
    assert [table for table in read_whole if table not in SMALL] == []


def test_what_may_read_everything_is_still_there() -> None:
    assert ALL_ROWS.keys() - QUERIES.keys() == set()
