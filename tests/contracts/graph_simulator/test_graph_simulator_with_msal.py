"""Microsoft's own login library against the simulated login."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import msal
import pytest

from sandbox.graph.config import ANN, TENANT_ID

BACK = "http://127.0.0.1/back"


class Proxy:
    """The HTTP client that msal is given. msal insists on https, so this plays the proxy that ends TLS before Graph."""

    def __init__(self) -> None:
        self._client = httpx.Client(headers={"X-Forwarded-Proto": "https"})

    def get(self, url: str, *, params: Any = None, headers: Any = None, **_: Any) -> httpx.Response:
        return self._client.get(url.replace("https://", "http://"), params=params, headers=headers)

    def post(self, url: str, *, params: Any = None, data: Any = None, headers: Any = None, **_: Any) -> httpx.Response:
        return self._client.post(url.replace("https://", "http://"), params=params, data=data, headers=headers)

    def close(self) -> None:
        self._client.close()


@pytest.fixture
async def app(base_url: str) -> AsyncIterator[Any]:
    with contextlib.closing(Proxy()) as proxy:
        yield await asyncio.to_thread(
            msal.ConfidentialClientApplication,
            "tandem",
            client_credential="tandem-secret",
            authority=f"{base_url.replace('http://', 'https://')}/{TENANT_ID}",
            instance_discovery=False,
            http_client=proxy,
        )


@pytest.mark.filterwarnings("ignore:response_mode='form_post' is recommended:UserWarning")
async def test_a_person_signs_in_with_pkce_and_the_grant_is_refreshed(app: Any, base_url: str) -> None:
    flow = app.initiate_auth_code_flow(["Calendars.ReadWrite", "User.Read"], redirect_uri=BACK)
    async with httpx.AsyncClient() as browser:
        pressed = {"login": ANN.upn, "decision": "accept"}
        answer = await browser.post(flow["auth_uri"].replace("https://", "http://"), data=pressed)
    back = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    tokens = await asyncio.to_thread(app.acquire_token_by_auth_code_flow, flow, back)
    assert tokens["id_token_claims"]["preferred_username"] == ANN.upn
    renewed = await asyncio.to_thread(app.acquire_token_by_refresh_token, tokens["refresh_token"], ["User.Read"])
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {renewed['access_token']}"}) as graph:
        assert (await graph.get(f"{base_url}/v1.0/me")).json()["id"] == ANN.oid


async def test_an_application_signs_in_for_itself(app: Any, base_url: str) -> None:
    tokens = await asyncio.to_thread(app.acquire_token_for_client, ["https://graph.microsoft.com/.default"])
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {tokens['access_token']}"}) as graph:
        assert (await graph.get(f"{base_url}/v1.0/users/{ANN.upn}/calendar")).status_code == 200
