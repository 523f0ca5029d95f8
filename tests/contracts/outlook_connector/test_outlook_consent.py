"""Connecting with the simulated sign-in, from the button to the grant, and everything that may come in between."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import TypeAdapter

from broker.wire import MemoryWire
from contracts.changes import OutlookChange
from contracts.topics import TOPICS
from sandbox.kafka.memory import MemoryKafka
from support.connector import SESSION, Browser, begun, consented_at, finished, replica
from support.outlook import ACCOUNT, ANN, BOB, Simulator

TOKEN = "oauth2/v2.0/token"


@pytest.fixture
async def wire() -> AsyncIterator[MemoryWire]:
    async with MemoryKafka([(topic.name, 1) for topic in TOPICS]) as kafka:
        yield MemoryWire(kafka)


@pytest.fixture
async def service(wire: MemoryWire, simulator: Simulator) -> AsyncIterator[httpx.AsyncClient]:
    async with replica(wire, simulator.url) as http:
        yield http


@pytest.fixture
def browser(simulator: Simulator) -> Browser:
    return Browser(simulator.http)


async def changes(wire: MemoryWire, count: int) -> list[Any]:
    records = await wire.read("outlook.changes.v1", count)
    return [TypeAdapter(OutlookChange).validate_json(record.value or b"") for record in records]


def said(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert set(body) == {"error", "message"}
    assert body["message"].endswith((".", ")"))
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


@pytest.mark.scenario("O-10")
@pytest.mark.parametrize(
    ("error", "description", "kind"),
    [
        ("access_denied", "AADSTS65004: User declined to consent to access the app.", "consent_refused"),
        ("access_denied", "AADSTS90094: An administrator has set a policy.", "admin_approval_needed"),
        ("access_denied", "AADSTS53003: Access has been blocked by Conditional Access policies.", "conditional_access"),
        ("server_error", "", "microsoft_unreachable"),
    ],
)
async def test_what_blocks_the_consent_at_microsoft_is_named(
    service: httpx.AsyncClient, error: str, description: str, kind: str
) -> None:
    state = parse_qs(urlsplit(await begun(service, ACCOUNT)).query)["state"][0]
    wish = {"state": state, "session": SESSION, "error": error, "error_description": description}
    answer = await service.post("/oauth/refusals", json=wish)
    assert said(answer) == (200, kind)


async def test_who_declines_comes_back_with_a_reason(service: httpx.AsyncClient, browser: Browser) -> None:
    back = await browser.decides(await begun(service, ACCOUNT), ANN, decision="deny")
    answer = await service.post("/oauth/refusals", json={"session": SESSION, **back})
    assert said(answer) == (200, "consent_refused")
    assert (await service.get(f"/oauth/grants/{ACCOUNT}")).status_code == 404


@pytest.mark.scenario("O-10")
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"status": 400, "body": {"error": "invalid_grant", "error_codes": [90094]}}, (403, "admin_approval_needed")),
        (
            {"status": 400, "body": {"error": "interaction_required", "error_codes": [50076]}},
            (403, "conditional_access"),
        ),
        ({"status": 400, "body": {"error": "invalid_grant", "error_codes": [50020]}}, (403, "wrong_tenant")),
        ({"status": 401, "body": {"error": "invalid_client", "error_codes": [7000222]}}, (403, "application_refused")),
        ({"status": 500}, (503, "microsoft_unreachable")),
        ({"drop": "before"}, (503, "microsoft_unreachable")),
    ],
    ids=["approval", "second factor", "tenant", "our secret", "down", "dropped"],
)
async def test_what_blocks_the_exchange_of_the_code_is_named(
    service: httpx.AsyncClient, browser: Browser, simulator: Simulator, fault: dict[str, Any], expected: tuple[int, str]
) -> None:
    back = await browser.decides(await begun(service, ACCOUNT), ANN)
    await simulator.fault(method="POST", path=TOKEN, **fault)
    assert said(await finished(service, back)) == expected
    assert (await service.get(f"/oauth/grants/{ACCOUNT}")).status_code == 404


async def test_a_code_is_good_once(service: httpx.AsyncClient, browser: Browser) -> None:
    back = await browser.decides(await begun(service, ACCOUNT), ANN)
    assert (await finished(service, back)).status_code == 200
    assert said(await finished(service, back)) == (400, "code_invalid")


async def test_a_code_that_came_too_late_is_refused(
    service: httpx.AsyncClient, browser: Browser, simulator: Simulator
) -> None:
    back = await browser.decides(await begun(service, ACCOUNT), ANN)
    await simulator.post("clock", advance_seconds=601)
    assert said(await finished(service, back)) == (400, "code_invalid")


async def test_another_session_cannot_finish_and_the_code_is_not_spent(
    service: httpx.AsyncClient, browser: Browser
) -> None:
    back = await browser.decides(await begun(service, ACCOUNT), ANN)
    assert said(await finished(service, back, "somebody else's session")) == (400, "state_invalid")
    assert (await finished(service, back)).status_code == 200


async def test_a_state_that_we_did_not_make_is_refused(service: httpx.AsyncClient, browser: Browser) -> None:
    back = await browser.decides(await begun(service, ACCOUNT), ANN)
    assert said(await finished(service, back | {"state": f"{back['state']}A"})) == (400, "state_invalid")
    wish = {"state": "made up", "session": SESSION, "error": "access_denied"}
    assert said(await service.post("/oauth/refusals", json=wish)) == (400, "state_invalid")


@pytest.mark.scenario("O-13")
async def test_who_has_no_mailbox_is_told_so_and_not_connected(
    service: httpx.AsyncClient, browser: Browser, simulator: Simulator
) -> None:
    await simulator.post("mailboxes", upn="kim@contoso.test", name="Kim", mailbox=False)
    assert said(await consented_at(service, browser, ACCOUNT, "kim@contoso.test")) == (404, "mailbox_missing")
    assert (await service.get(f"/oauth/grants/{ACCOUNT}")).status_code == 404


async def test_a_consent_that_would_not_last_is_refused(service: httpx.AsyncClient, browser: Browser) -> None:
    answer = await consented_at(service, browser, ACCOUNT, ANN, scopes="Calendars.ReadWrite User.Read")
    assert said(answer) == (403, "consent_refused")


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
