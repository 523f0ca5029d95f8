"""Throttling, and batches, which are throttled item by item."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sandbox.graph.config import TANDEM, Config

Draft = Callable[..., dict[str, Any]]
Connect = Callable[..., Any]
CALENDAR = {"method": "GET", "url": "/users/ann@contoso.test/calendar"}


async def test_a_fifth_request_at_a_time_on_one_mailbox_is_refused(
    ann: httpx.AsyncClient, control: httpx.AsyncClient,
) -> None:  # fmt: skip
    await control.post("latency", json={"ms": 300})
    answers = await asyncio.gather(*(ann.get("calendar") for _ in range(5)))
    refused = [answer for answer in answers if answer.status_code != 200]
    assert [answer.status_code for answer in refused] == [429]
    assert refused[0].json()["error"]["code"] == "ApplicationThrottled"
    assert refused[0].headers["retry-after"] == "1"


async def test_another_mailbox_and_another_application_are_not_affected(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, control: httpx.AsyncClient, connect: Connect,
) -> None:  # fmt: skip
    await control.post("latency", json={"ms": 300})
    async with connect("users/ann@contoso.test/", TANDEM) as tandem:
        clients = [ann] * 4 + [bob] * 4 + [tandem] * 4
        answers = await asyncio.gather(*(client.get("calendar") for client in clients))
    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.parametrize("config", [Config(requests=3)])
async def test_too_many_requests_in_ten_minutes_are_refused_until_the_first_is_forgotten(
    ann: httpx.AsyncClient, control: httpx.AsyncClient,
) -> None:  # fmt: skip
    statuses = [(await ann.get("calendar")).status_code for _ in range(4)]
    refusal = await ann.get("calendar")
    await control.post("clock", json={"advance_seconds": 600})
    assert statuses == [200, 200, 200, 429]
    assert refusal.json()["error"]["code"] == "TooManyRequests"
    assert 0 < int(refusal.headers["retry-after"]) <= 600
    assert (await ann.get("calendar")).status_code == 200


@pytest.mark.parametrize("config", [Config(requests=1, retry_after="fractional")])
async def test_retry_after_may_be_fractional(ann: httpx.AsyncClient) -> None:
    await ann.get("calendar")
    refusal = await ann.get("calendar")
    assert refusal.status_code == 429
    assert "." in refusal.headers["retry-after"]


@pytest.mark.parametrize("config", [Config(requests=1, retry_after="absent")])
async def test_retry_after_may_be_absent(ann: httpx.AsyncClient) -> None:
    await ann.get("calendar")
    refusal = await ann.get("calendar")
    assert refusal.status_code == 429
    assert "retry-after" not in refusal.headers


async def test_a_batch_answers_each_of_its_requests(graph: httpx.AsyncClient, draft: Draft) -> None:
    event = {"method": "POST", "url": "/users/bob@contoso.test/events", "body": draft()}
    requests = [
        {"id": "1", **CALENDAR},
        {"id": "2", **event, "headers": {"Content-Type": "application/json"}},
        {"id": "3", "method": "GET", "url": "/users/ann@contoso.test/events/AAMkgone"},
    ]
    answer = await graph.post("$batch", json={"requests": requests})
    responses = {one["id"]: one for one in answer.json()["responses"]}
    assert {name: one["status"] for name, one in responses.items()} == {"1": 200, "2": 201, "3": 404}
    assert responses["2"]["body"]["subject"] == "Budget"


async def test_what_depends_on_a_failed_request_fails_too(graph: httpx.AsyncClient) -> None:
    requests = [
        {"id": "1", "method": "GET", "url": "/users/ann@contoso.test/events/AAMkgone"},
        {"id": "2", **CALENDAR, "dependsOn": ["1"]},
    ]
    answer = await graph.post("$batch", json={"requests": requests})
    assert [one["status"] for one in answer.json()["responses"]] == [404, 424]


@pytest.mark.parametrize("config", [Config(requests=2)])
async def test_each_item_of_a_batch_counts_against_the_limit(graph: httpx.AsyncClient) -> None:
    requests = [{"id": str(number), **CALENDAR} for number in range(3)]
    answer = await graph.post("$batch", json={"requests": requests})
    assert answer.status_code == 200
    assert sorted(one["status"] for one in answer.json()["responses"]) == [200, 200, 429]


async def test_a_batch_runs_four_at_a_time(graph: httpx.AsyncClient, control: httpx.AsyncClient) -> None:
    await control.post("latency", json={"ms": 20})
    requests = [{"id": str(number), **CALENDAR} for number in range(20)]
    answer = await graph.post("$batch", json={"requests": requests})
    assert {one["status"] for one in answer.json()["responses"]} == {200}


@pytest.mark.parametrize(
    "requests",
    [
        pytest.param([], id="nothing"),
        pytest.param([{"id": str(n), **CALENDAR} for n in range(21)], id="more than twenty"),
        pytest.param([{"id": "1", **CALENDAR}, {"id": "1", **CALENDAR}], id="the same id twice"),
        pytest.param([{"id": "1", **CALENDAR, "dependsOn": ["2"]}], id="depends on what is not there"),
        pytest.param([{"id": "1", "method": "GET", "url": "http://graph.test/v1.0/me"}], id="an absolute url"),
        pytest.param([{"id": "1", **CALENDAR, "depends_on": []}], id="an unknown member"),
        pytest.param([{"id": "1", "method": "POST", "url": "/me/events", "body": {}}], id="a body without its type"),
    ],
)
async def test_a_malformed_batch_is_refused_as_a_whole(graph: httpx.AsyncClient, requests: list[Any]) -> None:
    assert (await graph.post("$batch", json={"requests": requests})).status_code == 400
