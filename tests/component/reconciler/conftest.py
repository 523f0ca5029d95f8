"""A reconciler on a database of its own, made from a migrated template."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from reconciler.metrics import Metrics
from reconciler.settings import ReconcilerSettings
from reconciler.store import Database
from reconciler.store.migrate import migrate
from sandbox.postgres import EmbeddedPostgres
from support.reconciling import Reconciling


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedPostgres]:
    async with EmbeddedPostgres(tmp_path_factory.mktemp("reconciler-postgres")) as server:
        await migrate(await server.create_database("migrated"))
        yield server


@pytest.fixture
async def address(postgres: EmbeddedPostgres) -> AsyncIterator[str]:
    async with postgres.fresh_database(template="migrated") as dsn:
        yield dsn


@pytest.fixture
async def reconciling(address: str) -> AsyncIterator[Reconciling]:
    settings = ReconcilerSettings.model_validate({"postgres": address})
    metrics = Metrics(CollectorRegistry())
    async with Database(address, metrics, settings.brake, connections=4) as database:
        yield Reconciling(database, settings, metrics)
