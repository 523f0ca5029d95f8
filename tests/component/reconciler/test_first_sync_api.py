"""The preview of a first sync, as the console and the command line ask for it."""

import httpx
import pytest
from starlette.applications import Starlette

from reconciler.api import Api
from support.reconciling import Reconciling


@pytest.fixture
async def http(reconciling: Reconciling) -> httpx.AsyncClient:
    app = Starlette(routes=Api(reconciling.database, reconciling.settings).routes())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reconciler")


async def test_an_account_saved_to_be_confirmed_waits_for_a_word(
    reconciling: Reconciling, http: httpx.AsyncClient
) -> None:
    wish = {"name": "Ann", "mailbox": "ann@contoso.test", "confirm": True, "settings": {"direction": "none"}}
    assert (await http.put("/accounts/ann", json=wish)).status_code == 200
    await reconciling.database.pool.execute("UPDATE accounts SET awaits = '{word}'")
    assert (await http.get("/accounts/ann/preview")).json()["phase"] == "waiting"
    assert (await http.post("/accounts/ann/begin", json={"by": "Ann"})).status_code == 204
    assert (await http.get("/accounts/ann/preview")).json()["phase"] == "running"
    assert await reconciling.database.pool.fetchval("SELECT by FROM journal WHERE what = 'began'") == "Ann"


@pytest.mark.parametrize(("method", "path"), [("GET", "/accounts/nobody/preview"), ("POST", "/accounts/nobody/begin")])
async def test_there_is_no_first_sync_of_an_unknown_account(http: httpx.AsyncClient, method: str, path: str) -> None:
    assert (await http.request(method, path)).status_code == 404
