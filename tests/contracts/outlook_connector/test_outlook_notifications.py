"""Graph's notifications, from the subscription to the notice, through a real door."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from contracts.changes import SubscriptionFailed, SubscriptionKept
from contracts.looks import KeepSubscription
from contracts.notices import CalendarTouched, SubscriptionEnded
from graph.asking.client import GraphClient, now_in_utc
from outlook_connector.echoes import Echoes
from outlook_connector.looks import Looks
from outlook_connector.metrics import Metrics
from outlook_connector.notifications import Door
from outlook_connector.subscribing.feeds import Feed
from outlook_connector.subscribing.subscriptions import Subscriber
from outlook_connector.writes import Writes
from sandbox.serve import serving
from support.outlook import ACCOUNT, ANN, FEED, SECRET, Bus, Person, Simulator, creation


@dataclass
class Awaited(Bus):
    """A bus that can be waited for."""

    def __post_init__(self) -> None:
        self.spoke = asyncio.Event()

    async def publish(self, topic: str, key: str, message: Any) -> None:
        await super().publish(topic, key, message)
        self.spoke.set()

    async def first_of(self, kind: type[Any]) -> Any:
        """Wait until a message of this kind is there."""
        while not (found := self.of(kind)):
            self.spoke.clear()
            await asyncio.wait_for(self.spoke.wait(), 20)
        return found[0]


@pytest.fixture
def bus() -> Awaited:
    return Awaited()


@pytest.fixture
async def public_url(bus: Awaited, metrics: Metrics) -> AsyncIterator[str]:
    async with serving(Starlette(routes=Door((SECRET,), Echoes(), bus, metrics, now_in_utc).routes())) as url:
        yield url


@pytest.fixture
def looks(graph: GraphClient, bus: Awaited, metrics: Metrics, public_url: str) -> Looks:
    return Looks(graph, Subscriber(graph, public_url, SECRET), bus, metrics)


def keep(subscription_id: str | None = None, **other: Any) -> KeepSubscription:
    return KeepSubscription(
        **{"feed": FEED, "account": ACCOUNT, "mailbox": ANN, "subscription_id": subscription_id} | other
    )


async def subscriptions(simulator: Simulator) -> list[dict[str, Any]]:
    return list((await simulator.http.get("/_control/state")).json()["subscriptions"])


async def kept(looks: Looks, bus: Awaited, wish: KeepSubscription | None = None) -> SubscriptionKept:
    await looks.carry_out(wish or keep())
    message = bus.messages[-1]
    assert isinstance(message, SubscriptionKept)
    return message


@pytest.mark.scenario("W-11")
async def test_graph_calls_the_door_before_it_subscribes_us(looks: Looks, bus: Awaited, simulator: Simulator) -> None:
    answer = await kept(looks, bus)

    assert (answer.feed, answer.account) == (FEED, ACCOUNT)
    assert timedelta(days=2) < answer.expires_at - now_in_utc() <= timedelta(days=3)
    assert [one["id"] for one in await subscriptions(simulator)] == [answer.subscription_id]


async def test_an_edit_in_outlook_becomes_a_notice_of_its_feed(looks: Looks, bus: Awaited, ann: Person) -> None:
    await kept(looks, bus)

    await ann.creates()

    notice = await bus.first_of(CalendarTouched)
    assert (notice.feed, notice.account) == (FEED, ACCOUNT)


async def test_a_write_of_ours_makes_no_notice_and_an_edit_of_the_same_event_does(
    graph: GraphClient, bus: Awaited, metrics: Metrics, ann: Person
) -> None:
    echoes, answered = Echoes(), asyncio.Event()
    door = Door((SECRET,), echoes, bus, metrics, now_in_utc)
    writes = Writes(graph, echoes, bus, metrics)

    app = Starlette(routes=door.routes())

    async def after_the_answer(scope: Scope, receive: Receive, send: Send) -> None:
        if b"validationToken" not in scope.get("query_string", b"validationToken"):
            await answered.wait()
        await app(scope, receive, send)

    async with serving(after_the_answer) as url:
        await kept(Looks(graph, Subscriber(graph, url, SECRET), bus, metrics), bus)
        await writes.carry_out(creation())
        answered.set()
        [event] = await ann.lists()
        await ann.edits(event["id"], subject="Ann's own")

        await bus.first_of(CalendarTouched)

    [counted] = metrics.echoes.collect()
    assert counted.samples[0].value == 1
    assert len(bus.of(CalendarTouched)) == 1


@pytest.mark.scenario("W-10")
async def test_a_subscription_is_renewed_in_place(looks: Looks, bus: Awaited, simulator: Simulator) -> None:
    first = await kept(looks, bus)

    second = await kept(looks, bus, keep(first.subscription_id))

    assert second.subscription_id == first.subscription_id
    assert second.expires_at >= first.expires_at
    assert [one["method"] for one in await simulator.requests()] == ["POST", "PATCH"]


@pytest.mark.scenario("W-10")
async def test_a_subscription_that_graph_dropped_is_made_again(
    looks: Looks, bus: Awaited, simulator: Simulator
) -> None:
    first = await kept(looks, bus)
    await simulator.post(f"subscriptions/{first.subscription_id}/remove", lifecycle=False)

    second = await kept(looks, bus, keep(first.subscription_id))

    assert second.subscription_id != first.subscription_id
    assert len(await subscriptions(simulator)) == 1


async def test_a_subscription_that_we_have_forgotten_is_replaced(
    looks: Looks, bus: Awaited, simulator: Simulator, ann: Person
) -> None:
    await kept(looks, bus)

    second = await kept(looks, bus)

    assert [one["id"] for one in await subscriptions(simulator)] == [second.subscription_id]
    await ann.creates()
    await bus.first_of(CalendarTouched)


async def test_a_subscription_that_leads_to_an_old_address_is_replaced(
    graph: GraphClient, bus: Awaited, metrics: Metrics, looks: Looks, simulator: Simulator
) -> None:
    async with serving(Starlette(routes=Door((SECRET,), Echoes(), bus, metrics, now_in_utc).routes())) as old_url:
        old = await kept(Looks(graph, Subscriber(graph, old_url, SECRET), bus, metrics), bus)

    await kept(looks, bus, keep(old.subscription_id))

    [subscription] = await subscriptions(simulator)
    assert not subscription["notificationUrl"].startswith(old_url)


async def test_while_the_secret_changes_both_are_believed_and_a_renewal_brings_the_new_one(
    graph: GraphClient, bus: Awaited, metrics: Metrics, simulator: Simulator, ann: Person
) -> None:
    newer = b"of tomorrow, and as long as it must be"
    async with serving(Starlette(routes=Door((newer, SECRET), Echoes(), bus, metrics, now_in_utc).routes())) as url:
        old = await kept(Looks(graph, Subscriber(graph, url, SECRET), bus, metrics), bus)
        await ann.creates()
        await bus.first_of(CalendarTouched)

        renewed = await kept(Looks(graph, Subscriber(graph, url, newer), bus, metrics), bus, keep(old.subscription_id))

        [subscription] = await subscriptions(simulator)
        assert subscription["id"] == renewed.subscription_id
        assert subscription["clientState"] == Feed(FEED, ACCOUNT).client_state(newer)


@pytest.mark.scenario("W-09")
async def test_a_door_that_graph_cannot_reach_is_said_in_words(
    graph: GraphClient, bus: Awaited, metrics: Metrics
) -> None:
    await Looks(graph, Subscriber(graph, "http://127.0.0.1:9", SECRET), bus, metrics).carry_out(keep())

    [failed] = bus.of(SubscriptionFailed)
    assert (failed.feed, failed.account) == (FEED, ACCOUNT)
    assert failed.reason


async def test_a_throttled_subscription_is_said_and_not_slept_over(
    looks: Looks, bus: Awaited, simulator: Simulator
) -> None:
    await simulator.fault(method="POST", path="/subscriptions", status=429, headers={"Retry-After": "120"})

    await looks.carry_out(keep())

    assert "fewer requests" in bus.of(SubscriptionFailed)[0].reason


@pytest.mark.scenario("W-10")
@pytest.mark.parametrize("event", ["missed", "subscriptionRemoved", "reauthorizationRequired"])
async def test_what_a_subscription_says_of_its_own_life_becomes_a_notice(
    looks: Looks, bus: Awaited, simulator: Simulator, event: str
) -> None:
    subscription = await kept(looks, bus)

    await simulator.post(f"subscriptions/{subscription.subscription_id}/lifecycle", event=event)

    notice = await bus.first_of(SubscriptionEnded)
    assert (notice.feed, notice.account, notice.lifecycle) == (FEED, ACCOUNT, event)


@pytest.mark.scenario("W-11", "W-14")
async def test_a_forged_notification_is_answered_and_not_believed(
    looks: Looks, bus: Awaited, simulator: Simulator, metrics: Metrics
) -> None:
    subscription = await kept(looks, bus)

    answer = await simulator.post(
        "notifications", forge={"subscriptionId": subscription.subscription_id, "clientState": "guess"}
    )

    assert answer == {"status": 202}
    assert bus.of(CalendarTouched) == []
    assert metrics.refused_notifications.labels("client_state")._value.get() == 1
