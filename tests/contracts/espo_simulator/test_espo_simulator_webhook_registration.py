"""Registering webhooks: who may, for which events, to which addresses."""

from typing import Any

import pytest

from support.simulated_espo import Caller, Instance

PUBLIC = "https://93.184.216.34/hook"


async def refusal(caller: Caller, **given: Any) -> tuple[int, str]:
    answer = await caller.post("Webhook", {"event": "Meeting.update", "url": PUBLIC} | given)
    return answer.status_code, answer.headers.get("X-Status-Reason", "")


async def test_a_webhook_is_created_with_a_secret_of_its_own(api: Caller, hooks_url: str) -> None:
    given = {"event": "Meeting.update", "url": hooks_url, "secretKey": "mine", "skipOwn": True}
    answer = await api.post("Webhook", given)

    created = answer.json()
    assert answer.status_code == 201
    assert (created["entityType"], created["type"], created["field"]) == ("Meeting", "update", None)
    assert len(created["secretKey"]) == 32
    assert (created["skipOwn"], created["isActive"]) == (True, True)


async def test_the_same_webhook_can_be_registered_twice(api: Caller, hooks_url: str) -> None:
    ids = [await api.create("Webhook", event="Meeting.update", url=hooks_url) for _ in range(2)]

    assert len(set(ids)) == 2


async def test_an_event_cannot_be_changed_but_a_url_can(api: Caller, hooks_url: str) -> None:
    hook = await api.create("Webhook", event="Meeting.update", url=hooks_url)

    await api.put(f"Webhook/{hook}", {"event": "Meeting.delete", "url": f"{hooks_url}/new", "isActive": False})

    shown = await api.read(f"Webhook/{hook}")
    assert (shown["event"], shown["url"], shown["isActive"]) == ("Meeting.update", f"{hooks_url}/new", False)


async def test_a_change_of_nothing_is_none_here(espo: Instance, api: Caller, hooks_url: str) -> None:
    hook = await api.create("Webhook", event="Meeting.update", url=hooks_url)
    espo.clock.advance(60)

    await api.put(f"Webhook/{hook}", {})

    assert (await api.read(f"Webhook/{hook}"))["modifiedById"] is None


async def test_everyone_sees_own_webhooks_only(espo: Instance, api: Caller, hooks_url: str) -> None:
    await espo.control("users", {"userName": "other", "lastName": "other", "apiKey": "k", "acl": {"Webhook": True}})
    other = espo.stranger(X_Api_Key="k")
    hook = await api.create("Webhook", event="Meeting.update", url=hooks_url)

    assert (await api.search("Webhook"))["total"] == 1
    assert (await other.search("Webhook"))["total"] == 0
    assert (await other.get(f"Webhook/{hook}")).status_code == 403


async def test_a_deleted_webhook_is_gone(api: Caller, hooks_url: str) -> None:
    hook = await api.create("Webhook", event="Meeting.update", url=hooks_url)

    assert (await api.delete(f"Webhook/{hook}")).content == b"true"
    assert (await api.get(f"Webhook/{hook}")).status_code == 404


async def test_regular_users_have_no_webhooks(anna: Caller) -> None:
    assert await refusal(anna) == (403, "No access to 'Webhook'.")


async def test_api_users_need_the_scope(espo: Instance) -> None:
    await espo.control("users", {"userName": "other", "lastName": "other", "apiKey": "k", "acl": {}})

    assert await refusal(espo.stranger(X_Api_Key="k")) == (403, "No create access.")


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("Meeting.bogus", "Not supported event."),
        ("Nope.create", "Entity type is not available for Webhooks."),
        ("Opportunity.create", "Entity type is forbidden."),
        ("Meeting.fieldUpdate", "Field is empty."),
        ("Meeting.fieldUpdate.assignedUserId", "Field does not exist."),
    ],
)
async def test_a_wrong_event_is_forbidden(api: Caller, event: str, reason: str) -> None:
    assert await refusal(api, event=event) == (403, reason)


@pytest.mark.parametrize("event", ["CVisit.update", "User.update", "Meeting.fieldUpdate.assignedUser"])
async def test_events_of_other_types_and_fields_can_be_had(api: Caller, event: str) -> None:
    assert (await api.post("Webhook", {"event": event, "url": PUBLIC})).status_code == 201


INTERNAL = (
    "http://127.0.0.1:8093/x",
    "http://localhost:8093/x",
    "http://10.1.2.3/x",
    "http://[::1]:8093/x",
    "http://169.254.169.254/x",
    "http://nonexistent.invalid/x",
)


@pytest.mark.parametrize("config", [{"version": "9.3.10"}, {"version": "10.0.0"}], indirect=True)
@pytest.mark.parametrize("url", INTERNAL)
async def test_internal_and_unknown_hosts_are_refused(api: Caller, url: str) -> None:
    reason = "Field validation failure; entityType: Webhook, field: url, type: notInternal."

    assert await refusal(api, url=url) == (400, reason)


@pytest.mark.parametrize("config", [{"version": "9.2.7"}], indirect=True)
@pytest.mark.parametrize("url", [*INTERNAL, "not a url"])
async def test_the_oldest_release_takes_any_url(api: Caller, url: str) -> None:
    assert (await api.post("Webhook", {"event": "Meeting.update", "url": url})).status_code == 201


async def test_an_exception_is_for_its_port_alone(api: Caller, hooks_url: str) -> None:
    other = hooks_url.rpartition(":")[0] + ":1"

    assert (await refusal(api, url=other))[0] == 400


@pytest.mark.parametrize(
    ("config", "status"), [({"version": "9.3.10"}, 201), ({"version": "10.0.0"}, 400)], indirect=["config"]
)
async def test_ten_refuses_what_is_no_url(api: Caller, status: int) -> None:
    assert (await api.post("Webhook", {"event": "Meeting.update", "url": "not a url"})).status_code == status


async def test_a_user_has_fifty_webhooks_at_most(espo: Instance, api: Caller) -> None:
    for _ in range(50):
        await api.create("Webhook", event="Call.create", url=PUBLIC)

    assert await refusal(api) == (403, "Webhook number per user exceeded the limit.")
    assert (await espo.admin.post("Webhook", {"event": "Call.create", "url": PUBLIC})).status_code == 201
