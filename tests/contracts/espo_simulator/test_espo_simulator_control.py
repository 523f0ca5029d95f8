"""The control surface: faults, delays, lost answers, time, the log of requests."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from sandbox.espo import Clock, EspoConfig, create_app
from sandbox.serve import serving
from support.simulated_espo import API_KEY, NOON, Caller, Instance


@pytest.fixture
async def served() -> AsyncIterator[Instance]:
    """An instance behind a real socket, whose connections can be cut."""
    clock = Clock(NOON)
    async with serving(create_app(EspoConfig(), clock)) as url, httpx.AsyncClient(base_url=url) as http:
        yield Instance(http, clock)


async def test_a_fault_is_answered_as_often_as_ordered(espo: Instance, api: Caller) -> None:
    fault = {"method": "GET", "path": "^/api/v1/Meeting$", "times": 2, "status": 503, "headers": {"Retry-After": "7"}}
    await espo.control("faults", [fault | {"body": {"message": "later"}}])

    answers = [await api.get("Meeting") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert (answers[0].headers["Retry-After"], answers[0].json()) == ("7", {"message": "later"})


async def test_a_fault_meets_its_method_and_path_only(espo: Instance, api: Caller) -> None:
    await espo.control("faults", [{"method": "POST", "path": "Meeting", "status": 500}])

    assert (await api.get("Meeting")).status_code == 200
    assert (await api.post("Call", {})).status_code == 400


async def test_a_fault_for_one_caller_spares_the_others(espo: Instance, api: Caller, anna: Caller) -> None:
    await espo.control("faults", [{"path": "Meeting", "status": 503, "caller": API_KEY}])

    assert (await anna.get("Meeting")).status_code == 200
    assert (await api.get("Meeting")).status_code == 503


async def test_faults_can_be_taken_back(espo: Instance, api: Caller) -> None:
    await espo.control("faults", [{"path": "Meeting", "status": 500}])
    await espo.control("faults", method="DELETE")

    assert (await api.get("Meeting")).status_code == 200


@pytest.mark.parametrize("order", [{"drop": "maybe"}, {"path": "("}, {"colour": 500}])
async def test_an_order_that_makes_no_sense_is_refused(http: httpx.AsyncClient, order: dict[str, Any]) -> None:
    assert (await http.post("/_control/faults", json=[order])).status_code == 400


@pytest.mark.parametrize(("drop", "made"), [("before", 0), ("after", 1)])
async def test_a_dropped_connection_leaves_the_caller_without_an_answer(served: Instance, drop: str, made: int) -> None:
    anna = await served.add("Anna", "anna@corp.example")
    await served.control("faults", [{"method": "POST", "path": "Meeting", "drop": drop}])

    with pytest.raises(httpx.RemoteProtocolError):
        await served.meeting(served.api, anna)

    assert (await served.api.search("Meeting"))["total"] == made
    assert (await served.control("requests", method="GET"))[0]["status"] is None


async def test_a_delay_comes_before_the_answer(served: Instance) -> None:
    await served.control("faults", [{"path": "Meeting", "delay_ms": 400}])
    patience = httpx.Timeout(0.1)

    with pytest.raises(httpx.ReadTimeout):
        await served.http.get("/api/v1/Meeting", headers={"X-Api-Key": "tandem-api-key"}, timeout=patience)


async def test_latency_meets_the_api_and_not_the_control_surface(served: Instance) -> None:
    await served.control("latency", {"ms": 400})
    patience = httpx.Timeout(0.1)

    state = await served.http.get("/_control/state", timeout=patience)
    with pytest.raises(httpx.ReadTimeout):
        await served.http.get("/api/v1/Meeting", timeout=patience)

    assert state.json()["latency_ms"] == 400


async def test_requests_are_logged_in_order_with_their_callers(espo: Instance, api: Caller, anna: Caller) -> None:
    await espo.control("requests", method="DELETE")
    await api.get("Meeting?maxSize=1")
    await anna.post("Meeting", {})
    await espo.stranger().get("Meeting")

    logged = await espo.control("requests", method="GET")

    assert [(each["method"], each["path"], each["status"], each["user"]) for each in logged] == [
        ("GET", "/api/v1/Meeting", 200, "connector"),
        ("POST", "/api/v1/Meeting", 400, "anna"),
        ("GET", "/api/v1/Meeting", 401, None),
    ]
    assert logged[0]["query"] == "maxSize=1"
    assert logged[0]["time"] == "2026-11-23T12:00:00+00:00"


async def test_the_clock_is_set_and_moved(espo: Instance, api: Caller, anna: Caller) -> None:
    await espo.control("clock", {"now": "2027-01-01T00:00:00Z"})
    await espo.control("clock", {"advance_seconds": 90})

    meeting = await espo.meeting(api, anna)

    assert (await api.read(f"Meeting/{meeting}"))["createdAt"] == "2027-01-01 00:01:30"


async def test_a_reset_starts_over(espo: Instance, api: Caller, anna: Caller) -> None:
    await espo.meeting(api, anna)
    await espo.control("faults", [{"path": "Meeting", "status": 500}])

    state = await espo.control("reset")

    assert (state["records"]["Meeting"], state["records"]["User"], state["faults"]) == (0, 2, [])
    assert (await api.search("Meeting"))["total"] == 0


async def test_people_are_added_with_their_zone_and_key(espo: Instance) -> None:
    given = {"userName": "tool", "name": "Some Tool", "apiKey": "k", "timeZone": "Asia/Tokyo", "acl": {}}
    record = await espo.control("users", given)

    told = await espo.stranger(X_Api_Key="k").read("App/user")

    assert (told["user"]["id"], told["user"]["firstName"], told["user"]["lastName"]) == (record["id"], "Some", "Tool")
    assert told["preferences"]["timeZone"] == "Asia/Tokyo"


async def test_a_person_that_espocrm_would_refuse_is_refused_in_its_words(http: httpx.AsyncClient) -> None:
    answer = await http.post("/_control/contacts", json={"name": "A = B"})

    assert answer.status_code == 400
    assert "pattern" in answer.headers["X-Status-Reason"]


async def test_an_unknown_control_is_not_found(http: httpx.AsyncClient) -> None:
    assert (await http.post("/_control/nonsense")).status_code == 404


def test_a_release_that_was_never_recorded_cannot_be_had() -> None:
    with pytest.raises(ValueError, match="no such release"):
        EspoConfig(version="8.4.0")
