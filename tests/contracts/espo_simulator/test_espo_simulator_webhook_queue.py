"""The queue: portions, batches, attempts, and what each release makes of each answer."""

import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from support.simulated_espo import HOOKS, Caller, Hooks, Instance

OLD, MIDDLE, NEW = {"version": "9.2.7"}, {"version": "9.3.10"}, {"version": "10.0.0"}


async def queue(espo: Instance) -> list[tuple[str, int]]:
    page = await espo.admin.search("WebhookQueueItem", orderBy="number", order="asc")
    return [(row["status"], row["attempts"]) for row in page["list"]]


async def fire(espo: Instance, api: Caller, anna: Caller, url: str, runs: int = 1) -> list[tuple[str, int]]:
    """Register one webhook, cause one event, run the job: four times where an attempt follows ten minutes later."""
    meeting = await espo.meeting(api, anna)
    await api.create("Webhook", event="Meeting.update", url=url)
    await anna.put(f"Meeting/{meeting}", {})
    for _ in range(runs):
        await espo.control("cron")
        espo.clock.advance(600)
    return await queue(espo)


async def test_nothing_is_sent_before_the_job_runs(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    await fire(espo, api, anna, hooks_url, runs=0)

    assert (hooks.raw, (await espo.control("state", method="GET"))["webhook_events_waiting"]) == ([], 1)


async def test_updates_before_one_run_arrive_in_one_post(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    meeting = await espo.meeting(api, anna)
    await api.create("Webhook", event="Meeting.update", url=hooks_url)
    for number in range(3):
        await anna.put(f"Meeting/{meeting}", {"name": f"Batch {number}"})
    await espo.control("cron")

    (batch,) = hooks.bodies
    assert [item["name"] for item in batch] == ["Batch 0", "Batch 1", "Batch 2"]


async def test_a_run_takes_twenty_events(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    meeting = await espo.meeting(api, anna)
    await api.create("Webhook", event="Meeting.update", url=hooks_url)
    for _ in range(25):
        await anna.put(f"Meeting/{meeting}", {})
    await espo.control("cron")
    await espo.control("cron")

    assert [len(batch) for batch in hooks.bodies] == [20, 5]


async def test_events_meet_the_webhooks_of_the_run(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    meeting = await espo.meeting(api, anna)
    await api.create("Webhook", event="Meeting.update", url=f"{hooks_url}/early")
    await anna.put(f"Meeting/{meeting}", {})
    await api.create("Webhook", event="Meeting.update", url=f"{hooks_url}/late")
    await espo.control("cron")

    assert hooks.paths == ["/early", "/late"]


async def test_a_record_that_is_gone_is_told_of_from_birth_to_death(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    for event in ("create", "update", "delete"):
        await api.create("Webhook", event=f"Meeting.{event}", url=f"{hooks_url}/{event}")
    meeting = await espo.meeting(anna, anna)
    await anna.put(f"Meeting/{meeting}", {})
    await anna.delete(f"Meeting/{meeting}")
    await espo.control("cron")

    assert hooks.paths == ["/create", "/update", "/delete"]


async def test_what_its_owner_may_no_longer_read_is_dropped(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    await fire(espo, api, anna, hooks_url, runs=0)
    (role,) = [row for row in (await espo.admin.search("Role"))["list"] if row["name"] == "Connector"]
    own = role["data"] | {"Meeting": role["data"]["Meeting"] | {"read": "own"}}
    await espo.admin.put(f"Role/{role['id']}", {"data": own})
    await espo.control("cron")

    assert (hooks.raw, await queue(espo)) == ([], [])


SUCCESS, FAILED_ONCE, FAILED_LATE = [("Success", 1)], [("Failed", 1)], [("Failed", 4)]


@pytest.mark.parametrize("config", [OLD, MIDDLE, NEW], indirect=True, ids=lambda config: config["version"])
@pytest.mark.parametrize(
    ("answer", "result"),
    [
        *((status, SUCCESS) for status in (200, 204)),
        *((status, FAILED_ONCE) for status in (400, 429, 502, 504)),
        *((status, FAILED_LATE) for status in (401, 403, 404, 405, 408, 500, 503)),
        (410, []),
    ],
)
async def test_the_receivers_answer_decides_how_often_is_tried(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str, *, answer: int, result: Any
) -> None:
    hooks.answers = answer

    assert await fire(espo, api, anna, hooks_url, runs=5) == result


@pytest.mark.parametrize(
    ("config", "result"), [(OLD, SUCCESS), (MIDDLE, SUCCESS), (NEW, FAILED_ONCE)], indirect=["config"]
)
@pytest.mark.parametrize("answer", [301, 302, 307])
async def test_a_redirect_is_taken_for_success_or_lost(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str, *, answer: int, result: Any
) -> None:
    hooks.answers = answer

    assert await fire(espo, api, anna, hooks_url) == result


@pytest.mark.parametrize(
    ("config", "result"), [(OLD, FAILED_LATE), (MIDDLE, FAILED_LATE), (NEW, FAILED_ONCE)], indirect=["config"]
)
async def test_a_refused_connection_is_tried_again_by_nine_only(
    espo: Instance, api: Caller, anna: Caller, result: Any
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    espo.addresses.allowed.add(f"{HOOKS}:{port}")

    assert await fire(espo, api, anna, f"http://{HOOKS}:{port}/", runs=5) == result


@pytest.mark.parametrize(
    ("config", "result"), [(OLD, [("Pending", 1)]), (MIDDLE, FAILED_ONCE), (NEW, FAILED_ONCE)], indirect=["config"]
)
async def test_a_name_that_dns_forgot_loses_events_since_nine_three(
    espo: Instance, api: Caller, anna: Caller, hooks_url: str, result: Any
) -> None:
    await fire(espo, api, anna, hooks_url, runs=0)
    espo.addresses.dns.clear()
    await espo.control("cron")

    assert await queue(espo) == result


@pytest.mark.parametrize("config", [NEW | {"https_only_webhooks": True}], indirect=True)
async def test_the_original_ten_sends_nothing_by_plain_http(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    assert await fire(espo, api, anna, hooks_url) == FAILED_ONCE
    assert hooks.raw == []


async def test_a_410_removes_the_webhook(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    hooks.answers = 410
    await fire(espo, api, anna, hooks_url)

    assert (await api.search("Webhook"))["total"] == 0


async def test_a_retry_is_due_after_ten_minutes(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    hooks.answers = 503
    await fire(espo, api, anna, hooks_url, runs=0)
    for _ in range(2):
        await espo.control("cron")
    early = len(hooks.raw)
    espo.clock.advance(600)
    await espo.control("cron")

    assert (early, len(hooks.raw)) == (1, 2)


async def test_retries_can_be_made_due(espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str) -> None:
    hooks.answers = 503
    await fire(espo, api, anna, hooks_url, runs=0)
    await espo.control("cron")

    assert await espo.control("webhooks/make-due") == {"due": 1}
    await espo.control("cron")
    assert len(hooks.raw) == 2


async def behind_a_literal(espo: Instance, api: Caller, anna: Caller, hooks_url: str) -> str:
    literal = f"127.0.0.1:{urlsplit(hooks_url).port}"
    espo.addresses.allowed.add(literal)
    meeting = await espo.meeting(api, anna)
    await api.create("Webhook", event="Meeting.update", url=f"{hooks_url}/before")
    blocking = await api.create("Webhook", event="Meeting.update", url=f"http://{literal}/literal")
    await api.create("Webhook", event="Meeting.update", url=f"{hooks_url}/behind")
    await anna.put(f"Meeting/{meeting}", {})
    return str(blocking)


@pytest.mark.parametrize("config", [NEW], indirect=True)
async def test_an_address_instead_of_a_name_blocks_everything_behind_it(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    blocking = await behind_a_literal(espo, api, anna, hooks_url)

    crashed = [(await espo.control("cron"))["crashed"] for _ in range(2)]
    blocked = await queue(espo)
    await api.delete(f"Webhook/{blocking}")
    await espo.control("cron")

    assert all("CURLOPT_RESOLVE" in each for each in crashed)
    assert blocked == [("Success", 1), ("Pending", 0), ("Pending", 0)]
    assert hooks.paths == ["/before", "/behind"]


@pytest.mark.parametrize("config", [MIDDLE], indirect=True)
async def test_nine_sends_to_an_address(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    await behind_a_literal(espo, api, anna, hooks_url)
    await espo.control("cron")

    assert hooks.paths == ["/before", "/literal", "/behind"]


async def test_deliveries_can_be_lost(espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str) -> None:
    await espo.control("webhooks", {"lose": 1})

    assert (await fire(espo, api, anna, hooks_url), hooks.raw) == (SUCCESS, [])


async def test_deliveries_can_come_twice(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    await espo.control("webhooks", {"duplicate": 1})
    await fire(espo, api, anna, hooks_url)

    assert [raw for _, _, raw in hooks.raw] == [hooks.raw[0][2]] * 2


async def test_deliveries_can_come_in_another_order(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    await espo.control("webhooks", {"reorder": True})
    for event in ("create", "update"):
        await api.create("Webhook", event=f"Meeting.{event}", url=f"{hooks_url}/{event}")
    meeting = await espo.meeting(anna, anna)
    await anna.put(f"Meeting/{meeting}", {})
    await espo.control("cron")

    assert hooks.paths == ["/update", "/create"]


async def test_only_administrators_see_the_queue(api: Caller) -> None:
    assert (await api.get("WebhookQueueItem")).status_code == 403
