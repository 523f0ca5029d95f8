"""The Outlook connector as its own process would run it, our services that ask it, and a person with a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from prometheus_client import CollectorRegistry

from broker.wire import QUICK, MemoryWire
from outlook_connector.main import compose
from outlook_connector.settings import Settings
from sandbox.graph.config import TENANT_ID
from sandbox.ports import free_port
from sandbox.serve import serving
from support.grants import KEY

SERVICE_SECRET = "what all services know"
SESSION = "the session of who sits in front of the page"
CONSOLE = "http://console.test"


@asynccontextmanager
async def replica(wire: MemoryWire, simulator_url: str, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Run one replica, to which people may consent, and give what our services ask it with."""
    port = free_port()
    usual = {
        **QUICK,
        "kafka": wire.bootstrap,
        "graph_url": simulator_url,
        "login_url": simulator_url,
        "tenant": TENANT_ID,
        "client_id": "tandem",
        "client_secret": "tandem-secret",
        "public_url": f"http://127.0.0.1:{port}",
        "oauth_redirect_url": f"{CONSOLE}/oauth/callback",
        "notification_secret": "only-the-connector-knows-this",
        "service_secret": SERVICE_SECRET,
        "grant_keys": KEY,
        "http_port": port,
    }
    app, _ = compose(Settings.model_validate(usual | settings), CollectorRegistry())
    headers = {"Authorization": f"Bearer {SERVICE_SECRET}"}
    async with serving(app, port=port) as url, httpx.AsyncClient(base_url=url, headers=headers) as http:
        yield http


@dataclass
class Browser:
    """Somebody at Microsoft's consent page."""

    http: httpx.AsyncClient

    async def decides(self, url: str, who: str, *, decision: str = "accept", scopes: str = "") -> dict[str, str]:
        """Press a button there, with only these permissions ticked if any are named; gives what comes back."""
        form = {"login": who, "decision": decision, "scope": scopes.split()}
        answer = await self.http.post(url, data=form)
        place = answer.headers["location"]
        assert place.startswith(f"{CONSOLE}/oauth/callback?")
        return dict(parse_qsl(urlsplit(place).query))


async def begun(service: httpx.AsyncClient, account: str, session: str = SESSION) -> str:
    """Begin an attempt to connect; gives the address to go to."""
    answer = await service.post("/oauth/attempts", json={"account": account, "session": session})
    return str(answer.raise_for_status().json()["authorize_url"])


async def consented_at(
    service: httpx.AsyncClient, browser: Browser, account: str, who: str, *, scopes: str = "", session: str = SESSION
) -> httpx.Response:
    """Connect an account from beginning to end."""
    back = await browser.decides(await begun(service, account, session), who, scopes=scopes)
    return await finished(service, back, session)


async def finished(service: httpx.AsyncClient, back: dict[str, str], session: str = SESSION) -> httpx.Response:
    """Bring back what came from Microsoft."""
    return await service.post("/oauth/grants", json={"state": back["state"], "code": back["code"], "session": session})
