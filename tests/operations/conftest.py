"""One running whole for what an operator does to it: on real Kafka, its mailboxes opened by consent alone."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from support.consenting import as_the_console, consents
from support.running import at_work, on, peopled, real_kafka
from support.whole import Whole
from tandem.local.system import System
from tandem.people.cast import COLLEAGUES

__all__ = ["on", "real_kafka"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def system(real_kafka: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """The whole, with people connected and no permission of the application's own."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TANDEM_APPLICATION_PERMISSIONS", "false")
        async with peopled(tmp_path_factory, real_kafka) as system:
            yield system


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole(system: System) -> AsyncIterator[Whole]:
    """Both sides, and the product between them; everybody has consented."""
    async with at_work(system) as whole:
        async with as_the_console(whole) as connector:
            for who in COLLEAGUES:
                await consents(whole, connector, who)
        yield whole
