"""Counts what every entrance was sent and what memory that took, and says so at the end: `make fuzz` is for those numbers."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

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
_TAKEN = pytest.StashKey[dict[str, int]]()
_MOST = 256 * 2**20
"""Bytes that rubbish may make us take; the largest body is a megabyte, and what hypothesis keeps of its own is in it."""


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count."""
    config.stash[_COUNTED] = Counter()
    config.stash[_TAKEN] = {}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how much came in where."""
    for entrance, count in sorted(config.stash[_COUNTED].items()):
        terminalreporter.write_line(f"{count:>8} {entrance}")
    for test, taken in sorted(config.stash[_TAKEN].items()):
        terminalreporter.write_line(f"{taken / 2**20:>+8.1f} MiB at most, {test}")


@pytest.fixture(scope="session")
def counted(pytestconfig: pytest.Config) -> Counter[str]:
    return pytestconfig.stash[_COUNTED]


@pytest.fixture(autouse=True)
def bounded(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever comes in, memory does not grow without bound, not even for a moment."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # proc(5): the peak begins anew
    before = _resident("VmRSS")
    yield
    taken = _resident("VmHWM") - before
    request.config.stash[_TAKEN][request.node.name] = taken
    assert taken < _MOST


def _resident(which: str) -> int:
    """Give the process's memory in bytes: VmRSS now, VmHWM at its peak (proc(5), `/proc/PID/status`)."""
    found = re.search(rf"^{which}:\s+(\d+) kB$", Path("/proc/self/status").read_text("ascii"), re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024


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
