"""The reconciler's HTTP interface, asked as the console and the command line ask it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from reconciler.api import Api
from support.reconciling import Reconciling


@pytest.fixture
async def api(reconciling: Reconciling) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=Api(reconciling.database, reconciling.settings).routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reconciler") as http:
        yield http
