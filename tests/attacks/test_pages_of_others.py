"""Every page of the console that there is, tried by people to whom it does not belong. A new page is in here by itself."""

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from cryptography.fernet import Fernet
from prometheus_client import CollectorRegistry
from pydantic import HttpUrl, SecretStr
from starlette.applications import Starlette
from starlette.routing import Route

from bus.telling.health import Health
from console.main import compose
from console.settings import Settings
from support.console import Around, console_before
from support.console_reconciler import FakeReconciler

OPEN = {"/live", "/ready", "/metrics", "/sign-in"}
ANYBODYS = {"/", "/oauth/callback", "/sign-out", *OPEN}
"""What is nobody's in particular: each decides by the session what it shows."""

LOGGED_OUT = {httpx.codes.SEE_OTHER, httpx.codes.FORBIDDEN}
_VALUES = {"user": "ann-id", "link:uuid": str(uuid4()), "entry:int": "1", "letter:int": "1"}


def pages(method: str) -> list[str]:
    """The paths of every page that takes this method, their places filled with what is Ann's."""
    address: Any = HttpUrl("http://127.0.0.1:1")
    names = ("reconciler_url", "outlook_connector_url", "espo_connector_url", "public_url")
    secrets: Any = {"service_secret": SecretStr("x" * 20), "session_keys": SecretStr(Fernet.generate_key().decode())}
    app: Any = compose(Settings(**secrets, **dict.fromkeys(names, address)), Health(), CollectorRegistry())
    while not isinstance(app, Starlette):
        app = app._app
    routes = (route for route in app.routes if isinstance(route, Route) and method in (route.methods or ()))
    return sorted({re.sub(r"\{([^}]+)\}", lambda found: _VALUES[found[1]], route.path) for route in routes})


@pytest.fixture
async def around() -> AsyncIterator[Around]:
    async with console_before(FakeReconciler()) as around:
        yield around


@pytest.fixture
async def browser(around: Around) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Origin": around.url, "Sec-Fetch-Site": "same-origin"}
    async with httpx.AsyncClient(base_url=around.url, headers=headers) as http:
        yield http


async def signed_in(browser: httpx.AsyncClient, name: str) -> str:
    """Sign somebody in; gives the token of the forms."""
    answer = await browser.post("/sign-in", data={"user": name, "password": name})
    assert answer.status_code == httpx.codes.SEE_OTHER
    found = re.search(r'name="csrf" value="([^"]+)"', (await browser.get(f"/users/{name}-id/sync")).text)
    assert found is not None
    return found[1]


async def test_without_a_session_no_page_shows_anything(browser: httpx.AsyncClient) -> None:
    for path in set(pages("GET")) - OPEN - {"/oauth/callback"}:
        answer = await browser.get(path)
        assert answer.status_code in LOGGED_OUT, path


async def test_a_consent_that_comes_back_without_a_session_connects_nobody(
    around: Around, browser: httpx.AsyncClient
) -> None:
    around.outlook.attempts["known"] = ("ann-id", "the session of who began")
    await browser.get("/oauth/callback?state=known&code=stolen")
    assert around.outlook.grants == {}


async def test_without_a_session_no_form_is_taken(browser: httpx.AsyncClient) -> None:
    for path in set(pages("POST")) - OPEN:
        answer = await browser.post(path, data={"csrf": "guessed"})
        assert answer.status_code in LOGGED_OUT, path
        assert answer.headers.get("location", "/sign-in").startswith("/sign-in"), path


async def test_no_page_of_anns_or_of_the_administration_opens_for_ben(browser: httpx.AsyncClient) -> None:
    await signed_in(browser, "ben")
    for path in set(pages("GET")) - ANYBODYS:
        assert (await browser.get(path)).status_code == httpx.codes.FORBIDDEN, path


async def test_no_form_of_anns_or_of_the_administration_is_taken_from_ben(
    around: Around, browser: httpx.AsyncClient
) -> None:
    token = await signed_in(browser, "ben")
    for path in set(pages("POST")) - ANYBODYS:
        answer = await browser.post(path, data={"csrf": token})
        assert answer.status_code == httpx.codes.FORBIDDEN, path
    assert around.reconciler.told == []


async def test_no_form_at_all_is_taken_without_the_sessions_own_token(
    around: Around, browser: httpx.AsyncClient
) -> None:
    bens = await signed_in(browser, "ben")
    browser.cookies.clear()
    await signed_in(browser, "root")
    for path in set(pages("POST")) - OPEN:
        answer = await browser.post(path, data={"csrf": bens})
        assert answer.status_code == httpx.codes.FORBIDDEN, path
    assert around.reconciler.told == []


async def test_a_session_that_somebody_else_planted_is_replaced_by_signing_in(browser: httpx.AsyncClient) -> None:
    await signed_in(browser, "ben")
    planted = browser.cookies["tandem"]
    await signed_in(browser, "ann")
    assert browser.cookies["tandem"] != planted
    browser.cookies.clear()
    browser.cookies["tandem"] = planted
    assert (await browser.get("/users/ann-id/sync")).status_code == httpx.codes.FORBIDDEN


@pytest.mark.parametrize("text", ["/users\r\nSet-Cookie: tandem=x", "/\nX: y", "/%0d%0aX: y"])
async def test_no_text_of_a_form_becomes_a_header(browser: httpx.AsyncClient, text: str) -> None:
    answer = await browser.post("/sign-in", data={"user": "ann", "password": "ann", "next": text})
    assert "x" not in answer.headers
    assert all("tandem=x" not in value for value in answer.headers.get_list("set-cookie"))
