"""One running whole for what an operator does to it: every service a process, on the in-memory broker."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from support.whole import Whole, whole_of
from tandem.api import Reconciler
from tandem.local.system import System, running
from tandem.local.wanted import MEMORY, Wanted
from tandem.people.stage import Stage, stage


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """The whole, with the sandbox's people connected."""
    wanted = Wanted(kafka=MEMORY, port_base=0, directory=tmp_path_factory.mktemp("operations") / "run")
    async with running(wanted) as system:
        yield system


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole(system: System) -> AsyncIterator[Whole]:
    """Both sides, and the product between them."""
    at = system.addresses
    async with Reconciler(at.reconciler, at.service_secret) as reconciler, httpx.AsyncClient(timeout=10) as http:
        yield await whole_of(system, reconciler, http)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def on(system: System) -> AsyncIterator[Stage]:
    """Everybody's calendars."""
    async with stage(system.addresses, system.directory) as on:
        yield on
