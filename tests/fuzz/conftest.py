"""Counts what every entrance was sent, and says so at the end: `make fuzz` is for that number."""

from collections import Counter
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

_COUNTED = pytest.StashKey[Counter[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count."""
    config.stash[_COUNTED] = Counter()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how much came in where."""
    for entrance, count in sorted(config.stash[_COUNTED].items()):
        terminalreporter.write_line(f"{count:>8} {entrance}")


@pytest.fixture(scope="session")
def counted(pytestconfig: pytest.Config) -> Counter[str]:
    return pytestconfig.stash[_COUNTED]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedPostgres]:
    async with EmbeddedPostgres(tmp_path_factory.mktemp("fuzz-postgres")) as server:
        await migrate(await server.create_database("migrated"))
        yield server


@pytest.fixture
async def reconciling(postgres: EmbeddedPostgres) -> AsyncIterator[Reconciling]:
    async with postgres.fresh_database(template="migrated") as address:
        settings = ReconcilerSettings.model_validate({"postgres": address})
        metrics = Metrics(CollectorRegistry())
        async with Database(address, metrics, settings.brake, connections=2) as database:
            yield Reconciling(database, settings, metrics)
