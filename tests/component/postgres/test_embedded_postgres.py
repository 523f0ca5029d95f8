import asyncio
import signal
import sys
from pathlib import Path

import asyncpg
import pytest

from sandbox.child import ChildFailed
from sandbox.postgres import EmbeddedPostgres


async def value(dsn: str, query: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_a_fresh_database_is_a_copy_of_its_template_and_gone_afterwards(postgres: EmbeddedPostgres) -> None:
    template = await postgres.create_database("template")
    await value(template, "CREATE TABLE links AS SELECT 7 AS id")
    async with postgres.fresh_database(template="template") as dsn:
        assert await value(dsn, "SELECT id FROM links") == 7
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await value(dsn, "SELECT 1")


async def test_two_fresh_databases_do_not_see_each_other(postgres: EmbeddedPostgres) -> None:
    async with postgres.fresh_database() as one, postgres.fresh_database() as other:
        await value(one, "CREATE TABLE only_here AS SELECT 1")
        assert await value(other, "SELECT to_regclass('only_here')") is None


async def test_a_fresh_database_is_removed_even_while_somebody_is_connected(postgres: EmbeddedPostgres) -> None:
    async with postgres.fresh_database() as dsn:
        connection = await asyncpg.connect(dsn)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await connection.fetchval("SELECT 1")


async def test_data_survives_a_stop(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path / "data") as postgres:
        await value(postgres.dsn, "CREATE TABLE kept AS SELECT 7 AS id")
    async with EmbeddedPostgres(tmp_path / "data") as postgres:
        assert await value(postgres.dsn, "SELECT id FROM kept") == 7


async def test_a_directory_that_is_in_use_says_so(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    assert postgres.dsn
    with pytest.raises(ChildFailed, match="already exists"):
        await EmbeddedPostgres(tmp_path / "data").__aenter__()


async def test_as_a_process_it_prints_its_address_and_stops_on_a_signal(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox.postgres", "--dir", tmp_path / "data", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    dsn = (await process.stdout.readline()).decode().strip()
    assert await value(dsn, "SELECT 1") == 1
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
    with pytest.raises(OSError, match="Connect call failed"):
        await value(dsn, "SELECT 1")
