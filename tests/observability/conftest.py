"""One running whole for all tests of this folder, watched as in production, after a day in which everything happened."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio

from observability import busy_day
from observability.collecting import Collector, collecting
from observability.prometheus import Prometheus, scraping
from observability.watched import SECRET_ENDS, WATCHED
from support.whole import Whole, whole_of
from tandem.api import Reconciler
from tandem.local.system import System, running
from tandem.local.wanted import MEMORY, Wanted


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def collector() -> AsyncIterator[Collector]:
    """Where the services send their spans."""
    async with collecting() as collector:
        yield collector


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def system(collector: Collector, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """The whole, with traces on, counting its rows once a second."""
    wanted = Wanted(kafka=MEMORY, port_base=0, directory=tmp_path_factory.mktemp("observability") / "run")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        environment.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        environment.setenv("TANDEM_CENSUS_SECONDS", "1")
        environment.setenv("TANDEM_CLIENT_SECRET_EXPIRES", SECRET_ENDS.isoformat())
        async with running(wanted) as system:
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
    at = system.addresses
    await prometheus.has_seen(WATCHED)
    async with Reconciler(at.reconciler, at.service_secret) as reconciler, httpx.AsyncClient(timeout=10) as http:
        whole = await whole_of(system, reconciler, http)
        await busy_day.live(whole)
        await prometheus.has_scraped_twice()
        yield whole
