"""The door for notifications: what it lets in, what it turns away, and how fast it answers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from prometheus_client import CollectorRegistry
from pydantic import BaseModel
from starlette.applications import Starlette

from contracts.notices import CalendarTouched, SubscriptionEnded
from graph.asking.answers import GraphEvent
from outlook_connector.echoes import Echoes
from outlook_connector.metrics import Metrics
from outlook_connector.notifications import LARGEST_BODY, Door
from outlook_connector.subscribing.feeds import LIFECYCLE, NOTIFICATIONS, Feed
from support.outlook import Bus

SECRET = b"only-the-connector-knows-this"
FEED = Feed("outlook/ann/AAMk=/+ ä", "ann/1")
OURS = 'W/"ZlnW4RIAV06KYYwlrfNZvQAAKGWwbw=="'
THEIRS = 'W/"DwAAABYAAABmWdbhEgBXTophjCWt81m9AAAoZbBw"'
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def bus() -> Bus:
    return Bus()


def knocking_at(bus: Bus, echoes: Echoes, confirm_within: float = 20) -> httpx.AsyncClient:
    metrics = Metrics(CollectorRegistry())
    door = Door((SECRET,), echoes, bus, metrics, lambda: NOON, confirm_within=confirm_within)
    transport = httpx.ASGITransport(Starlette(routes=door.routes()))
    return httpx.AsyncClient(transport=transport, base_url="http://tandem.test")


@pytest.fixture
def echoes() -> Echoes:
    return Echoes()


@pytest.fixture
async def graph(bus: Bus, echoes: Echoes) -> AsyncIterator[httpx.AsyncClient]:
    async with knocking_at(bus, echoes) as client:
        yield client


def path(door: str = NOTIFICATIONS, feed: Feed = FEED) -> str:
    address = urlsplit(feed.address("http://tandem.test/", door, SECRET))
    return f"{address.path}?{address.query}"


def item(**other: Any) -> dict[str, Any]:
    return {"subscriptionId": "s1", "clientState": FEED.client_state(SECRET), "changeType": "updated"} | other


@pytest.mark.scenario("W-11")
async def test_the_handshake_is_echoed_as_plain_text(graph: httpx.AsyncClient) -> None:
    for door in (NOTIFICATIONS, LIFECYCLE):
        answer = await graph.post(f"{path(door)}&validationToken=Validation%3A%20<b>1%2B1</b>")

        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.text == "Validation: <b>1+1</b>"


async def test_a_notification_names_feed_and_account_as_they_were_given(graph: httpx.AsyncClient, bus: Bus) -> None:
    answer = await graph.post(path(), json={"value": [item()]})

    assert answer.status_code == 202
    assert bus.published == [
        ("outlook.notices.v1", "ann/1", CalendarTouched(feed=FEED.name, account="ann/1", received_at=NOON))
    ]


@pytest.mark.scenario("W-13", "W-15")
async def test_many_notifications_in_one_post_make_one_notice(graph: httpx.AsyncClient, bus: Bus) -> None:
    answer = await graph.post(path(), json={"value": [item() for _ in range(100)]})

    assert answer.status_code == 202
    assert len(bus.published) == 1


async def test_what_tells_only_of_our_own_write_makes_no_notice(
    graph: httpx.AsyncClient, bus: Bus, echoes: Echoes
) -> None:
    echoes.expect(GraphEvent(id="e1", etag=OURS))

    answer = await graph.post(path(), json={"value": [item(resourceData={"id": "e1", "@odata.etag": OURS})]})

    assert answer.status_code == 202
    assert bus.published == []


@pytest.mark.parametrize("resource_data", [{"id": "e2", "@odata.etag": THEIRS}, {"id": "e2"}, None])
async def test_news_among_our_own_writes_makes_a_notice(
    graph: httpx.AsyncClient, bus: Bus, echoes: Echoes, resource_data: dict[str, str] | None
) -> None:
    echoes.expect(GraphEvent(id="e1", etag=OURS))
    ours = item(resourceData={"id": "e1", "@odata.etag": OURS})

    answer = await graph.post(path(), json={"value": [ours, item(resourceData=resource_data), ours]})

    assert answer.status_code == 202
    assert len(bus.of(CalendarTouched)) == 1


async def test_one_that_is_not_believed_does_not_spoil_the_others(graph: httpx.AsyncClient, bus: Bus) -> None:
    answer = await graph.post(path(), json={"value": [item(clientState="guess"), item()]})

    assert answer.status_code == 202
    assert len(bus.published) == 1


@pytest.mark.scenario("W-11", "W-14")
@pytest.mark.parametrize("client_state", [None, "", "ümlaut", Feed(FEED.name, "bob").client_state(SECRET)])
async def test_without_the_word_of_this_very_feed_nothing_is_believed(
    graph: httpx.AsyncClient, bus: Bus, client_state: str | None
) -> None:
    answer = await graph.post(path(), json={"value": [item(clientState=client_state)]})

    assert answer.status_code == 202
    assert bus.published == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"value": 1}', b'{"value": [{}]}', b'{"other": []}', b"\xff\xfe"])
async def test_what_is_no_notification_is_called_so(graph: httpx.AsyncClient, bus: Bus, body: bytes) -> None:
    answer = await graph.post(path(), content=body)

    assert answer.status_code == 400
    assert bus.published == []


async def test_a_body_that_is_too_large_is_not_read_to_its_end(graph: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * LARGEST_BODY:
            sent += 65536
            yield b" " * 65536

    answer = await graph.post(path(), content=endless())

    assert answer.status_code == 413


async def test_each_word_on_the_subscriptions_life_is_told_once(graph: httpx.AsyncClient, bus: Bus) -> None:
    said = ("missed", "missed", "subscriptionRemoved", "somethingNew")

    answer = await graph.post(path(LIFECYCLE), json={"value": [item(lifecycleEvent=one) for one in said]})

    assert answer.status_code == 202
    assert [one.lifecycle for one in bus.of(SubscriptionEnded)] == ["missed", "subscriptionRemoved"]


class SilentBus(Bus):
    """A broker that never confirms."""

    async def publish(self, topic: str, key: str, message: BaseModel) -> None:
        await asyncio.Event().wait()
        await super().publish(topic, key, message)


@pytest.mark.scenario("W-15")
async def test_a_bus_that_does_not_confirm_has_graph_come_again() -> None:
    async with knocking_at(SilentBus(), Echoes(), confirm_within=0.01) as graph:
        answer = await graph.post(path(), json={"value": [item()]})

    assert answer.status_code == 503


def test_the_word_fits_into_graphs_client_state() -> None:
    assert len(FEED.client_state(SECRET)) <= 128


def test_feeds_that_only_join_alike_have_different_words() -> None:
    assert Feed("b", "a").client_state(SECRET) != Feed("", "ab").client_state(SECRET)


def test_an_older_secret_is_believed_as_long_as_it_is_listed() -> None:
    word = FEED.client_state(SECRET)

    assert FEED.knows((b"newer", SECRET), word)
    assert not FEED.knows((b"newer",), word)


def test_another_secret_makes_another_address_which_tells_nothing_of_it() -> None:
    addresses = {FEED.address("https://tandem.test", "/door", secret) for secret in (SECRET, b"newer")}

    assert len(addresses) == 2
    assert not any(SECRET.decode() in address for address in addresses)
