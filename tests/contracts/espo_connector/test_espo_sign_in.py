"""A person signs in with the EspoCRM account."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from espo_connector.main import Connector
from espo_connector.signing_in.attempts import MOST_FAILURES
from support.espo import Espo

WITH_EXTENSION = {"companion_extension": True, "location_fields": {}}
GRANTED = {"OutlookCalendar": True, "Meeting": {"read": "all"}}


async def sign_in(desk: httpx.AsyncClient, user: str = "anna", password: str = "password", **more: str) -> Any:
    return await desk.post("/sign-in", json={"user": user, "password": password, **more})


async def test_who_gives_the_right_password_is_told_apart(espo: Espo, desk: httpx.AsyncClient) -> None:
    answer = await sign_in(desk, "boris")

    assert answer.status_code == 200
    assert answer.json()["user"] == {
        "id": espo.boris,
        "user_name": "boris",
        "name": "Boris",
        "type": "regular",
        "is_admin": False,
        "emails": ["boris@corp.example", "boris@home.example"],
        "zone": "Europe/Berlin",
        "teams": [],
    }


async def test_a_zone_of_ones_own_comes_before_the_systems(espo: Espo, desk: httpx.AsyncClient) -> None:
    await espo.control(
        "users", {"userName": "cleo", "name": "Cleo", "password": "password", "timeZone": "Asia/Kolkata"}
    )

    assert (await sign_in(desk, "cleo")).json()["user"]["zone"] == "Asia/Kolkata"


async def test_teams_come_with_their_names(espo: Espo, desk: httpx.AsyncClient) -> None:
    team = (await espo.ask("POST", "Team", {"name": "Sales"}))["id"]
    await espo.ask("PUT", f"User/{espo.anna}", {"teamsIds": [team]})

    assert (await sign_in(desk)).json()["user"]["teams"] == [{"id": team, "name": "Sales"}]


async def test_an_administrator_is_known_as_one(desk: httpx.AsyncClient) -> None:
    assert (await sign_in(desk, "admin", "admin")).json()["user"]["is_admin"]


@pytest.mark.parametrize(
    ("user", "password"), [("anna", "guess"), ("nobody", "password"), ("anna:x", "password"), ("connector", "password")]
)
async def test_a_wrong_name_or_password_is_refused_in_words(desk: httpx.AsyncClient, user: str, password: str) -> None:
    answer = await sign_in(desk, user, password)

    assert (answer.status_code, answer.json()["error"]) == (401, "wrong")
    assert "user name" in answer.json()["message"]


async def test_a_second_factor_is_asked_for_and_accepted(espo: Espo, desk: httpx.AsyncClient) -> None:
    dora = {"userName": "dora", "name": "Dora", "password": "password", "secondStepCode": "123456"}
    await espo.control("users", dora)

    assert (await sign_in(desk, "dora")).json()["error"] == "second_factor"
    assert (await sign_in(desk, "dora", code="654321")).json()["error"] == "second_factor_wrong"
    assert (await sign_in(desk, "dora", code="123 456")).status_code == 200


async def test_a_code_that_no_header_can_carry_is_a_wrong_one(desk: httpx.AsyncClient) -> None:
    assert (await sign_in(desk, code="一二三")).json()["error"] == "second_factor_wrong"


async def test_nobody_is_signed_out_elsewhere_by_signing_in_here(espo: Espo, desk: httpx.AsyncClient) -> None:
    await sign_in(desk)

    assert [request["user"] for request in await espo.requests("GET", "App/user")] == ["anna", "connector"]
    assert (await espo.control("state", method="GET"))["tokens"] == 0


@pytest.mark.parametrize("espo", [WITH_EXTENSION], indirect=True)
async def test_the_role_scope_says_who_may_sync(espo: Espo, desk: httpx.AsyncClient) -> None:
    await espo.control("users", {"userName": "eva", "name": "Eva", "password": "password", "acl": GRANTED})

    granted = (await sign_in(desk, "eva")).json()["access"]
    missing = (await sign_in(desk, "anna")).json()["access"]
    administrator = (await sign_in(desk, "admin", "admin")).json()["access"]

    assert granted == administrator == {"extension": True, "outlook_calendar": True}
    assert missing == {"extension": True, "outlook_calendar": False}


async def test_without_the_extension_nobody_has_the_scope(desk: httpx.AsyncClient) -> None:
    access = (await sign_in(desk, "admin", "admin")).json()["access"]

    assert access == {"extension": False, "outlook_calendar": False}


async def test_wrong_passwords_never_close_the_door_to_the_sync(
    espo: Espo, connector: Connector, desk: httpx.AsyncClient
) -> None:
    kinds = [(await sign_in(desk, password=f"guess {number}")).json()["error"] for number in range(15)]

    assert kinds == ["wrong"] * MOST_FAILURES + ["too_many"] * (15 - MOST_FAILURES)
    assert await connector.client.read("Meeting", await espo.meeting())


async def test_after_a_minute_one_may_try_again(espo: Espo, desk: httpx.AsyncClient) -> None:
    for number in range(MOST_FAILURES):
        await sign_in(desk, password=f"guess {number}")
    assert (await sign_in(desk)).json()["error"] == "too_many"

    await espo.control("clock", {"advance_seconds": 61})

    assert (await sign_in(desk)).status_code == 200


async def test_good_sign_ins_use_up_nothing(desk: httpx.AsyncClient) -> None:
    assert {(await sign_in(desk)).status_code for _ in range(MOST_FAILURES * 2)} == {200}


async def test_espocrms_own_limit_is_told_as_what_it_is(espo: Espo, desk: httpx.AsyncClient) -> None:
    async with httpx.AsyncClient(base_url=espo.url) as stranger:
        for _ in range(11):
            await stranger.get("/api/v1/App/user", auth=("anna", "guess"))

    assert (await sign_in(desk)).json()["error"] == "too_many"


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": "before"}, {"status": 200, "body": "<html>"}])
async def test_espocrm_out_of_order_is_no_wrong_password(
    espo: Espo, desk: httpx.AsyncClient, fault: dict[str, Any]
) -> None:
    await espo.fault("GET", "App/user", **fault)

    answer = await sign_in(desk)

    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")


async def test_maintenance_is_said(espo: Espo, desk: httpx.AsyncClient) -> None:
    await espo.control("maintenance", {"on": True})

    answer = await sign_in(desk)

    assert (answer.status_code, answer.json()["message"]) == (503, "EspoCRM is in maintenance mode. Try again later.")


async def test_a_portal_user_who_gets_through_is_refused(espo: Espo, desk: httpx.AsyncClient) -> None:
    session = {"user": {"id": "1", "type": "portal"}, "acl": {"table": {}}}
    await espo.fault("GET", "App/user", status=200, body=session)

    assert (await sign_in(desk)).json()["error"] == "not_allowed"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"user": "anna"}', b'{"user": "", "password": "secret-of-anna"}'])
async def test_a_request_that_makes_no_sense_is_refused_without_its_content(
    desk: httpx.AsyncClient, body: bytes
) -> None:
    answer = await desk.post("/sign-in", content=body)

    assert answer.status_code == 422


async def test_a_huge_request_is_refused(desk: httpx.AsyncClient) -> None:
    assert (await sign_in(desk, password="x" * 10_000)).status_code == 413


async def test_a_request_without_end_is_not_read_to_its_end(connector: Connector) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 2**24:
            sent += 2**16
            yield b" " * 2**16

    transport = httpx.ASGITransport(Starlette(routes=connector.api.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://tandem.test") as http:
        answer = await http.post("/sign-in", content=endless())

    assert (answer.status_code, sent) == (413, 2**16)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/sign-in"), ("GET", "/entities"), ("GET", "/users"), ("GET", "/check")]
)
async def test_only_our_own_processes_may_ask(desk: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await desk.request(method, path, headers={"Authorization": "Bearer somebody-else"})

    assert answer.status_code == 401
