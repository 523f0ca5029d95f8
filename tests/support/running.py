"""One running whole for the tests of a folder, every service a process: a conftest that imports these fixtures has it.

A folder whose whole is a different one defines `system` itself, from the same parts.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
import pytest
import pytest_asyncio

from support.needed import apache_kafka
from support.whole import Whole, whole_of
from tandem.api import Reconciler
from tandem.local.system import System, running
from tandem.local.wanted import APACHE, MEMORY, Wanted
from tandem.people.stage import Stage, stage


def peopled(folders: pytest.TempPathFactory, kafka: str = MEMORY) -> AbstractAsyncContextManager[System]:
    """Run the whole with the sandbox's people connected."""
    return running(Wanted(kafka=kafka, port_base=0, directory=folders.mktemp("whole") / "run"))


@asynccontextmanager
async def at_work(system: System) -> AsyncIterator[Whole]:
    """Have people work in it, on both sides."""
    at = system.addresses
    async with Reconciler(at.reconciler, at.service_secret) as reconciler, httpx.AsyncClient(timeout=10) as http:
        yield await whole_of(system, reconciler, http)


@pytest.fixture(scope="session")
def real_kafka() -> str:
    """Real Kafka can be started here."""
    apache_kafka()
    return APACHE


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """The whole, on the in-memory broker, with the sandbox's people connected."""
    async with peopled(tmp_path_factory) as system:
        yield system


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole(system: System) -> AsyncIterator[Whole]:
    """Both sides, and the product between them."""
    async with at_work(system) as whole:
        yield whole


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def on(system: System) -> AsyncIterator[Stage]:
    """Everybody's calendars."""
    async with stage(system.addresses, system.directory) as on:
        yield on
