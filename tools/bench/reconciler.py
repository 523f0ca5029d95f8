"""What a message costs in the reconciler: `python -m tools.bench.reconciler`.

A company's events go through the real handlers on a real PostgreSQL, in batches as the bus gives them: events of Outlook
that are new, what came of making their records, the echoes of those records, and edits of all of them. Processor time and
round trips tell more than wall time on a machine that is shared.
"""

import argparse
import asyncio
import cProfile
import json
import os
import pstats
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
from prometheus_client import CollectorRegistry

from bus.consuming.delivery import Delivery
from contracts.changes import EspoSeen, OutlookSeen
from contracts.events import Attendee, Event, Timed
from contracts.model import Model
from contracts.outcomes import Done
from contracts.writes import CreateEspoRecord
from reconciler.handlers.connect import connect
from reconciler.handlers.dispatch import Dispatcher
from reconciler.metrics import Metrics
from reconciler.settings import ReconcilerSettings
from reconciler.store import Account, Database
from reconciler.store.migrate import migrate
from sandbox.postgres import EmbeddedPostgres

_BATCH = 100
_LATER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a phase took: microseconds of processor a message, ours and PostgreSQL's, queries a batch, messages a second."""

    phase: str
    messages: int
    cpu_us: int
    postgres_us: int
    queries_per_batch: float
    per_second: int


class Reconciler:
    """A reconciler without a bus."""

    def __init__(self, database: Database, settings: ReconcilerSettings) -> None:
        self._database = database
        self._dispatcher = Dispatcher(database, settings.poll_seconds, settings.poll_unsubscribed_seconds)
        self._queries = 0
        self._servers: list[int] = []

    async def count_queries(self, stack: AsyncExitStack, connections: int) -> None:
        """Count what every connection of the pool is asked from now on."""
        for _ in range(connections):
            connection = await stack.enter_async_context(self._database.pool.acquire())
            self._servers.append(connection.get_server_pid())
            connection.add_query_logger(self._note)

    def _note(self, _query: Any) -> None:
        self._queries += 1

    async def hear(self, phase: str, messages: Sequence[Model]) -> Cost:
        """Handle messages in batches, and say what it took."""
        batches = [_delivered(messages[at : at + _BATCH]) for at in range(0, len(messages), _BATCH)]
        self._queries, wall, cpu, served = 0, time.perf_counter(), time.process_time(), self._served()
        for batch in batches:
            await self._dispatcher.handle(batch)
        seconds, busy = time.perf_counter() - wall, time.process_time() - cpu
        return Cost(
            phase,
            len(messages),
            round(busy / len(messages) * 1e6),
            round((self._served() - served) / len(messages) * 1e6),
            round(self._queries / len(batches), 1),
            round(len(messages) / seconds),
        )

    def _served(self) -> float:
        """Give the seconds of processor that PostgreSQL's processes for our connections have used (proc(5), stat)."""
        stats = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self._servers)
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


def _delivered(messages: Sequence[Model]) -> list[Delivery[Any]]:
    return [Delivery(message, "bench", 0, 0, "", str(uuid4()), str(uuid4())) for message in messages]


