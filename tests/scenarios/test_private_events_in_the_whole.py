"""A private event's words, looked for wherever the running whole keeps any: Kafka, PostgreSQL, EspoCRM, logs (M18)."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer

from contracts.topics import TOPICS
from support.whole import Whole
from tandem.people.cast import CLEO

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


async def set_private(whole: Whole, private: str) -> None:
    """Have Cleo choose what is taken of her private events."""
    accounts = await whole.reconciler.accounts()
    known = next(account for account in accounts if account["id"] == whole.id_of(CLEO))
    wish = {name: known[name] for name in ("name", "mailbox", "zone", "addresses")}
    await whole.reconciler.connect(known["id"], {**wish, "settings": {**known["rules"], "private": private}})
    await whole.rest()


@pytest_asyncio.fixture(loop_scope="session")
async def busy(whole: Whole) -> AsyncIterator[Whole]:
    """The whole, while Cleo lets her private events be taken as busy time."""
    await set_private(whole, "busy")
    yield whole
    await set_private(whole, "skip")


async def said_on_kafka(whole: Whole) -> bytes:
    """Everything that is on every topic."""
    topics = [topic.name for topic in TOPICS]
    consumer = AIOKafkaConsumer(*topics, bootstrap_servers=whole.system.addresses.kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = consumer.assignment()
        ends = await consumer.end_offsets(partitions)
        words: list[bytes] = []
        while any([await consumer.position(partition) < ends[partition] for partition in partitions]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                words += [record.value or b"" for record in records]
        return b"\n".join(words)
    finally:
        await consumer.stop()


async def kept_in_postgres(whole: Whole) -> str:
    """Everything that every table holds."""
    connection = await asyncpg.connect(whole.system.addresses.postgres)
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        queries = [f'SELECT t::text AS words FROM "{table["tablename"]}" t' for table in tables]  # noqa: S608
        return "\n".join([row["words"] for query in queries for row in await connection.fetch(query)])
    finally:
        await connection.close()


def written_to_logs(whole: Whole) -> str:
    """The logs of our own services."""
    ours = ("outlook_connector", "reconciler", "espo_connector", "teams_meeting")
    logs = [path for path in (whole.system.wanted.directory / "logs").glob("*.log") if path.stem in ours]
    assert len(logs) == len(ours)
    return "\n".join(path.read_text("utf-8") for path in logs)


def private(canary: str, **more: Any) -> dict[str, Any]:
    """What somebody writes into a private event."""
    return {
        "sensitivity": "private",
        "body": {"contentType": "text", "content": canary},
        "location": {"displayName": canary},
        "attendees": [{"emailAddress": {"name": canary, "address": f"{canary}@clinic.test"}, "type": "required"}],
        **more,
    }


@pytest.mark.rule("M18")
@pytest.mark.scenario("P-01", "P-08")
async def test_of_a_private_event_only_its_time_is_anywhere_outside_outlook(busy: Whole) -> None:
    canary = f"canary{uuid4().hex}"
    event_id = await busy.plans_in_outlook(CLEO, canary, **private(canary))
    record = await busy.one_in_espo(CLEO, "Busy")
    await busy.outlook(CLEO, "PATCH", f"events/{event_id}", {"location": {"displayName": f"{canary} again"}})
    await busy.espo(CLEO, "PUT", f"Meeting/{record['id']}", {"description": "Do not disturb"})
    await busy.rest()
    event = await busy.outlook(CLEO, "GET", f"events/{event_id}")
    assert (event["subject"], event["location"]["displayName"]) == (canary, f"{canary} again")
    assert canary not in str(await busy.control_espo("GET", "state"))
    assert canary not in await kept_in_postgres(busy)
    assert canary not in written_to_logs(busy)
    said = await said_on_kafka(busy)
    assert event_id.encode() in said
    assert canary.encode() not in said
    await busy.outlook(CLEO, "DELETE", f"events/{event_id}")
    await busy.rest()


@pytest.mark.scenario("P-02", "P-03")
async def test_what_becomes_private_leaves_espocrm_and_comes_back_once_when_it_is_private_no_longer(
    whole: Whole,
) -> None:
    canary = f"canary{uuid4().hex}"
    event_id = await whole.plans_in_outlook(CLEO, canary, **private(canary, sensitivity="normal", attendees=[]))
    record = await whole.one_in_espo(CLEO, canary)

    await whole.outlook(CLEO, "PATCH", f"events/{event_id}", {"sensitivity": "private"})

    async def out_of_sight() -> bool | None:
        return None if await whole.in_espo(CLEO, canary) else True

    await whole.eventually(out_of_sight)
    await whole.rest()
    assert canary not in str(await whole.control_espo("GET", "state"))
    assert canary not in await kept_in_postgres(whole)
    assert canary not in written_to_logs(whole)

    await whole.outlook(CLEO, "PATCH", f"events/{event_id}", {"sensitivity": "normal"})
    again = await whole.one_in_espo(CLEO, canary)
    assert again["id"] != record["id"]
    assert again["description"] == canary
