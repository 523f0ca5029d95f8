"""One running whole for all tests of this folder, watched as in production, after a day in which everything happened."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from observability import busy_day
from observability.collecting import Collector, collecting
from observability.prometheus import Prometheus, scraping
from observability.watched import SECRET_ENDS, WATCHED
from support.running import at_work, peopled
from support.whole import Whole
from tandem.local.system import System


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def collector() -> AsyncIterator[Collector]:
    """Where the services send their spans."""
    async with collecting() as collector:
        yield collector


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def system(collector: Collector, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """The whole, with traces on, counting its rows once a second."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        environment.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        environment.setenv("TANDEM_CENSUS_SECONDS", "1")
        environment.setenv("TANDEM_CLIENT_SECRET_EXPIRES", SECRET_ENDS.isoformat())
        async with peopled(tmp_path_factory) as system:
            yield system


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def prometheus(system: System, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Prometheus]:
    """Prometheus over the services."""
    targets = {service: urlsplit(getattr(system.addresses, service)).netloc for service in WATCHED}
    async with scraping(targets, tmp_path_factory.mktemp("prometheus")) as prometheus:
        yield prometheus


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole(system: System, prometheus: Prometheus) -> AsyncIterator[Whole]:
    """Both sides and the product between them, after a busy day that Prometheus has watched from its beginning."""
    await prometheus.has_seen(WATCHED)
    async with at_work(system) as whole:
        await busy_day.live(whole)
        await prometheus.has_scraped_twice()
        yield whole
