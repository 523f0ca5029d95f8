"""People who give their consent at Microsoft, as the console would have them do it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from support.whole import PATIENCE, Whole
from tandem.people.cast import Colleague

_SESSION = "the session with the console"


@asynccontextmanager
async def as_the_console(whole: Whole) -> AsyncIterator[httpx.AsyncClient]:
    """Give the Outlook connector's interface, as the console has it."""
    at = whole.system.addresses
    headers = {"Authorization": f"Bearer {at.service_secret}"}
    async with httpx.AsyncClient(base_url=at.outlook_connector, headers=headers, timeout=PATIENCE) as http:
        yield http


async def consents(whole: Whole, connector: httpx.AsyncClient, who: Colleague) -> dict[str, Any]:
    """Have somebody press *Connect*, accept at Microsoft, and come back; gives the grant as the connector describes it."""
    wish = {"account": whole.id_of(who), "session": _SESSION}
    url = (await connector.post("/oauth/attempts", json=wish)).raise_for_status().json()["authorize_url"]
    decided = await whole.http.post(url, data={"login": who.address, "decision": "accept"})
    back = dict(parse_qsl(urlsplit(decided.headers["location"]).query))
    finish = {"state": back["state"], "code": back["code"], "session": _SESSION}
    return dict((await connector.post("/oauth/grants", json=finish)).raise_for_status().json())
