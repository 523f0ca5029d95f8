"""The company that is measured: as many people as a measure wants, each with a mailbox and an EspoCRM user."""

import asyncio
import itertools
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx

from tandem.addresses import Addresses
from tandem.api import Reconciler
from tandem.people.outlook import app_token
from tandem.people.seed import COLLEAGUE

_AT_ONCE = 16
_PER_BATCH = 20
_QUARTERS = 200 * 24 * 4
_TEXT = "What this is about, in a few lines of plain words, as most events have it.\nAnd who brings what."
_TIMEOUT = httpx.Timeout(60)
CONNECTIONS = 32
"""More at once would only wait inside the simulators, and take from them the time to tell of changes."""

_LIMITS = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a mailbox and an EspoCRM user. `login` is the user name, and the password."""

    login: str
    mailbox: str
    espo_id: str


@dataclass(slots=True)
class Crowd:
    """Makes people and acts for them on both sides, as an app and as users of their own."""

    http: httpx.AsyncClient
    at: Addresses
    token: str
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def people(self, count: int) -> list[Person]:
        """Make people whom nobody has connected yet."""
        return [await self._person(f"bench{next(self._numbers)}") for _ in range(count)]

    async def _person(self, login: str) -> Person:
        mailbox = f"{login}@contoso.test"
        await self._post(f"{self.at.graph.url}/_control/mailboxes", {"upn": mailbox, "name": login})
        wish = {
            "userName": login,
            "firstName": login,
            "lastName": "Bench",
            "emailAddress": mailbox,
            "type": "regular",
            "password": login,
            "timeZone": "UTC",
            "acl": COLLEAGUE,
        }
        record = await self._post(f"{self.at.espo.url}/_control/users", wish)
        return Person(login, mailbox, record["id"])

    async def latency(self, milliseconds: int) -> None:
        """Have every answer of both sides take so long."""
        for url in (self.at.graph.url, self.at.espo.url):
            await self._post(f"{url}/_control/latency", {"ms": milliseconds})

    async def fill_outlook(self, who: Person, titles: list[str]) -> None:
        """Put many events into a mailbox, as fast as that goes."""
        url = f"{self.at.graph.url}/v1.0/$batch"
        for start in range(0, len(titles), _PER_BATCH):
            items = [
                {
                    "id": str(number),
                    "method": "POST",
                    "url": f"/users/{who.mailbox}/events",
                    "headers": {"Content-Type": "application/json"},
                    "body": outlook_event(title),
                }
                for number, title in enumerate(titles[start : start + _PER_BATCH])
            ]
            answer = await self.http.post(url, json={"requests": items}, headers=self._bearer)
            refused = [
                one for one in answer.raise_for_status().json()["responses"] if one["status"] != HTTPStatus.CREATED
            ]
            if refused:
                raise RuntimeError(f"the simulated Graph refused {len(refused)} events: {refused[0]['status']}")

    async def fill_espo(self, who: Person, titles: list[str]) -> None:
        """Put many meetings of one user into EspoCRM, as fast as that goes."""
        turn = asyncio.Semaphore(_AT_ONCE)

        async def make(title: str) -> None:
            async with turn:
                await self.create_in_espo(who, title)

        await asyncio.gather(*(make(title) for title in titles))

    async def create_in_outlook(self, who: Person, title: str) -> str:
        """Make one event in a mailbox, once Graph lets a client in: four at a time in each mailbox; answers its id."""
        url = f"{self.at.graph.url}/v1.0/users/{who.mailbox}/events"
        while True:
            answer = await self.http.post(url, json=outlook_event(title), headers=self._bearer)
            if answer.status_code != HTTPStatus.TOO_MANY_REQUESTS:
                return str(answer.raise_for_status().json()["id"])
            await asyncio.sleep(float(answer.headers["Retry-After"]))

    async def create_in_espo(self, who: Person, title: str) -> str:
        """Make one meeting of a user; answers its id."""
        url = f"{self.at.espo.url}/api/v1/Meeting"
        answer = await self.http.post(url, json=espo_meeting(title, who.espo_id), auth=(who.login, who.login))
        return str(answer.raise_for_status().json()["id"])

    async def retitle_in_outlook(self, who: Person, event: str, title: str) -> None:
        """Give an event another title."""
        url = f"{self.at.graph.url}/v1.0/users/{who.mailbox}/events/{event}"
        (await self.http.patch(url, json={"subject": title}, headers=self._bearer)).raise_for_status()

    async def retitle_in_espo(self, who: Person, record: str, title: str) -> None:
        """Give a meeting another title."""
        url = f"{self.at.espo.url}/api/v1/Meeting/{record}"
        (await self.http.put(url, json={"name": title}, auth=(who.login, who.login))).raise_for_status()

    async def _post(self, url: str, wish: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.http.post(url, json=wish)).raise_for_status().json()
        return answer

    @property
    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Prefer": 'IdType="ImmutableId"'}


@asynccontextmanager
async def crowd(at: Addresses, network: httpx.AsyncBaseTransport | None = None) -> AsyncIterator[Crowd]:
    """Sign in on both sides. `network` replaces httpx's own, which grows slow where hundreds wait for a connection."""
    async with httpx.AsyncClient(timeout=_TIMEOUT, limits=_LIMITS, transport=network) as http:
        yield Crowd(http, at, await app_token(http, at.graph))


async def connect(reconciler: Reconciler, who: Person) -> None:
    """Connect somebody, both ways, meetings only."""
    settings = {"direction": "both", "entities": {"Meeting": ""}, "default_entity": "Meeting"}
    wish = {"name": who.login, "mailbox": who.mailbox, "zone": "UTC", "addresses": [who.mailbox], "settings": settings}
    await reconciler.connect(who.espo_id, wish)


def outlook_event(title: str) -> dict[str, Any]:
    """Write an ordinary event of an hour, in the next weeks, as a client of Graph sends it."""
    start, end = _hour(title)
    return {
        "subject": title,
        "body": {"contentType": "text", "content": _TEXT},
        "location": {"displayName": "Room 12"},
        "start": {"dateTime": start.isoformat(), "timeZone": "UTC"},
        "end": {"dateTime": end.isoformat(), "timeZone": "UTC"},
    }


def espo_meeting(title: str, owner: str) -> dict[str, Any]:
    """Write an ordinary meeting of an hour, in the next weeks, as EspoCRM's pages send it."""
    start, end = _hour(title)
    return {
        "name": title,
        "status": "Planned",
        "description": _TEXT,
        "assignedUserId": owner,
        "usersIds": [owner],
        "dateStart": f"{start:%Y-%m-%d %H:%M:%S}",
        "dateEnd": f"{end:%Y-%m-%d %H:%M:%S}",
    }


def _hour(title: str) -> tuple[datetime, datetime]:
    """Choose an hour by the title: a calendar has few events that begin at the same moment."""
    tomorrow = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(days=1)
    start = tomorrow + timedelta(minutes=15 * (zlib.crc32(title.encode()) % _QUARTERS))
    return start, start + timedelta(hours=1)
