"""One running system for all tests of a session: every service a process, on real Apache Kafka."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from support.needed import apache_kafka
from support.running import on, peopled
from tandem.api import Reconciler
from tandem.local.system import System
from tandem.local.wanted import APACHE

__all__ = ["on"]


@pytest.fixture(scope="session")
def real_kafka() -> str:
    """Real Kafka can be started here."""
    apache_kafka()
    return APACHE


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def system(real_kafka: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """The whole, with the sandbox's people connected."""
    async with peopled(tmp_path_factory, real_kafka) as system:
        yield system


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def reconciler(system: System) -> AsyncIterator[Reconciler]:
    """The reconciler's API."""
    async with Reconciler(system.addresses.reconciler, system.addresses.service_secret) as reconciler:
        yield reconciler
