"""People at work in the running whole, with everything that their calendars hold: for what `tandem.people` leaves out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

import httpx
from aiokafka import AIOKafkaProducer

from contracts.topics import ESPO_WRITES
from tandem.api import Reconciler
from tandem.local.system import System
from tandem.people.cast import Colleague
from tandem.people.outlook import app_token
from tandem.polling import until
from tandem.smoke.quiet import settled

PATIENCE = 45.0
START = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=12)

T = TypeVar("T")


def _hour(title: str) -> dict[str, Any]:
    return {
        "subject": title,
        "start": {"dateTime": f"{START:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
        "end": {"dateTime": f"{START + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
    }


def told_apart(title: str) -> str:
    """Tests share one running whole, so each title is used once."""
    return f"{title} {uuid4().hex[:12]}"


@dataclass(frozen=True, slots=True)
class Whole:
    """Both simulated systems, and the product between them."""

    system: System
    reconciler: Reconciler
    http: httpx.AsyncClient
    token: str

    async def outlook(self, who: Colleague, method: str, path: str, body: Any = None) -> Any:
        """Have somebody use Outlook; paths are relative to the mailbox."""
        headers = {"Authorization": f"Bearer {self.token}", "Prefer": 'IdType="ImmutableId"'}
        url = f"{self.system.addresses.graph.url}/v1.0/users/{who.address}/{path}"
        answer = (await self.http.request(method, url, headers=headers, json=body)).raise_for_status()
        return answer.json() if answer.content else None

    async def espo(self, who: Colleague, method: str, path: str, body: Any = None) -> Any:
        """Have somebody use EspoCRM."""
        url = f"{self.system.addresses.espo.url}/api/v1/{path}"
        answer = await self.http.request(method, url, json=body, auth=(who.login, who.password))
        return answer.raise_for_status().json()

    async def control_graph(self, method: str, path: str, body: Any = None) -> Any:
        """Use the control surface of the simulated Graph."""
        url = f"{self.system.addresses.graph.url}/_control/{path}"
        return (await self.http.request(method, url, json=body)).raise_for_status().json()

    async def control_espo(self, method: str, path: str, body: Any = None) -> Any:
        """Use the control surface of the simulated EspoCRM."""
        url = f"{self.system.addresses.espo.url}/_control/{path}"
        return (await self.http.request(method, url, json=body)).raise_for_status().json()

    def id_of(self, who: Colleague) -> str:
        """Give somebody's id in EspoCRM."""
        return self.system.directory[who.address].id

    async def plans_in_espo(self, who: Colleague, title: str, **fields: Any) -> str:
        """Have somebody make an hour's meeting in EspoCRM, her own unless said otherwise; gives the record's id."""
        usual = {
            "name": title,
            "status": "Planned",
            "assignedUserId": self.id_of(who),
            "dateStart": f"{START:%Y-%m-%d %H:%M:%S}",
            "dateEnd": f"{START + timedelta(hours=1):%Y-%m-%d %H:%M:%S}",
        }
        return str((await self.espo(who, "POST", "Meeting", usual | fields))["id"])

    async def plans_in_outlook(self, who: Colleague, title: str, **fields: Any) -> str:
        """Have somebody make an hour's event in the mailbox's own calendar; gives its id."""
        return str((await self.outlook(who, "POST", "events", _hour(title) | fields))["id"])

    async def plans_in_calendar(self, who: Colleague, calendar: str, title: str) -> str:
        """Have somebody make an hour's event in a certain calendar of the mailbox; gives its id."""
        return str((await self.outlook(who, "POST", f"calendars/{calendar}/events", _hour(title)))["id"])

    async def in_outlook(self, who: Colleague, title: str) -> list[dict[str, Any]]:
        """List the events of that title in a mailbox."""
        events = (await self.outlook(who, "GET", "events?$top=500"))["value"]
        return [event for event in events if event["subject"] == title]

    async def in_espo(self, who: Colleague, title: str) -> list[dict[str, Any]]:
        """List the meetings of that title, whole."""
        rows = (await self.espo(who, "GET", "Meeting?maxSize=200"))["list"]
        return [await self.espo(who, "GET", f"Meeting/{row['id']}") for row in rows if row["name"] == title]

    async def titles_in_espo(self, who: Colleague) -> list[str]:
        """List the titles of all meetings."""
        return [row["name"] for row in (await self.espo(who, "GET", "Meeting?maxSize=200"))["list"]]

    async def mails(self, title: str) -> list[tuple[str, str]]:
        """List the mails that Exchange sent about events of that title, as kind and receiver."""
        sent = await self.control_graph("GET", "outbox")
        return [(mail["kind"], mail["to"]) for mail in sent if mail["subject"] == title]

    async def parks_a_letter(self) -> None:
        """Send the EspoCRM connector what it cannot make sense of, which becomes a dead letter."""
        producer = AIOKafkaProducer(bootstrap_servers=self.system.addresses.kafka)
        await producer.start()
        await producer.send_and_wait(ESPO_WRITES.name, b'{"kind": "nothing that anybody knows"}', key=b"ann")
        await producer.stop()

    async def eventually(self, look: Callable[[], Awaitable[T | None]]) -> T:
        """Wait for what must come. Raises AssertionError if it does not."""
        found = await until(look, PATIENCE)
        if found is None:
            raise AssertionError(f"it did not come; pending: {await self.reconciler.pending()}")
        return found

    async def one_in_outlook(self, who: Colleague, title: str) -> dict[str, Any]:
        """Wait for the event of that title, and for everything that follows from it; it must be there once."""
        return await self._one(lambda: self.in_outlook(who, title))

    async def one_in_espo(self, who: Colleague, title: str) -> dict[str, Any]:
        """Wait for the meeting of that title, and for everything that follows from it; it must be there once."""
        return await self._one(lambda: self.in_espo(who, title))

    async def rest(self) -> None:
        """Wait until nothing is under way any more."""
        assert await settled(self.reconciler, PATIENCE) == ()

    async def any_in_espo(self, who: Colleague, title: str) -> list[dict[str, Any]] | None:
        """List the meetings of that title, None while there are none."""
        return await self.in_espo(who, title) or None

    async def _one(self, listed: Callable[[], Awaitable[list[dict[str, Any]]]]) -> dict[str, Any]:
        async def any_of_them() -> list[dict[str, Any]] | None:
            return await listed() or None

        await self.eventually(any_of_them)
        await self.rest()
        (found,) = await listed()
        return found


async def whole_of(system: System, reconciler: Reconciler, http: httpx.AsyncClient) -> Whole:
    """Sign the people's app in."""
    return Whole(system, reconciler, http, await app_token(http, system.addresses.graph))
