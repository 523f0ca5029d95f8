"""Subscriptions and their notifications, as a receiving endpoint meets them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox.graph.config import ANN, TANDEM, Config
from sandbox.graph.ids import long_change_key
from sandbox.serve import serving

Draft = Callable[..., dict[str, Any]]
Connect = Callable[..., Any]
SOON = "2026-03-03T08:00:00Z"


class Endpoint:
    """A program that takes notifications: each request that comes in is put into `taken`."""

    def __init__(self) -> None:
        self.taken: asyncio.Queue[tuple[str, list[dict[str, Any]]]] = asyncio.Queue()
        self.validations: list[str] = []
        self.echo = True
        self.statuses: list[int] = []
        self.stalled = 0
        self.released = asyncio.Event()
        self.url = ""

    async def answer(self, request: Request) -> Response:
        if self.stalled:
            self.stalled -= 1
            await self.released.wait()
        token = request.query_params.get("validationToken")
        if token is not None:
            self.validations.append(request.url.path)
            return PlainTextResponse(token if self.echo else "something else")
        status = self.statuses.pop(0) if self.statuses else 202
        self.taken.put_nowait((request.url.path, (await request.json())["value"]))
        return Response(status_code=status)

    async def next(self) -> dict[str, Any]:
        _, (notification,) = await self.taken.get()
        return notification

    def wish(self, **changes: Any) -> dict[str, Any]:
        return {
            "changeType": "created,updated,deleted",
            "notificationUrl": f"{self.url}/notices?u=ann",
            "resource": f"users/{ANN.oid}/events",
            "expirationDateTime": SOON,
            "clientState": "secret",
            **changes,
        }


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    endpoint = Endpoint()
    app = Starlette(routes=[Route("/{name}", endpoint.answer, methods=["POST"])])
    async with serving(app) as url:
        endpoint.url = url
        yield endpoint
        endpoint.released.set()


@pytest.fixture(autouse=True)
async def on_2_march(control: httpx.AsyncClient) -> None:
    await control.post("clock", json={"now": "2026-03-02T08:00:00Z"})


@pytest.fixture
async def tandem(on_2_march: None, connect: Connect) -> AsyncIterator[httpx.AsyncClient]:
    del on_2_march
    async with connect("", TANDEM) as client:
        yield client


@pytest.fixture
async def subscription(tandem: httpx.AsyncClient, endpoint: Endpoint) -> dict[str, Any]:
    wish = endpoint.wish(lifecycleNotificationUrl=f"{endpoint.url}/lifecycle")
    answer = await tandem.post("subscriptions", json=wish)
    assert answer.status_code == 201
    return dict(answer.json())


async def test_both_urls_are_validated_before_the_subscription_holds(
    tandem: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any],
) -> None:  # fmt: skip
    assert endpoint.validations == ["/notices", "/lifecycle"]
    assert (await tandem.get("subscriptions")).json()["value"][0]["id"] == subscription["id"]


async def test_an_endpoint_that_does_not_return_the_token_is_refused(
    tandem: httpx.AsyncClient, endpoint: Endpoint,
) -> None:  # fmt: skip
    endpoint.echo = False
    answer = await tandem.post("subscriptions", json=endpoint.wish())
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidRequest")
    assert (await tandem.get("subscriptions")).json()["value"] == []


async def test_an_endpoint_that_nobody_serves_is_refused(tandem: httpx.AsyncClient, endpoint: Endpoint) -> None:
    answer = await tandem.post("subscriptions", json=endpoint.wish(notificationUrl="http://127.0.0.1:9/notices"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidRequest")


async def test_a_change_is_notified_with_client_state_and_without_content(
    ann: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any], draft: Draft,
) -> None:  # fmt: skip
    event = (await ann.post("events", json=draft())).json()
    told = await endpoint.next()
    resource = f"Users/{ANN.oid}/Events/{event['id']}"
    assert told["subscriptionId"] == subscription["id"]
    assert (told["clientState"], told["changeType"], told["resource"]) == ("secret", "created", resource)
    assert told["resourceData"] == {
        "@odata.type": "#Microsoft.Graph.Event",
        "@odata.id": resource,
        "@odata.etag": f'W/"{long_change_key(event["changeKey"])}"',
        "id": event["id"],
    }


def test_a_notification_writes_a_version_in_the_form_of_microsofts_samples() -> None:
    documented = "CQAAABYAAADkrWGo7bouTKlsgTZMr9KwAAAUWRHf"
    of_an_event = "DwAAABYAAADkrWGo7bouTKlsgTZMr9KwAAAUWRHf"
    assert long_change_key("5K1hqO26LkypbIE2TK/SsAAAFFkR3w==") == of_an_event
    assert of_an_event[2:] == documented[2:]


async def test_each_kind_of_change_is_notified(
    ann: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any], draft: Draft,
) -> None:  # fmt: skip
    del subscription
    event = (await ann.post("events", json=draft())).json()
    first = await endpoint.next()
    await ann.patch(f"events/{event['id']}", json={"subject": "New"})
    second = await endpoint.next()
    await ann.delete(f"events/{event['id']}")
    third = await endpoint.next()
    assert [one["changeType"] for one in (first, second, third)] == ["created", "updated", "deleted"]


async def test_only_the_kinds_asked_for_are_notified(
    ann: httpx.AsyncClient, tandem: httpx.AsyncClient, endpoint: Endpoint, draft: Draft,
) -> None:  # fmt: skip
    await tandem.post("subscriptions", json=endpoint.wish(changeType="deleted"))
    event = (await ann.post("events", json=draft())).json()
    await ann.delete(f"events/{event['id']}")
    assert (await endpoint.next())["changeType"] == "deleted"


async def test_a_subscription_made_with_immutable_ids_notifies_them(
    ann: httpx.AsyncClient, tandem: httpx.AsyncClient, endpoint: Endpoint, draft: Draft,
) -> None:  # fmt: skip
    immutable = {"Prefer": 'IdType="ImmutableId"'}
    await tandem.post("subscriptions", json=endpoint.wish(), headers=immutable)
    event = (await ann.post("events", json=draft(), headers=immutable)).json()
    assert (await endpoint.next())["resourceData"]["id"] == event["id"]


async def test_a_guests_reply_is_an_update_of_the_organizers_event(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any], draft: Draft,
) -> None:  # fmt: skip
    del subscription
    event = (await ann.post("events", json=draft(attendees=[{"emailAddress": {"address": "bob@contoso.test"}}]))).json()
    await endpoint.next()
    (copy,) = (await bob.get("events")).json()["value"]
    await bob.post(f"events/{copy['id']}/accept")
    told = await endpoint.next()
    assert (told["changeType"], told["resourceData"]["id"]) == ("updated", event["id"])


async def test_a_deleted_occurrence_is_an_update_of_its_master(
    ann: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any], weekly: dict[str, Any],
) -> None:  # fmt: skip
    del subscription
    master = (await ann.post("events", json=weekly)).json()
    await endpoint.next()
    window = {"startDateTime": "2026-03-01T00:00:00Z", "endDateTime": "2026-04-01T00:00:00Z"}
    second = (await ann.get("calendarView", params=window)).json()["value"][1]
    await ann.delete(f"events/{second['id']}")
    told = await endpoint.next()
    assert (told["changeType"], told["resourceData"]["id"]) == ("updated", master["id"])


async def test_a_subscription_on_events_covers_the_default_calendar_alone(
    ann: httpx.AsyncClient, tandem: httpx.AsyncClient, endpoint: Endpoint, draft: Draft,
) -> None:  # fmt: skip
    other = (await ann.post("calendars", json={"name": "Private"})).json()
    await tandem.post("subscriptions", json=endpoint.wish())
    await ann.post(f"calendars/{other['id']}/events", json=draft())
    seen = (await ann.post("events", json=draft())).json()
    assert (await endpoint.next())["resourceData"]["id"] == seen["id"]


async def test_another_calendar_has_subscriptions_of_its_own(
    ann: httpx.AsyncClient, tandem: httpx.AsyncClient, endpoint: Endpoint, draft: Draft,
) -> None:  # fmt: skip
    other = (await ann.post("calendars", json={"name": "Private"})).json()
    resource = f"users/{ANN.oid}/calendars/{other['id']}/events"
    await tandem.post("subscriptions", json=endpoint.wish(resource=resource))
    seen = (await ann.post(f"calendars/{other['id']}/events", json=draft())).json()
    assert (await endpoint.next())["resourceData"]["id"] == seen["id"]


@pytest.mark.parametrize("config", [Config(handshake_timeout=0.05)])
async def test_an_endpoint_that_is_too_slow_for_the_handshake_is_refused(
    tandem: httpx.AsyncClient, endpoint: Endpoint,
) -> None:  # fmt: skip
    endpoint.stalled = 1
    answer = await tandem.post("subscriptions", json=endpoint.wish())
    assert answer.json()["error"]["message"] == "Subscription validation request timed out."


@pytest.mark.parametrize("config", [Config(acknowledge_within=0.2, notification_retry=0.0)])
async def test_a_notification_that_is_not_acknowledged_in_time_is_sent_again(
    ann: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any], draft: Draft,
) -> None:  # fmt: skip
    endpoint.stalled = 1
    await ann.post("events", json=draft())
    assert (await endpoint.next())["subscriptionId"] == subscription["id"]


@pytest.mark.parametrize("config", [Config(notification_retry=0.0)])
async def test_a_refused_notification_is_sent_again(
    ann: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any], draft: Draft,
) -> None:  # fmt: skip
    del subscription
    endpoint.statuses = [503, 500]
    await ann.post("events", json=draft())
    tries = [await endpoint.next() for _ in range(3)]
    assert tries[0] == tries[1] == tries[2]


async def test_changes_that_gather_are_notified_together(
    ann: httpx.AsyncClient, control: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any], draft: Draft,
) -> None:  # fmt: skip
    del subscription
    await control.post("notifications", json={"delay_ms": 300})
    events = [(await ann.post("events", json=draft())).json()["id"] for _ in range(3)]
    _, together = await endpoint.taken.get()
    assert [one["resourceData"]["id"] for one in together] == events


async def test_what_changes_while_an_endpoint_is_told_is_notified_together_after_that(
    ann: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any], draft: Draft,
) -> None:  # fmt: skip
    del subscription
    endpoint.stalled = 1
    await ann.post("events", json=draft())
    while endpoint.stalled:  # noqa: ASYNC110  # nothing announces that a request has come
        await asyncio.sleep(0)
    meanwhile = [(await ann.post("events", json=draft())).json()["id"] for _ in range(3)]
    endpoint.released.set()
    await endpoint.next()
    _, together = await endpoint.taken.get()
    assert [one["resourceData"]["id"] for one in together] == meanwhile


async def test_notifications_can_be_reordered(
    ann: httpx.AsyncClient, control: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any], draft: Draft,
) -> None:  # fmt: skip
    del subscription
    await control.post("notifications", json={"delay_ms": 300, "reorder": True})
    events = [(await ann.post("events", json=draft())).json()["id"] for _ in range(3)]
    _, together = await endpoint.taken.get()
    assert [one["resourceData"]["id"] for one in together] == events[::-1]


async def test_notifications_can_be_lost(
    ann: httpx.AsyncClient, control: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any], draft: Draft,
) -> None:  # fmt: skip
    del subscription
    await control.post("notifications", json={"lose": 1})
    await ann.post("events", json=draft())
    seen = (await ann.post("events", json=draft())).json()
    assert (await endpoint.next())["resourceData"]["id"] == seen["id"]


async def test_notifications_can_be_repeated(
    ann: httpx.AsyncClient, control: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any], draft: Draft,
) -> None:  # fmt: skip
    del subscription
    await control.post("notifications", json={"duplicate": 1})
    await ann.post("events", json=draft())
    _, (first, second) = await endpoint.taken.get()
    assert first == second


async def test_notifications_can_be_forged(
    control: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any],
) -> None:  # fmt: skip
    forgery = {"subscriptionId": subscription["id"], "clientState": "guessed"}
    assert (await control.post("notifications", json={"forge": forgery})).json() == {"status": 202}
    assert (await endpoint.next())["clientState"] == "guessed"


async def test_the_same_subscription_twice_is_a_conflict(
    tandem: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any],
) -> None:  # fmt: skip
    answer = await tandem.post("subscriptions", json=endpoint.wish())
    assert answer.status_code == 409
    assert subscription["id"] in answer.json()["error"]["message"]


@pytest.mark.parametrize("config", [Config(subscriptions_per_mailbox=1)])
async def test_a_mailbox_takes_so_many_subscriptions_and_no_more(
    tandem: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any],
) -> None:  # fmt: skip
    del subscription
    answer = await tandem.post("subscriptions", json=endpoint.wish(changeType="updated"))
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"expirationDateTime": "2026-03-09T08:01:00Z"}, id="more than 10,080 minutes ahead"),
        pytest.param({"expirationDateTime": "2026-03-02T07:00:00Z"}, id="in the past"),
        pytest.param({"resource": f"users/{ANN.oid}/events/AAMk1"}, id="a single event"),
        pytest.param({"resource": "me/events"}, id="me, without a signed-in user"),
        pytest.param({"changeType": "created,moved"}, id="an unknown kind of change"),
        pytest.param({"clientState": "x" * 129}, id="a client state beyond 128 characters"),
        pytest.param({"notificationUrl": "not a url"}, id="no url"),
        pytest.param({"url": "http://127.0.0.1"}, id="an unknown property"),
    ],
)
async def test_what_cannot_be_subscribed_to_is_refused(
    tandem: httpx.AsyncClient, endpoint: Endpoint, changes: dict[str, Any],
) -> None:  # fmt: skip
    assert (await tandem.post("subscriptions", json=endpoint.wish(**changes))).status_code == 400


async def test_a_mailbox_outside_the_cloud_cannot_be_subscribed_to(
    tandem: httpx.AsyncClient, control: httpx.AsyncClient, endpoint: Endpoint,
) -> None:  # fmt: skip
    await control.post("mailboxes", json={"upn": "old@contoso.test", "mailbox": False})
    answer = await tandem.post("subscriptions", json=endpoint.wish(resource="users/old@contoso.test/events"))
    assert answer.json()["error"]["code"] == "ExtensionError"
    assert "REST API is not yet supported for this mailbox." in answer.json()["error"]["message"]


async def test_a_short_expiry_is_raised_to_45_minutes(tandem: httpx.AsyncClient, endpoint: Endpoint) -> None:
    wish = endpoint.wish(expirationDateTime="2026-03-02T08:05:00Z")
    made = (await tandem.post("subscriptions", json=wish)).json()
    assert made["expirationDateTime"].startswith("2026-03-02T08:45:")


async def test_a_subscription_can_be_renewed_and_nothing_else_of_it_changed(
    tandem: httpx.AsyncClient, subscription: dict[str, Any],
) -> None:  # fmt: skip
    path = f"subscriptions/{subscription['id']}"
    renewed = await tandem.patch(path, json={"expirationDateTime": "2026-03-08T08:00:00Z"})
    other = await tandem.patch(path, json={"lifecycleNotificationUrl": "http://127.0.0.1/l"})
    assert renewed.json()["expirationDateTime"] == "2026-03-08T08:00:00.0000000Z"
    assert other.status_code == 400


async def test_a_subscription_runs_out_in_silence(
    tandem: httpx.AsyncClient, control: httpx.AsyncClient, connect: Connect, endpoint: Endpoint,
) -> None:  # fmt: skip
    await tandem.post("subscriptions", json=endpoint.wish())
    await control.post("clock", json={"advance_seconds": 86_400})
    async with connect("", TANDEM) as later:
        assert (await later.get("subscriptions")).json()["value"] == []


async def test_reauthorization_is_asked_for_before_a_subscription_runs_out(
    control: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any],
) -> None:  # fmt: skip
    await control.post("clock", json={"advance_seconds": 86_400 - 600})
    told = await endpoint.next()
    assert (told["lifecycleEvent"], told["subscriptionId"]) == ("reauthorizationRequired", subscription["id"])


async def test_a_subscription_can_vanish_with_a_lifecycle_notice(
    tandem: httpx.AsyncClient, control: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any],
) -> None:  # fmt: skip
    await control.post(f"subscriptions/{subscription['id']}/remove", json={"lifecycle": True})
    path, (told,) = await endpoint.taken.get()
    assert (path, told["lifecycleEvent"], told["clientState"]) == ("/lifecycle", "subscriptionRemoved", "secret")
    assert (await tandem.get(f"subscriptions/{subscription['id']}")).status_code == 404


async def test_missed_notifications_can_be_announced(
    control: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any],
) -> None:  # fmt: skip
    await control.post(f"subscriptions/{subscription['id']}/lifecycle", json={"event": "missed"})
    assert (await endpoint.next())["lifecycleEvent"] == "missed"


async def test_a_deleted_subscription_notifies_no_more(
    ann: httpx.AsyncClient, tandem: httpx.AsyncClient, endpoint: Endpoint, subscription: dict[str, Any], draft: Draft,
) -> None:  # fmt: skip
    assert (await tandem.delete(f"subscriptions/{subscription['id']}")).status_code == 204
    await ann.post("events", json=draft())
    await tandem.post("subscriptions", json=endpoint.wish())
    seen = (await ann.post("events", json=draft())).json()
    assert (await endpoint.next())["resourceData"]["id"] == seen["id"]


async def test_another_applications_subscription_cannot_be_seen(
    graph: httpx.AsyncClient, subscription: dict[str, Any],
) -> None:  # fmt: skip
    assert (await graph.get(f"subscriptions/{subscription['id']}")).status_code == 404
