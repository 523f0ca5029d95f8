"""Signing in with our application's own credentials."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from graph.asking.transport import plain_http
from graph.errors import CredentialsError, UnavailableError
from graph.permission.sign_in import SignIn
from graph.permission.tokens import AppTokens
from sandbox.graph.config import TENANT_ID
from support.outlook import Simulator

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOKEN = "oauth2/v2.0/token"


class Clock:
    """A clock that is put forward by hand."""

    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with plain_http() as client:
        yield client


def tokens_from(http: httpx.AsyncClient, url: str, clock: Clock, secret: str) -> AppTokens:
    sign_in = SignIn(http, url, TENANT_ID, "tandem", secret, clock)
    return AppTokens(sign_in, "https://graph.microsoft.com/.default", clock)


@pytest.fixture
def tokens(http: httpx.AsyncClient, simulator: Simulator, clock: Clock) -> AppTokens:
    return tokens_from(http, simulator.url, clock, "tandem-secret")


@pytest.mark.scenario("O-06")
async def test_many_who_ask_at_once_get_the_same_token(tokens: AppTokens) -> None:
    given = await asyncio.gather(*(tokens.token(str(number)) for number in range(20)))

    assert len(set(given)) == 1


async def test_a_token_is_replaced_before_it_ends(tokens: AppTokens, clock: Clock) -> None:
    first = await tokens.token("ann")
    clock.now = NOON + timedelta(minutes=30)
    second = await tokens.token("ann")
    clock.now = NOON + timedelta(hours=2)
    third = await tokens.token("ann")

    assert second == first
    assert third != first


async def test_a_token_that_graph_refused_is_not_given_again(tokens: AppTokens) -> None:
    first = await tokens.token("ann")
    tokens.refused("ann")

    assert await tokens.token("ann") != first


async def test_a_wrong_secret_is_an_operators_affair_and_not_shown(
    http: httpx.AsyncClient, simulator: Simulator, clock: Clock
) -> None:
    with pytest.raises(CredentialsError) as refused:
        await tokens_from(http, simulator.url, clock, "wrong-secret").token("ann")

    assert refused.value.until == NOON + timedelta(minutes=5)
    assert "wrong-secret" not in str(refused.value)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503},
        {"status": 429},
        {"status": 200, "body": "<html>"},
        {"status": 200, "body": {}},
        {"drop": "before"},
    ],
    ids=["down", "throttled", "not JSON", "no token", "dropped"],
)
async def test_a_sign_in_that_fails_for_now_may_be_tried_later(
    tokens: AppTokens, simulator: Simulator, fault: dict[str, object]
) -> None:
    await simulator.fault(method="POST", path=TOKEN, **fault)

    with pytest.raises(UnavailableError) as failed:
        await tokens.token("ann")

    assert failed.value.until > NOON
    assert await tokens.token("ann")
