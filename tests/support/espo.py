"""Around the EspoCRM connector: the bus as a list, a simulated EspoCRM with people in it, and wishes to try."""

import asyncio
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
from pydantic import BaseModel

from bus.consuming.delivery import Delivery
from bus.telling import correlation
from contracts.changes import CursorAdvanced, EspoSeen
from contracts.events import Event, Timed
from contracts.looks import SweepEntity
from contracts.outcomes import AnyOutcome, Outcome
from contracts.topics import ESPO_OUTCOMES, ESPO_WRITES
from contracts.writes import CreateEspoRecord, DeleteEspoRecord, EspoWrite, Patch, UpdateEspoRecord
from espo_connector.main import Connector
from sandbox.espo.clock import Clock

API_KEY = "tandem-api-key"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""Where an EspoCRM's time stands still until a test moves it."""

M = TypeVar("M", bound=BaseModel)


class Bus:
    """A bus that keeps what is published, in order, and of which story it was. Told so, it fails, or never confirms."""

    def __init__(self, failure: Exception | None = None, *, silent: bool = False) -> None:
        self.published: list[tuple[str, str, BaseModel]] = []
        self.stories: list[str | None] = []
        self._failure = failure
        self._silent = silent

    async def publish(self, topic: str, key: str, message: BaseModel) -> None:
        """Keep a message."""
        if self._silent:
            await asyncio.Event().wait()
        if self._failure:
            raise self._failure
        self.stories.append(correlation.current())
        self.published.append((topic, key, message))

    def of(self, kind: type[M]) -> list[M]:
        """Give the messages of one kind."""
        return [message for _, _, message in self.published if isinstance(message, kind)]

    def one(self, kind: type[M]) -> M:
        """Give the only message of one kind."""
        (message,) = self.of(kind)
        return message

    def clear(self) -> None:
        """Forget what was published."""
        self.published.clear()


