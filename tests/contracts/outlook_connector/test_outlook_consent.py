"""Connecting with the simulated sign-in, from the button to the grant, and everything that may come in between."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import TypeAdapter

from broker.wire import MemoryWire
from contracts.changes import OutlookChange
from support.connector import SESSION, Browser, begun, consented_at, finished, replica
from support.outlook import ACCOUNT, ANN, BOB, Simulator

TOKEN = "oauth2/v2.0/token"


async def changes(wire: MemoryWire, count: int) -> list[Any]:
    records = await wire.read("outlook.changes.v1", count)
    return [TypeAdapter(OutlookChange).validate_json(record.value or b"") for record in records]


def said(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert set(body) == {"error", "message"}
    assert " " in body["message"]
    return answer.status_code, body["error"]


async def test_who_consents_is_connected_with_the_mailbox_that_they_signed_in_to(
    service: httpx.AsyncClient, browser: Browser, wire: MemoryWire
) -> None:
    answer = await consented_at(service, browser, ACCOUNT, ANN)

    told = answer.json()
    assert (answer.status_code, told["account"], told["mailbox"], told["addresses"]) == (200, ACCOUNT, ANN, [ANN])
    assert (told["calendars"], told["connected"], told["lost"]) == (True, True, None)
    assert (await service.get(f"/oauth/grants/{ACCOUNT}")).json() == told
    [given] = await changes(wire, 1)
    assert (given.kind, given.account, given.mailbox, given.addresses) == ("grant_given", ACCOUNT, ANN, (ANN,))


async def test_the_page_asks_for_what_the_sync_needs_with_a_proof_that_stays_here(
    service: httpx.AsyncClient, simulator: Simulator
) -> None:
    wish = {"account": ACCOUNT, "session": SESSION, "login_hint": ANN}
    url = (await service.post("/oauth/attempts", json=wish)).json()["authorize_url"]

    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert url.startswith(f"{simulator.url}/")
    assert {"offline_access", "Calendars.ReadWrite", "OnlineMeetings.ReadWrite"} <= set(asked["scope"].split())
    assert (asked["prompt"], asked["login_hint"], asked["code_challenge_method"]) == ("select_account", ANN, "S256")
    assert ACCOUNT not in url


async def test_any_replica_finishes_what_another_one_began(
    wire: MemoryWire, simulator: Simulator, browser: Browser, service: httpx.AsyncClient
) -> None:
    async with replica(wire, simulator.url) as other:
        back = await browser.decides(await begun(service, ACCOUNT), ANN)
        assert (await finished(other, back)).status_code == 200


async def test_a_consent_without_calendars_is_connected_and_says_what_is_missing(
    service: httpx.AsyncClient, browser: Browser
) -> None:
    told = (await consented_at(service, browser, ACCOUNT, ANN, scopes="offline_access User.Read")).json()
    assert (told["connected"], told["calendars"]) == (True, False)


@pytest.mark.scenario("O-09")
async def test_another_mailbox_is_asked_about_before_it_takes_the_place_of_the_first(
    service: httpx.AsyncClient, browser: Browser
) -> None:
    await consented_at(service, browser, ACCOUNT, ANN)

    answer = await consented_at(service, browser, ACCOUNT, BOB)
    assert said(answer) == (409, "other_mailbox")
    assert all(name in answer.json()["message"] for name in (ANN, BOB))
    assert (await service.get(f"/oauth/grants/{ACCOUNT}")).json()["mailbox"] == ANN

    await service.delete(f"/oauth/grants/{ACCOUNT}")
    assert (await consented_at(service, browser, ACCOUNT, BOB)).json()["mailbox"] == BOB


async def test_who_connects_again_has_one_grant_the_newer(service: httpx.AsyncClient, browser: Browser) -> None:
    first = (await consented_at(service, browser, ACCOUNT, ANN)).json()
    second = (await consented_at(service, browser, ACCOUNT, ANN)).json()
    assert second["granted_at"] > first["granted_at"]
    assert (await service.get(f"/oauth/grants/{ACCOUNT}")).json() == second


async def test_all_grants_are_listed_without_addresses(service: httpx.AsyncClient, browser: Browser) -> None:
    await consented_at(service, browser, "a1", ANN)
    await consented_at(service, browser, "b1", BOB)
    listed = (await service.get("/oauth/grants")).json()["grants"]
    assert [grant["account"] for grant in listed] == ["a1", "b1"]
    assert all("addresses" not in grant for grant in listed)


async def test_who_disconnects_is_forgotten(service: httpx.AsyncClient, browser: Browser) -> None:
    await consented_at(service, browser, ACCOUNT, ANN)
    assert (await service.delete(f"/oauth/grants/{ACCOUNT}")).status_code == 204
    assert said(await service.get(f"/oauth/grants/{ACCOUNT}")) == (404, "not_connected")
    assert said(await service.delete(f"/oauth/grants/{ACCOUNT}")) == (404, "not_connected")
    assert (await service.get("/oauth/grants")).json() == {"grants": []}


@pytest.mark.parametrize(
    ("path", "wish"),
    [
        ("/oauth/attempts", {"session": SESSION}),
        ("/oauth/attempts", {"account": "", "session": SESSION}),
        ("/oauth/grants", {"state": "s", "session": SESSION}),
        ("/oauth/refusals", {}),
        ("/oauth/refusals", {"state": "s", "session": SESSION, "error_description": "x" * 40_000}),
    ],
)
async def test_a_request_that_makes_no_sense_is_refused(
    service: httpx.AsyncClient, path: str, wish: dict[str, str]
) -> None:
    answer = await service.post(path, json=wish)
    assert (answer.status_code, answer.json()["error"]) == (422, "nonsense")


async def test_without_keys_nobody_can_begin_and_it_is_said_what_is_missing(
    wire: MemoryWire, simulator: Simulator
) -> None:
    async with replica(wire, simulator.url, grant_keys="") as service:
        answer = await service.post("/oauth/attempts", json={"account": ACCOUNT, "session": SESSION})
    assert said(answer) == (409, "not_set_up")
    assert "TANDEM_GRANT_KEYS" in answer.json()["message"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/oauth/attempts"),
        ("POST", "/oauth/grants"),
        ("POST", "/oauth/refusals"),
        ("GET", "/oauth/grants"),
        ("GET", f"/oauth/grants/{ACCOUNT}"),
        ("DELETE", f"/oauth/grants/{ACCOUNT}"),
        ("GET", f"/mailboxes/{ACCOUNT}"),
        ("GET", "/check"),
    ],
)
async def test_only_our_own_services_are_answered(service: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await service.request(method, path, headers={"Authorization": "Bearer of bad news"})
    assert answer.status_code == 401
