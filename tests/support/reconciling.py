"""The reconciler's handlers on a real database, without a bus: messages go in by hand, what it sends is read back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from pydantic import TypeAdapter

from bus.consuming.delivery import Delivery
from contracts.changes import EspoSeen, OutlookSeen
from contracts.events import Event
from contracts.looks import EspoLook, OutlookLook
from contracts.meetings import TeamsRequest
from contracts.model import Model
from contracts.outcomes import Deferred, Done
from contracts.writes import EspoWrite, OutlookWrite
from reconciler.handlers.connect import connect
from reconciler.handlers.dispatch import Dispatcher
from reconciler.metrics import Metrics
from reconciler.schedule import Schedule
from reconciler.settings import ReconcilerSettings
from reconciler.store import Account, Database

_SENT: TypeAdapter[Any] = TypeAdapter(OutlookWrite | EspoWrite | TeamsRequest | OutlookLook | EspoLook)


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Reconciling:
    """A reconciler at work. `sent` is what its outbox held at the last look."""

    database: Database
    settings: ReconcilerSettings
    metrics: Metrics
    sent: list[Any] = field(default_factory=list)

    async def connect(
        self, account: str, *, mailbox: str | None = None, read: bool = True, confirm: bool = False, **rules: Any
    ) -> Account:
        """Connect an account, with the settings given. `read`: as one whose both sides have been read before."""
        address = mailbox or f"{account}@contoso.test"
        connected = Account.model_validate(
            {
                "id": account,
                "name": account.title(),
                "mailbox": address,
                "zone": "Europe/Berlin",
                "addresses": (address,),
                "rules": {"since": "2026-01-01", **rules},
            }
        )
        await self.save(connected, read=read, confirm=confirm)
        return connected

    async def save(self, account: Account, *, read: bool = True, confirm: bool = False) -> None:
        """Save an account as its owner's page would, in a company that is swept.

        `read`: as one whose both sides have been read before.
        """
        async with self.database.unit() as unit:
            await connect(unit, account, self.settings, confirm=confirm)
        await self.database.pool.execute("UPDATE feeds SET cursor = 'c' WHERE kind = 'entity' AND cursor IS NULL")
        if read:
            await self.database.pool.execute("UPDATE accounts SET awaits = '{}' WHERE id = $1", account.id)

    async def hear(self, *messages: Model, ids: Sequence[UUID | str] = ()) -> list[Any]:
        """Handle messages as one batch and give what was sent because of them."""
        dispatcher = Dispatcher(self.database, 900, 30)
        await dispatcher.handle(
            [
                Delivery(
                    message=message,
                    topic="t",
                    partition=0,
                    offset=number,
                    key="k",
                    message_id=str(ids[number] if ids else uuid4()),
                    correlation_id="story",
                )
                for number, message in enumerate(messages)
            ]
        )
        return await self.take_sent()

    async def tick(self) -> list[Any]:
        """Let the schedule do what is due, and give what was sent."""
        await Schedule(self.database, 1).tick()
        return await self.take_sent()

    async def keep_house(self) -> list[Any]:
        """Let the schedule keep house, and give what was sent."""
        await Schedule(self.database, 1).keep_house()
        return await self.take_sent()

    async def take_sent(self) -> list[Any]:
        """Empty the outbox."""
        rows = await self.database.pool.fetch("DELETE FROM outbox RETURNING id, body")
        self.sent = [_SENT.validate_json(row["body"]) for row in sorted(rows, key=lambda row: int(row["id"]))]
        return self.sent

    async def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(await self.database.pool.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608 - a test's own words


def in_outlook(
    item: str, content: Event, *, account: str = "ann", at: datetime | None = None, **more: Any
) -> OutlookSeen:
    """An event as a look finds it in a mailbox."""
    moment = at or now()
    usual: dict[str, Any] = {"version": f'W/"{moment}"', "modified_at": moment, "read_at": moment}
    return OutlookSeen(account=account, outlook_id=item, event=content, **{**usual, **more})


def in_espo(item: str, content: Event, *, account: str = "ann", at: datetime | None = None, **more: Any) -> EspoSeen:
    """A record as a sweep finds it."""
    moment = (at or now()).replace(microsecond=0)
    usual: dict[str, Any] = {"entity": "Meeting", "version": f"{moment}", "modified_at": moment, "read_at": at or now()}
    return EspoSeen(account=account, espo_id=item, event=content, **{**usual, **more})


def done(write: Any, stored: OutlookSeen | EspoSeen | None) -> Done:
    """The outcome of a write that was carried out."""
    return Done(write_id=write.write_id, link_id=write.link_id, account=write.account, finished_at=now(), stored=stored)


def deferred(write: Any, seconds: float) -> Deferred:
    """The outcome of a write that has to wait."""
    return Deferred(
        write_id=write.write_id,
        link_id=write.link_id,
        account=write.account,
        finished_at=now(),
        until=now() + timedelta(seconds=seconds),
        reason="throttled",
    )
