"""A request that others of its mailbox are before for too long."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest

from graph.asking.client import GraphClient
from graph.asking.lanes import Lanes
from graph.errors import CrowdedError
from graph.mailbox import Mailbox

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Counted(Lanes):
    """One lane, for which nobody waits; says how often it was asked for."""

    def __init__(self) -> None:
        super().__init__(lambda: NOON, width=1, patience=0)
        self.asked = 0

    @asynccontextmanager
    async def turn(self, mailbox: str) -> AsyncIterator[None]:
        self.asked += 1
        async with super().turn(mailbox):
            yield


class Tokens:
    """Has no token to give: nobody is to be asked."""

    async def token(self, account: str) -> str:
        raise AssertionError(account)

    def refused(self, account: str) -> None:
        raise AssertionError(account)


async def test_it_is_put_off_and_does_not_wait_a_second_time() -> None:
    lanes = Counted()
    network = httpx.MockTransport(lambda _: pytest.fail("nobody is to be asked"))
    graph = GraphClient(
        "http://graph.test", Tokens(), observe=lambda *_: None, clock=lambda: NOON, network=network, lanes=lanes
    )
    async with lanes.turn("ann"):
        with pytest.raises(CrowdedError):
            await Mailbox(graph, "account", "ann").event("e1")

    assert lanes.asked == 2
    await graph.close()
