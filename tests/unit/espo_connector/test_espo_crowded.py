"""What becomes of a request that others are before for too long."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from prometheus_client import CollectorRegistry

from espo_connector.asking.client import Client
from espo_connector.asking.turns import LEAST, Turns
from espo_connector.errors import Crowded
from espo_connector.metrics import Metrics

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Hanging(httpx.AsyncBaseTransport):
    """An EspoCRM that answers nobody before it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.busy = asyncio.Event()
        self.answers = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.asked == LEAST:
            self.busy.set()
        await self.answers.wait()
        return httpx.Response(200, json={"id": "m1"}, request=request)


@pytest.fixture
def espo() -> Hanging:
    return Hanging()


@pytest.fixture
async def client(espo: Hanging) -> AsyncIterator[Client]:
    turns = Turns(patience=0)
    client = Client("http://espo.test", "key", Metrics(CollectorRegistry()), lambda: NOON, network=espo, turns=turns)
    yield client
    await client.close()


async def test_it_is_put_off_unasked_and_those_before_it_get_their_answers(espo: Hanging, client: Client) -> None:
    before = [asyncio.create_task(client.read("Meeting", f"m{number}")) for number in range(LEAST)]
    await espo.busy.wait()

    with pytest.raises(Crowded) as turned_away:
        await client.create("Meeting", {"name": "Demo"})

    assert (turned_away.value.asked, turned_away.value.until, espo.asked) == (False, NOON, LEAST)
    espo.answers.set()
    assert await asyncio.gather(*before) == [{"id": "m1"}] * LEAST
