"""The control surface: faults, records, time, seeding, reset."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sandbox.graph.config import OUTLOOK

Draft = Callable[..., dict[str, Any]]


async def test_a_fault_answers_instead_of_graph_as_often_as_told(
    ann: httpx.AsyncClient, control: httpx.AsyncClient,
) -> None:  # fmt: skip
    fault = {"method": "GET", "path": "/calendar$", "times": 2, "status": 503, "headers": {"Retry-After": "7"}}
    await control.post("faults", json=[{**fault, "body": {"error": {"code": "ServiceUnavailable"}}}])
    answers = [await ann.get("calendar") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].headers["retry-after"] == "7"
    assert answers[0].json()["error"]["code"] == "ServiceUnavailable"


async def test_a_fault_strikes_only_its_method_and_path(ann: httpx.AsyncClient, control: httpx.AsyncClient) -> None:
    await control.post("faults", json=[{"method": "POST", "path": "/calendar$", "status": 500}])
    assert (await ann.get("calendar")).status_code == 200


async def test_a_fault_for_one_caller_spares_the_others(ann: httpx.AsyncClient, control: httpx.AsyncClient) -> None:
    await control.post("faults", json=[{"path": "/calendar$", "status": 500, "times": 2, "caller": "somebody else"}])
    assert (await ann.get("calendar")).status_code == 200
    await control.post("faults", json=[{"path": "/calendar$", "status": 503, "caller": OUTLOOK.client_id}])
    assert (await ann.get("calendar")).status_code == 503


async def test_faults_can_be_taken_back(ann: httpx.AsyncClient, control: httpx.AsyncClient) -> None:
    await control.post("faults", json=[{"path": ".", "times": None, "status": 500}])
    await control.delete("faults")
    assert (await ann.get("calendar")).status_code == 200


async def test_a_connection_dropped_before_leaves_nothing_behind(
    ann: httpx.AsyncClient, control: httpx.AsyncClient, draft: Draft,
) -> None:  # fmt: skip
    await control.post("faults", json=[{"method": "POST", "path": "/events$", "drop": "before"}])
    with pytest.raises(httpx.RemoteProtocolError):
        await ann.post("events", json=draft())
    assert (await ann.get("events")).json()["value"] == []


async def test_a_connection_dropped_after_leaves_the_event_behind(
    ann: httpx.AsyncClient, control: httpx.AsyncClient, draft: Draft,
) -> None:  # fmt: skip
    await control.post("faults", json=[{"method": "POST", "path": "/events$", "drop": "after"}])
    with pytest.raises(httpx.RemoteProtocolError):
        await ann.post("events", json=draft())
    assert len((await ann.get("events")).json()["value"]) == 1


async def test_a_late_answer_outlasts_a_client_without_patience(
    ann: httpx.AsyncClient, control: httpx.AsyncClient,
) -> None:  # fmt: skip
    await control.post("faults", json=[{"path": "/calendar$", "delay_ms": 1000}])
    with pytest.raises(httpx.ReadTimeout):
        await ann.get("calendar", timeout=0.2)


async def test_a_wrong_fault_is_refused(control: httpx.AsyncClient) -> None:
    assert (await control.post("faults", json=[{"paths": "/calendar"}])).status_code == 422
    assert (await control.post("faults", json=[{"path": "("}])).status_code == 422


async def test_requests_are_recorded_with_their_application(
    ann: httpx.AsyncClient, control: httpx.AsyncClient,
) -> None:  # fmt: skip
    await control.delete("requests")
    await ann.get("calendar")
    await ann.get("evnts")
    records = (await control.get("requests")).json()
    assert [(one["method"], one["path"].rpartition("/")[2], one["status"]) for one in records] == [
        ("GET", "calendar", 200),
        ("GET", "evnts", 400),
    ]
    assert {one["app"] for one in records} == {"outlook-app"}


async def test_the_clock_can_be_set_and_advanced(
    ann: httpx.AsyncClient, control: httpx.AsyncClient, draft: Draft,
) -> None:  # fmt: skip
    await control.post("clock", json={"now": "2026-01-24T10:00:00+01:00"})
    event = (await ann.post("events", json=draft())).json()
    assert event["createdDateTime"].startswith("2026-01-24T09:00:")
    assert (await control.post("clock", json={"advance_seconds": 3600})).json()["now"].startswith("2026-01-24T10:00:")


async def test_a_new_mailbox_is_ready_at_once(graph: httpx.AsyncClient, control: httpx.AsyncClient) -> None:
    wish = {"upn": "zoe@contoso.test", "name": "Zoe", "zone": "Tokyo Standard Time", "birthdays": False}
    made = (await control.post("mailboxes", json=wish)).json()
    user = (await graph.get("users/zoe@contoso.test")).json()
    calendars = (await graph.get("users/zoe@contoso.test/calendars")).json()["value"]
    assert (user["id"], user["displayName"]) == (made["oid"], "Zoe")
    assert {one["name"]: one["id"] for one in calendars} == made["calendars"]


async def test_a_name_is_given_to_one_mailbox_only(control: httpx.AsyncClient) -> None:
    assert (await control.post("mailboxes", json={"upn": "ANN@contoso.test"})).status_code == 422


async def test_a_touch_gives_a_new_version_without_visible_change(
    ann: httpx.AsyncClient, control: httpx.AsyncClient, draft: Draft,
) -> None:  # fmt: skip
    before = (await ann.post("events", json=draft())).json()
    await control.post(f"events/{before['id']}/touch", json={"mailbox": "ann@contoso.test"})
    after = (await ann.get(f"events/{before['id']}")).json()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"@odata.etag", "changeKey", "lastModifiedDateTime"}


async def test_a_reset_forgets_events_and_tokens(
    ann: httpx.AsyncClient, control: httpx.AsyncClient, draft: Draft,
) -> None:  # fmt: skip
    await ann.post("events", json=draft())
    await control.post("reset")
    state = (await control.get("state")).json()
    assert [one["events"] for mailbox in state["mailboxes"] for one in mailbox["calendars"]] == [0, 0, 0, 0]
    assert (await ann.get("calendar")).status_code == 401


async def test_control_is_neither_recorded_nor_faulted(control: httpx.AsyncClient) -> None:
    await control.post("faults", json=[{"path": ".", "times": None, "status": 500}])
    assert (await control.get("requests")).json() == []