class Espo:
    """A simulated EspoCRM, and the people in it. Its time stands still at `NOON` until it is moved.

    `receiver` is an address of ours to which it may send webhooks.
    """

    def __init__(self, url: str, clock: Clock, http: httpx.AsyncClient, receiver: str) -> None:
        self.url = url
        self.receiver = receiver
        self.clock = clock
        self._http = http
        self.anna = ""
        self.boris = ""

    def now(self) -> datetime:
        """Tell the time."""
        return self.clock.now()

    async def control(self, verb: str, body: Any = None, method: str = "POST") -> Any:
        """Use the control surface."""
        answer = await self._http.request(method, f"/_control/{verb}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def fault(self, method: str, path: str, **fault: Any) -> None:
        """Have one request fail."""
        await self.control("faults", [{"method": method, "path": path, "times": 1, **fault}])

    async def add_user(self, name: str, *addresses: str) -> str:
        """Add a user who can sign in; give the id."""
        user = {"userName": name.lower(), "name": name, "emailAddresses": list(addresses), "password": "password"}
        added: str = (await self.control("users", user))["id"]
        return added

    async def add_contact(self, name: str, *addresses: str) -> str:
        """Add a contact; give the id."""
        added: str = (await self.control("contacts", {"name": name, "emailAddresses": list(addresses)}))["id"]
        return added

    async def add_lead(self, name: str, *addresses: str) -> str:
        """Add a lead; give the id."""
        added: str = (await self.control("leads", {"name": name, "emailAddresses": list(addresses)}))["id"]
        return added

    async def ask(self, method: str, path: str, body: Any = None, *, user: str = "admin") -> Any:
        """Use the API as a person does."""
        password = "admin" if user == "admin" else "password"
        answer = await self._http.request(method, f"/api/v1/{path}", json=body, auth=(user, password))
        assert answer.is_success, (answer.status_code, answer.headers, answer.text)
        return answer.json()

    async def meeting(self, entity: str = "Meeting", **attributes: Any) -> str:
        """Have Anna's meeting (or another event) made by the administrator; give the id."""
        body = {
            "name": "Kick-off",
            "dateStart": "2026-12-01 09:00:00",
            "dateEnd": "2026-12-01 10:00:00",
            "assignedUserId": self.anna,
            **attributes,
        }
        made: str = (await self.ask("POST", entity, body))["id"]
        return made

    async def requests(self, method: str, path: str = "") -> list[dict[str, Any]]:
        """List the requests that were made with a method to paths that contain `path`."""
        made = await self.control("requests", method="GET")
        return [request for request in made if request["method"] == method and path in request["path"]]


class Sweeper:
    """Sweeps one entity type again and again, as the reconciler does."""

    def __init__(self, connector: Connector, bus: Bus) -> None:
        self._connector = connector
        self._bus = bus
        self.cursor: str | None = None

    async def sweep(self, entity: str = "Meeting") -> list[EspoSeen]:
        """Sweep once from where the last sweep ended; give what it told."""
        self._bus.clear()
        look = SweepEntity(feed=f"espo/{entity}", look_id=uuid4(), entity=entity, cursor=self.cursor)
        await self._connector.looks.carry_out(look)
        self.cursor = self._bus.of(CursorAdvanced)[-1].cursor
        return self._bus.of(EspoSeen)


class Writer:
    """Wishes for writes, and gives their outcomes."""

    def __init__(self, connector: Connector, bus: Bus, espo: Espo) -> None:
        self._connector = connector
        self._bus = bus
        self._espo = espo

    def creation(self, event: Event | None = None, entity: str = "Meeting", **fields: Any) -> CreateEspoRecord:
        """Wish for a record of Anna's."""
        return CreateEspoRecord(**self._head(fields), entity=entity, event=event or self.event(), **fields)

    def event(self, **fields: Any) -> Event:
        """Give an event of next week."""
        span = Timed(start=datetime(2026, 12, 1, 9, tzinfo=UTC), end=datetime(2026, 12, 1, 10, tzinfo=UTC))
        return Event(**{"title": "Kick-off", "span": span, **fields})

    def update(self, seen: EspoSeen, patch: Patch, **fields: Any) -> UpdateEspoRecord:
        """Wish for a change that is decided on what was seen."""
        decided = {"decided_on": seen.event, "version": seen.version}
        return UpdateEspoRecord(**self._head(fields), entity=seen.entity, espo_id=seen.espo_id, patch=patch, **decided)

    def deletion(self, espo_id: str, entity: str = "Meeting", *, erase: bool = False) -> DeleteEspoRecord:
        """Wish for a removal."""
        return DeleteEspoRecord(**self._head({}), entity=entity, espo_id=espo_id, erase=erase)

    async def outcomes(self, *writes: EspoWrite) -> list[AnyOutcome]:
        """Have writes carried out in one batch; give their outcomes, in the order of the writes."""
        self._bus.clear()
        await self._connector.writes.carry_out(
            [
                Delivery(write, ESPO_WRITES.name, 0, number, write.account, str(uuid4()), f"story {number}")
                for number, write in enumerate(writes)
            ]
        )
        told: dict[UUID, Any] = {
            message.write_id: message
            for topic, _, message in self._bus.published
            if topic == ESPO_OUTCOMES.name and isinstance(message, Outcome)
        }
        return [told[write.write_id] for write in writes]

    async def outcome(self, write: EspoWrite) -> AnyOutcome:
        """Have one write carried out; give its outcome."""
        (outcome,) = await self.outcomes(write)
        return outcome

    def _head(self, fields: dict[str, Any]) -> dict[str, Any]:
        defaults = {
            "write_id": uuid4(),
            "link_id": uuid4(),
            "account": self._espo.anna,
            "issued_at": self._espo.now(),
        }
        return {name: fields.pop(name, value) for name, value in defaults.items()}
