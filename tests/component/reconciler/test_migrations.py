"""Which steps of the schema are applied before the code of a release, and which wait for it."""

import re

import asyncpg

from reconciler.store.migrate import before_the_code, migrate, steps
from sandbox.postgres import EmbeddedPostgres

PRE = ("0001_pre_begin.sql", "CREATE TABLE calls (id int, old text)")
POST = ("0002_post_drop_old.sql", "ALTER TABLE calls DROP COLUMN old")
NEXT = ("0003_pre_next.sql", "ALTER TABLE calls ADD COLUMN new text")


def test_what_the_code_that_still_runs_could_not_live_with_waits() -> None:
    assert before_the_code([PRE, POST]) == [PRE]


def test_what_an_earlier_release_left_waiting_comes_before_the_next_one_s_code() -> None:
    assert before_the_code([PRE, POST, NEXT]) == [PRE, POST, NEXT]


def test_a_release_without_a_change_of_the_schema_waits_for_nothing() -> None:
    assert before_the_code([PRE]) == [PRE]
    assert before_the_code([]) == []


def test_every_step_says_in_its_name_when_it_is_applied_and_has_a_number_of_its_own() -> None:
    names = [name for name, _ in steps()]
    assert [name for name in names if not re.fullmatch(r"\d{4}_(pre|post)_[a-z_]+\.sql", name)] == []
    assert len({name[:4] for name in names}) == len(names)


async def test_before_and_after_a_deployment_each_step_is_applied_once_and_in_order(
    postgres: EmbeddedPostgres,
) -> None:
    release = [PRE, POST]
    async with postgres.fresh_database() as address:
        assert await migrate(address, before_the_code(release)) == [PRE[0]]
        assert await columns(address) == {"id", "old"}, "the code that still runs reads both"
        assert await migrate(address, release) == [POST[0]]
        assert await columns(address) == {"id"}
        assert await migrate(address, release) == []


async def columns(address: str) -> set[str]:
    connection = await asyncpg.connect(address)
    try:
        rows = await connection.fetch("SELECT column_name FROM information_schema.columns WHERE table_name = 'calls'")
    finally:
        await connection.close()
    return {row["column_name"] for row in rows}
