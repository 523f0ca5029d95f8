"""An operator finds what no service could handle, has it handled again, or lets it be."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer

from contracts.topics import ESPO_WRITES
from support.whole import PATIENCE, Whole
from tandem.api import BEGINNING
from tandem.people.cast import ANN

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


@pytest_asyncio.fixture(loop_scope="session")
async def operator(whole: Whole) -> AsyncIterator[httpx.AsyncClient]:
    """The reconciler's interface, as the console has it."""
    at = whole.system.addresses
    headers = {"Authorization": f"Bearer {at.service_secret}"}
    async with httpx.AsyncClient(base_url=at.reconciler, headers=headers, timeout=PATIENCE) as http:
        yield http


async def spoil(whole: Whole, body: str) -> None:
    """Put what is no write among the writes for EspoCRM."""
    producer = AIOKafkaProducer(bootstrap_servers=whole.system.addresses.kafka)
    await producer.start()
    try:
        await producer.send_and_wait(ESPO_WRITES.name, body.encode(), key=whole.id_of(ANN).encode())
    finally:
        await producer.stop()


async def letters(whole: Whole, operator: httpx.AsyncClient, body: str, count: int) -> list[dict[str, Any]]:
    """Wait until so many letters with this body are parked, and give them."""

    async def parked() -> list[dict[str, Any]] | None:
        listed = (await operator.get("/dead-letters", params={"service": "espo_connector"})).json()["dead_letters"]
        read = [(await operator.get(f"/dead-letters/{one['id']}")).json() for one in listed]
        found = [letter for letter in read if letter["body"] == body]
        return found if len(found) == count else None

    return await whole.eventually(parked)


@pytest.mark.scenario("X-05", "Q-12")
async def test_a_message_that_still_cannot_be_handled_comes_back_as_a_letter_of_its_own(
    whole: Whole, operator: httpx.AsyncClient
) -> None:
    poison = f'{{"kind": "no write at all", "mark": "{uuid4().hex}"}}'
    await spoil(whole, poison)
    (letter,) = await letters(whole, operator, poison, 1)
    assert (letter["topic"], letter["key"], letter["status"]) == (ESPO_WRITES.name, whole.id_of(ANN), "parked")

    await operator.post(f"/dead-letters/{letter['id']}/replay", json={"by": "olga"})
    again, first = await letters(whole, operator, poison, 2)
    assert (first["status"], first["by"], again["status"]) == ("replayed", "olga", "parked")
    assert again["message_id"] != first["message_id"]

    discarded = (await operator.post(f"/dead-letters/{again['id']}/discard", json={"by": "olga"})).json()
    assert discarded["status"] == "discarded"
    assert len(await letters(whole, operator, poison, 2)) == 2


@pytest.mark.scenario("X-06")
async def test_a_user_who_is_reset_has_every_event_once_and_no_write_is_made(
    whole: Whole, operator: httpx.AsyncClient
) -> None:
    title = f"Once {uuid4().hex[:12]}"
    record = await whole.plans_in_espo(ANN, title)
    event = await whole.one_in_outlook(ANN, title)
    before = (await operator.get(f"/accounts/{whole.id_of(ANN)}")).json()
    written = await writes(operator)

    answer = await operator.post(f"/accounts/{whole.id_of(ANN)}/resync", json={"by": "olga"})
    assert answer.status_code == 202
    await whole.rest()

    assert await writes(operator) == written
    assert (await operator.get(f"/accounts/{whole.id_of(ANN)}")).json()["counts"] == before["counts"]
    assert [one["id"] for one in await whole.in_outlook(ANN, title)] == [event["id"]]
    assert [one["id"] for one in await whole.in_espo(ANN, title)] == [record]


async def writes(operator: httpx.AsyncClient) -> str:
    """The last write that the journal knows."""
    after, last = BEGINNING, ""
    while after != last:
        last = after
        synced = (await operator.get("/synced", params={"after": after})).json()["synced"]
        after = synced[-1]["place"] if synced else after
    return after
