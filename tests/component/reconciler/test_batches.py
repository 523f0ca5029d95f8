"""What is handled together has the same effect as what is handled message by message."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from contracts.changes import EspoGone, EspoSeen, OutlookGone, OutlookSeen, OutlookSkipped
from contracts.events import Attendee, Event
from contracts.model import Model
from contracts.outcomes import Deferred, Done, Refused, Vanished
from contracts.writes import CreateEspoRecord, CreateOutlookEvent, DeleteEspoRecord, DeleteOutlookEvent
from reconciler.metrics import Metrics
from reconciler.settings import ReconcilerSettings
from reconciler.store import Database
from sandbox.postgres import EmbeddedPostgres
from support.links import event
from support.reconciling import Reconciling

BEGIN = datetime(2026, 3, 2, 12, tzinfo=UTC)
ACCOUNTS = st.sampled_from(["ann", "ben"])
NUMBERS = st.integers(1, 3)
PEOPLE = {"ann": "ann@contoso.test", "ben": "ben@contoso.test", "carl": "carl@client.test"}
OF_ONE_WORLD = {"id", "write_id", "link_id", "transaction_id", "issued_at", "rest_until", "spending"}
"""Of these two reconcilers would never say the same."""

Said = tuple[Any, ...]


def said(what: str, *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Said]:
    return st.tuples(st.just(what), *parts)


NEWS = st.one_of(
    said("in outlook", ACCOUNTS, NUMBERS, st.integers(0, 2), st.sampled_from(["ann", "ben", "carl"]), st.booleans()),
    said("in espo", st.sampled_from(["ann", "ben", "zoe"]), NUMBERS, st.integers(0, 2), st.booleans()),
    said("gone from outlook", ACCOUNTS, NUMBERS, st.booleans()),
    said("gone from espo", NUMBERS, st.booleans()),
    said("skipped", ACCOUNTS, NUMBERS, st.sampled_from(["recurring", "private"])),
    said("outcome", st.integers(0, 5), st.sampled_from(["done", "done", "deferred", "refused", "vanished"]), NUMBERS),
)
BATCHES = st.lists(st.lists(NEWS, min_size=1, max_size=8), min_size=1, max_size=4)


@dataclass(slots=True)
class World:
    """A reconciler that hears batches whole, or each of their messages by itself."""

    reconciling: Reconciling
    together: bool
    writes: list[Any] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    heard: int = 0

    async def hear(self, batch: Sequence[Said]) -> list[Any]:
        """Hear a batch; where it fails, message by message, as the bus has it. Give what was sent."""
        told = [message for one in batch if (message := self._message(one)) is not None]
        ids = [UUID(int=self.heard + number) for number in range(len(told))]
        if self.together:
            try:
                await self.reconciling.hear(*told, ids=ids)
            except asyncpg.PostgresError:
                await self._one_by_one(told, ids)
            else:
                return self._sent(self.reconciling.sent)
        else:
            await self._one_by_one(told, ids)
        return self._sent(self.reconciling.sent)

    async def _one_by_one(self, told: list[Model], ids: list[UUID]) -> None:
        sent: list[Any] = []
        for message, message_id in zip(told, ids, strict=True):
            try:
                sent += await self.reconciling.hear(message, ids=[message_id])
            except asyncpg.PostgresError as error:
                self.failures.append(type(error).__name__)
        self.reconciling.sent = sent

    def _sent(self, sent: list[Any]) -> list[Any]:
        self.writes += [message for message in sent if hasattr(message, "write_id")]
        return [(type(message).__name__, comparable(message.model_dump(mode="json"))) for message in sent]

    def _message(self, one: Said) -> Model | None:
        self.heard += 1
        at = BEGIN + timedelta(seconds=10 * self.heard)
        match one:
            case "in outlook", account, number, version, organizer, shared:
                return OutlookSeen(
                    account=account,
                    outlook_id=f"o{number}",
                    version=f"{at}",
                    modified_at=at,
                    read_at=at,
                    ical_uid=f"meeting{number}" if shared else f"{account}{number}",
                    organizer=PEOPLE[organizer],
                    is_organizer=organizer == account,
                    event=content(number, version),
                )
            case "in espo", account, number, version, ours:
                return EspoSeen(
                    account=account,
                    entity="Meeting",
                    espo_id=f"m{number}",
                    version=f"{at}",
                    modified_at=at,
                    read_at=at,
                    created_by_us=ours,
                    event=content(number, version),
                )
            case "gone from outlook", account, number, confirmed:
                return OutlookGone(account=account, outlook_id=f"o{number}", confirmed=confirmed, read_at=at)
            case "gone from espo", number, confirmed:
                return EspoGone(entity="Meeting", espo_id=f"m{number}", confirmed=confirmed, read_at=at)
            case "skipped", account, number, reason:
                return OutlookSkipped(account=account, outlook_id=f"o{number}", reason=reason, read_at=at)
            case "outcome", which, what, number:
                return self._outcome(which, what, number, at)
            case _:
                raise ValueError(one)

    def _outcome(self, which: int, what: str, number: int, at: datetime) -> Model | None:
        if which >= len(self.writes):
            return None
        write = self.writes[which]
        known = {"write_id": write.write_id, "link_id": write.link_id, "account": write.account, "finished_at": at}
        match what:
            case "done":
                return Done(**known, stored=stored(write, number, at))
            case "deferred":
                return Deferred(**known, until=at, reason="throttled")
            case "refused":
                return Refused(**known, reason="no room")
            case _:
                return Vanished(**known)


def stored(write: Any, number: int, at: datetime) -> OutlookSeen | EspoSeen | None:
    """What a side holds after a write: one of few events, so that several writes come upon the same."""
    known: dict[str, Any] = {"account": write.account, "version": f"{at}", "modified_at": at, "read_at": at}
    match write:
        case CreateEspoRecord():
            return EspoSeen(**known, entity="Meeting", espo_id=f"m{number}", created_by_us=True, event=write.event)
        case CreateOutlookEvent():
            return OutlookSeen(**known, outlook_id=f"o{number}", transaction_id=write.transaction_id, event=write.event)
        case DeleteEspoRecord() | DeleteOutlookEvent():
            return None
        case _:
            item = getattr(write, "espo_id", None) or getattr(write, "outlook_id", "o1")
            if hasattr(write, "espo_id"):
                return EspoSeen(**known, entity="Meeting", espo_id=item, event=content(number, 0))
            return OutlookSeen(**known, outlook_id=item, event=content(number, 0))


def content(number: int, version: int) -> Event:
    guests = tuple(Attendee(address=address) for address in sorted(PEOPLE.values())[: version + 1])
    return event(title=f"Event {number}", location=f"Room {version}", people=guests)


def comparable(said_of: Any) -> Any:
    """The same without what differs between two reconcilers by right."""
    match said_of:
        case dict():
            return {name: comparable(value) for name, value in said_of.items() if name not in OF_ONE_WORLD}
        case list():
            return [comparable(value) for value in said_of]
        case _:
            return said_of


async def kept(reconciling: Reconciling) -> dict[str, list[Any]]:
    """Everything that a reconciler remembers."""
    questions = {
        "links": "SELECT account, entity, espo_id, outlook_id, ical_uid, state, in_flight, due_at IS NULL,"
        " ends_at > date '2030-01-01', correlation_id, body::text FROM links",
        "journal": "SELECT account, what, source, target, entity, fields, reason, details FROM journal ORDER BY id",
        "skips": "SELECT account, side, item, reason FROM skips",
        "unclaimed": "SELECT entity, espo_id, account, seen FROM unclaimed",
        "inbox": "SELECT message_id FROM inbox",
    }
    rows = {name: await reconciling.database.pool.fetch(question) for name, question in questions.items()}
    remembered = {name: [[_plain(value) for value in row.values()] for row in found] for name, found in rows.items()}
    return {name: found if name == "journal" else sorted(found, key=repr) for name, found in remembered.items()}


def _plain(value: Any) -> Any:
    return comparable(json.loads(value)) if isinstance(value, str) and value.startswith("{") else value


@pytest.fixture
async def worlds(postgres: EmbeddedPostgres) -> AsyncIterator[tuple[Reconciling, Reconciling]]:
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(2):
            dsn = await stack.enter_async_context(postgres.fresh_database(template="migrated"))
            setting = ReconcilerSettings.model_validate({"postgres": dsn})
            metrics = Metrics(CollectorRegistry())
            database = await stack.enter_async_context(Database(dsn, metrics, setting.brake, connections=2))
            made.append(Reconciling(database, setting, metrics))
        yield made[0], made[1]


async def emptied(reconciling: Reconciling, *, read: bool) -> None:
    await reconciling.database.pool.execute(
        "TRUNCATE accounts, feeds, links, journal, outbox, inbox, skips, unclaimed CASCADE"
    )
    for account in ("ann", "ben"):
        await reconciling.connect(account, read=read)
    await reconciling.take_sent()


REASSIGNED_AND_BACK = [
    [("in espo", "ann", 1, 0, False), ("in espo", "ben", 1, 0, False), ("in espo", "ann", 1, 1, False)],
]
GIVEN_TO_TWO_EVENTS = [
    [("in outlook", "ann", 1, 0, "ann", False), ("in outlook", "ann", 2, 0, "ann", False)],
    [("outcome", 0, "done", 1), ("outcome", 1, "done", 1)],
]
SEEN_BEFORE_ITS_OUTCOME = [
    [("in outlook", "ann", 1, 0, "ann", False)],
    [("in espo", "ann", 2, 1, True), ("in espo", "ann", 2, 2, True), ("outcome", 0, "done", 2)],
]
A_COPY_BEFORE_ITS_ORGANIZER_S = [
    [("in outlook", "ben", 1, 0, "ann", True), ("in outlook", "ann", 1, 0, "ann", True)],
]


@given(batches=BATCHES, read=st.booleans())
@example(batches=REASSIGNED_AND_BACK, read=True)
@example(batches=GIVEN_TO_TWO_EVENTS, read=True)
@example(batches=SEEN_BEFORE_ITS_OUTCOME, read=True)
@example(batches=A_COPY_BEFORE_ITS_ORGANIZER_S, read=True)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.timeout(300)
async def test_a_batch_has_the_effect_of_its_messages_one_by_one(
    worlds: tuple[Reconciling, Reconciling], batches: list[list[Said]], read: bool
) -> None:
    for reconciling in worlds:
        await emptied(reconciling, read=read)
    together, apart = World(worlds[0], together=True), World(worlds[1], together=False)
    for batch in batches:
        assert await together.hear(batch) == await apart.hear(batch)
    assert await kept(together.reconciling) == await kept(apart.reconciling)
