"""Around the Outlook connector: the bus as a list, the simulator's controls, a person who uses Outlook, and wishes to try."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
from pydantic import BaseModel

from contracts.events import Event, Reply, Timed
from contracts.looks import LookAtCalendar
from contracts.writes import AnswerInvitation, CreateOutlookEvent, DeleteOutlookEvent, Patch, UpdateOutlookEvent

ANN = "ann@contoso.test"
BOB = "bob@contoso.test"
ACCOUNT = "ann-in-espo"
FEED = "outlook/ann-in-espo/"
SECRET = b"only-the-connector-knows-this"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass
class Bus:
    """Keeps what is published, in order."""

    published: list[tuple[str, str, BaseModel]] = field(default_factory=list)

    async def publish(self, topic: str, key: str, message: BaseModel) -> None:
        self.published.append((topic, key, message))

    @property
    def messages(self) -> list[Any]:
        return [message for _, _, message in self.published]

    def of(self, kind: type[BaseModel]) -> list[Any]:
        return [message for message in self.messages if isinstance(message, kind)]


@dataclass
class Simulator:
    """The control surface of the simulated Graph."""

    url: str
    http: httpx.AsyncClient

    async def fault(self, **fault: Any) -> None:
        (await self.http.post("/_control/faults", json=[fault])).raise_for_status()

    async def post(self, path: str, **wish: Any) -> Any:
        answer = await self.http.post(f"/_control/{path}", json=wish)
        answer.raise_for_status()
        return answer.json()

    async def requests(self, method: str | None = None) -> list[dict[str, Any]]:
        """Give what our own application asked of Graph itself, in order."""
        asked = (await self.http.get("/_control/requests")).json()
        return [
            one
            for one in asked
            if one["path"].startswith("/v1.0") and one["app"] == "tandem" and method in (None, one["method"])
        ]

    async def forget_requests(self) -> None:
        (await self.http.delete("/_control/requests")).raise_for_status()

    async def mails(self) -> list[dict[str, Any]]:
        return list((await self.http.get("/_control/outbox")).json())


@dataclass
class Person:
    """Somebody who uses Outlook, through another application than ours."""

    mailbox: str
    http: httpx.AsyncClient

    async def creates(self, **event: Any) -> dict[str, Any]:
        return dict(await self._ask("POST", "events", self._timed(event)))

    async def edits(self, event_id: str, **event: Any) -> dict[str, Any]:
        return dict(await self._ask("PATCH", f"events/{event_id}", event))

    async def reads(self, event_id: str) -> dict[str, Any]:
        return dict(await self._ask("GET", f"events/{event_id}"))

    async def deletes(self, event_id: str) -> None:
        await self._ask("DELETE", f"events/{event_id}")

    async def lists(self) -> list[dict[str, Any]]:
        return list((await self._ask("GET", "events?$top=100"))["value"])

    async def answers(self, event_id: str, reply: str) -> None:
        await self._ask("POST", f"events/{event_id}/{reply}", {"sendResponse": True})

    async def calendar(self, name: str) -> str:
        return str((await self._ask("POST", "calendars", {"name": name}))["id"])

    async def removes_calendar(self, calendar: str) -> None:
        await self._ask("DELETE", f"calendars/{calendar}")

    async def _ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.http.request(method, f"/v1.0/users/{self.mailbox}/{path}", json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _timed(self, event: dict[str, Any]) -> dict[str, Any]:
        end = START + timedelta(hours=1)
        return {
            "subject": "Demo",
            "start": {"dateTime": START.replace(tzinfo=None).isoformat(), "timeZone": "UTC"},
            "end": {"dateTime": end.replace(tzinfo=None).isoformat(), "timeZone": "UTC"},
        } | event


def look(cursor: str | None = None, **other: Any) -> LookAtCalendar:
    """Wish to read Ann's calendar over the months around START."""
    return LookAtCalendar(
        **{
            "feed": FEED,
            "look_id": uuid4(),
            "account": ACCOUNT,
            "mailbox": ANN,
            "cursor": cursor,
            "window_start": START - timedelta(days=30),
            "window_end": START + timedelta(days=400),
        }
        | other
    )


def timed(hours: int = 0) -> Timed:
    """A span of an hour, so many hours after START."""
    start = START + timedelta(hours=hours)
    return Timed(start=start, end=start + timedelta(hours=1))


def _common() -> dict[str, Any]:
    return {"write_id": uuid4(), "link_id": uuid4(), "account": ACCOUNT, "issued_at": START, "mailbox": ANN}


def creation(event: Event | None = None, *, transaction_id: str = "", **other: Any) -> CreateOutlookEvent:
    """Wish to make an event in Ann's calendar."""
    return CreateOutlookEvent(
        **_common()
        | {
            "zone": "Europe/Berlin",
            "transaction_id": transaction_id or str(uuid4()),
            "espo": "Meeting/65f0c0ffee",
            "event": event or Event(title="Demo", span=timed(), description="Bring the figures", location="Room 1"),
        }
        | other
    )


def change(event: dict[str, Any], patch: Patch, **other: Any) -> UpdateOutlookEvent:
    """Wish to change an event of Ann's as she saw it."""
    return UpdateOutlookEvent(
        **_common()
        | {"zone": "Europe/Berlin", "outlook_id": event["id"], "version": event["@odata.etag"], "patch": patch}
        | other
    )


def removal(event_id: str, **other: Any) -> DeleteOutlookEvent:
    """Wish to remove an event from Ann's calendar."""
    return DeleteOutlookEvent(**_common() | {"outlook_id": event_id} | other)


def answer(ical_uid: str, reply: Reply = Reply.ACCEPTED, **other: Any) -> AnswerInvitation:
    """Wish for an answer of Bob's, whom Ann invited."""
    bobs = {"account": "bob-in-espo", "mailbox": BOB, "ical_uid": ical_uid, "reply": reply}
    return AnswerInvitation(**_common() | bobs | other)
