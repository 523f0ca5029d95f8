"""A database that has been in use is migrated with what it holds."""

import asyncpg
import pytest

from reconciler.store.migrate import migrate, steps
from sandbox.postgres import EmbeddedPostgres
from support.links import event

BEFORE = "0003"


@pytest.fixture
async def in_use(postgres: EmbeddedPostgres) -> str:
    """A database from before the console, with one event on its way and one in step."""
    dsn = await postgres.create_database("in_use")
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "CREATE TABLE schema_migrations (name text PRIMARY KEY, applied_at timestamptz DEFAULT now())"
    )
    for name, sql in steps():
        if name < BEFORE:
            await connection.execute(sql)
            await connection.execute("INSERT INTO schema_migrations (name) VALUES ($1)", name)
    await connection.execute(
        "INSERT INTO accounts (id, name, mailbox, addresses, zone, settings) VALUES ('ann', 'Ann', 'a@b.test', '{}', 'UTC', '{}')"
    )
    for state in ("pending", "in sync"):
        await connection.execute(
            """
            INSERT INTO links (id, account, entity, transaction_id, state, in_flight, ends_at, body)
            VALUES (gen_random_uuid(), 'ann', 'Meeting', 't', $1, 0, now(),
                    jsonb_build_object('outlook', jsonb_build_object('seen', $2::jsonb)))
            """,
            state,
            event().model_dump_json(),
        )
    await connection.close()
    return dsn


async def test_events_from_before_the_console_are_found_in_its_lists(in_use: str) -> None:
    assert await migrate(in_use) == [name for name, _ in steps() if name >= BEFORE]
    connection = await asyncpg.connect(in_use)
    rows = await connection.fetch(
        "SELECT starts, title, pending_since = updated_at AS waits FROM links ORDER BY state DESC"
    )
    await connection.close()
    assert [tuple(row) for row in rows] == [
        ("2036-03-03T12:00:00Z", "Kick-off", True),
        ("2036-03-03T12:00:00Z", "Kick-off", None),
    ]


def test_no_two_migrations_have_the_same_number() -> None:
    numbers = [name[:4] for name, _ in steps()]
    assert len(numbers) == len(set(numbers))
