"""One running system for all tests of a session: every service a process, on real Apache Kafka."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from support.running import on, peopled, real_kafka
from tandem.api import Reconciler
from tandem.local.system import System

__all__ = ["on", "real_kafka"]


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