def event_of(number: int) -> Event:
    """Some event of the near future, with three guests."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1, hours=number % 2000)
    people = tuple(Attendee(address=f"guest{number % 50 + guest}@client.test", name="A Guest") for guest in range(3))
    return Event(
        title=f"Quarterly review {number}",
        span=Timed(start=start, end=start + timedelta(hours=1)),
        location="Room 4",
        description="Figures of the quarter, then what is planned.\n" * 5,
        people=people,
        cancelled=False,
        online=False,
        join_url="",
    )


def in_outlook(number: int, event: Event, account: str, at: datetime) -> OutlookSeen:
    """The event as a look finds it."""
    return OutlookSeen(
        account=account,
        outlook_id=f"AAMkAD{number:0140d}",
        version=f'W/"{at.timestamp()}"',
        modified_at=at,
        read_at=at,
        ical_uid=f"040000008200E00074C5B7101A82E008{number:08d}",
        organizer=f"{account}@contoso.test",
        event=event,
    )


def in_espo(number: int, event: Event, account: str, at: datetime) -> EspoSeen:
    """The record as a sweep finds it."""
    return EspoSeen(
        account=account,
        entity="Meeting",
        espo_id=f"{number:017d}",
        version=at.isoformat(),
        modified_at=at,
        read_at=at,
        created_by_us=True,
        event=event,
    )


async def measure(dsn: str, messages: int, accounts: int) -> list[Cost]:
    """Send a company's events through a reconciler of its own, on a migrated and empty database."""
    settings = ReconcilerSettings.model_validate({"postgres": dsn})
    database = Database(dsn, Metrics(CollectorRegistry()), settings.brake, connections=2)
    async with database:
        await connected(database, settings, accounts)
        reconciler = Reconciler(database, settings)
        async with AsyncExitStack() as counting:
            await reconciler.count_queries(counting, 2)
        seen = new_events(messages, accounts)
        now = seen[0].read_at
        costs = [await reconciler.hear("new events of Outlook", seen)]
        creations = await _creations(dsn)
        stored = [
            in_espo(n, create.event, create.account, now + timedelta(seconds=1)) for n, create in enumerate(creations)
        ]
        done = [
            Done(
                write_id=create.write_id,
                link_id=create.link_id,
                account=create.account,
                finished_at=now + timedelta(seconds=2),
                stored=record,
            )
            for create, record in zip(creations, stored, strict=True)
        ]
        costs.append(await reconciler.hear("outcomes of their records", done))
        echoes = [record.model_copy(update={"read_at": now + _LATER}) for record in stored]
        costs.append(await reconciler.hear("echoes of their records", echoes))
        edits = [
            in_outlook(n, one.event.model_copy(update={"location": "Room 5"}), one.account, now + 2 * _LATER)
            for n, one in enumerate(seen)
        ]
        costs.append(await reconciler.hear("edits in Outlook", edits))
    return costs


def new_events(messages: int, accounts: int, first: int = 0) -> list[OutlookSeen]:
    """Events that nothing is known of, of as many mailboxes; `first` is the number of the first."""
    now = datetime.now(UTC)
    numbers = range(first, first + messages)
    return [in_outlook(number, event_of(number), f"user{number % accounts}", now) for number in numbers]


async def connected(database: Database, settings: ReconcilerSettings, accounts: int) -> None:
    """Connect as many accounts, as ones whose both sides have been read before."""
    for number in range(accounts):
        await _connect(database, settings, f"user{number}")
    await database.pool.execute("UPDATE accounts SET awaits = '{}'")


async def _connect(database: Database, settings: ReconcilerSettings, person: str) -> None:
    address = f"{person}@contoso.test"
    account = Account.model_validate(
        {
            "id": person,
            "name": person,
            "mailbox": address,
            "zone": "Europe/Berlin",
            "addresses": (address,),
            "rules": {"since": "2026-01-01"},
        }
    )
    async with database.unit() as unit:
        await connect(unit, account, settings)


async def _creations(dsn: str) -> list[CreateEspoRecord]:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch("SELECT body FROM outbox WHERE topic = 'espo.writes.v1' ORDER BY id")
        await connection.execute("TRUNCATE outbox")
    finally:
        await connection.close()
    return [CreateEspoRecord.model_validate_json(row["body"]) for row in rows]


async def _main(messages: int, accounts: int, *, profile: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with EmbeddedPostgres(Path(folder)) as postgres:
            dsn = await postgres.create_database("bench")
            await migrate(dsn)
            profiler = cProfile.Profile()
            if profile:
                profiler.enable()
            costs = await measure(dsn, messages, accounts)
            profiler.disable()
    for cost in costs:
        sys.stdout.write(f"{json.dumps(asdict(cost))}\n")
    if profile:
        pstats.Stats(profiler, stream=sys.stdout).sort_stats("tottime").print_stats(45)


def main() -> None:
    """Measure, and print one line a phase."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--accounts", type=int, default=20)
    parser.add_argument(
        "--profile", action="store_true", help="print where the time goes, which makes all of it slower"
    )
    arguments = parser.parse_args()
    asyncio.run(_main(arguments.messages, arguments.accounts, profile=arguments.profile))


if __name__ == "__main__":
    main()
