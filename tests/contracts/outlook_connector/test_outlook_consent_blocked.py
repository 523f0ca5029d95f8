"""What blocks a consent is named, whoever blocks it: the person, an administrator, a rule, a wrong state, an outage."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from support.connector import SESSION, Browser, begun, consented_at, finished
from support.outlook import ACCOUNT, ANN, Simulator

TOKEN = "oauth2/v2.0/token"


def said(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert set(body) == {"error", "message"}
    assert " " in body["message"]
    return answer.status_code, body["error"]


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
    assert said(await finished(service, back | {"state": back["state"][::-1]})) == (400, "state_invalid")
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
