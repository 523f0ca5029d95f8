"""Signing in: consent, codes, tokens, refusals; with bare HTTP and with Microsoft's own library."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from sandbox.graph.config import ANN, TENANT_ID, Application, Config

BACK = "http://127.0.0.1/back"
SCOPE = "openid offline_access Calendars.ReadWrite User.Read"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
REQUEST = {
    "client_id": "tandem",
    "response_type": "code",
    "redirect_uri": BACK,
    "scope": SCOPE,
    "state": "s1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
CLIENT = {"client_id": "tandem", "client_secret": "tandem-secret"}


class Login:
    """A browser and a program, both of one person."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def consent(self, *, decision: str = "accept", **changes: str) -> dict[str, str]:
        fields = {"login": ANN.upn, "decision": decision}
        answer = await self.http.post("oauth2/v2.0/authorize", params={**REQUEST, **changes}, data=fields)
        assert answer.status_code == 302, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    async def token(self, **fields: str) -> httpx.Response:
        return await self.http.post("oauth2/v2.0/token", data={**CLIENT, **fields})

    async def redeem(self, code: str, **changes: str) -> httpx.Response:
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
        return await self.token(**{**fields, **changes})

    async def signed_in(self) -> dict[str, Any]:
        return dict((await self.redeem((await self.consent())["code"])).json())


@pytest.fixture
async def login(base_url: str) -> AsyncIterator[Login]:
    async with httpx.AsyncClient(base_url=f"{base_url}/{TENANT_ID}/") as http:
        yield Login(http)


async def me(base_url: str, token: str, path: str = "me") -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.get(f"{base_url}/v1.0/{path}", headers={"Authorization": f"Bearer {token}"})


def refused(answer: httpx.Response) -> tuple[int, str, list[int]]:
    body = answer.json()
    return answer.status_code, body["error"], body["error_codes"]


async def test_the_consent_page_names_application_scopes_and_accounts(login: Login) -> None:
    page = (await login.http.get("oauth2/v2.0/authorize", params={**REQUEST, "login_hint": "bob@contoso.test"})).text
    assert "tandem" in page
    assert 'value="Calendars.ReadWrite" checked' in page
    assert '<option value="bob@contoso.test" selected>Bob Ray</option>' in page


async def test_consent_leads_back_with_state_and_a_code(login: Login) -> None:
    answer = await login.consent()
    assert answer["state"] == "s1"
    assert answer["code"]


async def test_refused_consent_leads_back_with_an_error(login: Login) -> None:
    assert (await login.consent(decision="deny"))["error"] == "access_denied"


async def test_a_code_is_good_for_tokens_of_that_person(login: Login, base_url: str) -> None:
    tokens = await login.signed_in()
    assert (await me(base_url, tokens["access_token"])).json()["userPrincipalName"] == ANN.upn
    assert tokens["scope"].split() == ["Calendars.ReadWrite", "User.Read", "openid"]
    assert 3600 <= tokens["expires_in"] <= 5400


async def test_a_code_is_good_once(login: Login) -> None:
    code = (await login.consent())["code"]
    await login.redeem(code)
    assert refused(await login.redeem(code)) == (400, "invalid_grant", [54005])


async def test_a_code_is_good_for_ten_minutes(login: Login, control: httpx.AsyncClient) -> None:
    code = (await login.consent())["code"]
    await control.post("clock", json={"advance_seconds": 601})
    assert refused(await login.redeem(code)) == (400, "invalid_grant", [70008])


async def test_a_code_needs_its_verifier(login: Login) -> None:
    code = (await login.consent())["code"]
    assert refused(await login.redeem(code, code_verifier="w" * 43)) == (400, "invalid_grant", [501481])


async def test_a_wrong_secret_is_refused(login: Login) -> None:
    code = (await login.consent())["code"]
    assert refused(await login.redeem(code, client_secret="wrong")) == (401, "invalid_client", [7000215])


async def test_an_unknown_application_is_refused(login: Login) -> None:
    assert refused(await login.token(client_id="nobody"))[1] == "unauthorized_client"


async def test_an_unknown_tenant_is_refused(base_url: str) -> None:
    async with httpx.AsyncClient(base_url=base_url) as http:
        assert refused(await http.post("/elsewhere.test/oauth2/v2.0/token", data=CLIENT))[2] == [90002]


STRICT = Application("strict", "x", redirect_uris=("http://127.0.0.1/registered",))


@pytest.mark.parametrize("config", [Config(applications=(STRICT,))])
async def test_a_redirect_uri_that_is_not_registered_is_refused(login: Login) -> None:
    answer = await login.http.get("oauth2/v2.0/authorize", params={**REQUEST, "client_id": "strict"})
    assert refused(answer) == (400, "invalid_request", [50011])


async def test_consent_may_cover_less_than_was_asked(login: Login, base_url: str) -> None:
    fields = {"login": ANN.upn, "decision": "accept", "scope": ["openid", "User.Read"]}
    answer = await login.http.post("oauth2/v2.0/authorize", params=REQUEST, data=fields)
    code = dict(parse_qsl(urlsplit(answer.headers["location"]).query))["code"]
    tokens = (await login.redeem(code)).json()
    assert tokens["scope"] == "User.Read openid"
    assert "refresh_token" not in tokens
    assert (await me(base_url, tokens["access_token"], "me/events")).status_code == 403


async def test_an_unknown_scope_is_told_at_once(login: Login) -> None:
    answer = await login.http.get("oauth2/v2.0/authorize", params={**REQUEST, "scope": "Calendars.Steal"})
    assert "error=invalid_scope" in answer.headers["location"]


async def test_a_refresh_gives_a_new_token_and_leaves_the_old_one_valid(login: Login) -> None:
    old = (await login.signed_in())["refresh_token"]
    first = (await login.token(grant_type="refresh_token", refresh_token=old)).json()
    second = await login.token(grant_type="refresh_token", refresh_token=old)
    assert first["refresh_token"] != old
    assert second.status_code == 200


async def test_a_refresh_token_lapses_after_ninety_days(login: Login, control: httpx.AsyncClient) -> None:
    token = (await login.signed_in())["refresh_token"]
    await control.post("clock", json={"advance_seconds": 90 * 86_400})
    answer = await login.token(grant_type="refresh_token", refresh_token=token)
    assert refused(answer) == (400, "invalid_grant", [700082])


async def test_a_scope_that_was_not_granted_needs_consent(login: Login) -> None:
    token = (await login.signed_in())["refresh_token"]
    answer = await login.token(grant_type="refresh_token", refresh_token=token, scope="OnlineMeetings.ReadWrite")
    assert refused(answer) == (400, "invalid_grant", [65001])


async def test_revoked_sessions_end_a_grant(login: Login, control: httpx.AsyncClient) -> None:
    token = (await login.signed_in())["refresh_token"]
    await control.post("tokens/revoke", json={"user": ANN.upn})
    answer = await login.token(grant_type="refresh_token", refresh_token=token)
    assert refused(answer) == (400, "invalid_grant", [50173])


async def test_a_user_may_have_to_sign_in_again(login: Login, control: httpx.AsyncClient) -> None:
    token = (await login.signed_in())["refresh_token"]
    wish = {"error": "interaction_required", "code": 50076, "suberror": "basic_action"}
    await control.post("tokens/revoke", json=wish)
    answer = await login.token(grant_type="refresh_token", refresh_token=token)
    assert refused(answer) == (400, "interaction_required", [50076])
    assert answer.json()["suberror"] == "basic_action"


async def test_graph_may_challenge_an_access_token_for_claims(
    login: Login, control: httpx.AsyncClient, base_url: str,
) -> None:  # fmt: skip
    token = (await login.signed_in())["access_token"]
    await control.post("tokens/revoke", json={"claims": "eyJhIjoxfQ=="})
    answer = await me(base_url, token)
    assert answer.status_code == 401
    assert 'error="insufficient_claims", claims="eyJhIjoxfQ=="' in answer.headers["www-authenticate"]


async def test_an_access_token_expires(login: Login, control: httpx.AsyncClient, base_url: str) -> None:
    tokens = await login.signed_in()
    await control.post("clock", json={"advance_seconds": tokens["expires_in"]})
    answer = await me(base_url, tokens["access_token"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")


async def test_a_made_up_access_token_is_refused(base_url: str) -> None:
    assert (await me(base_url, "eyJhbGciOi")).status_code == 401


async def test_a_person_reaches_their_own_mailbox_only(login: Login, base_url: str) -> None:
    token = (await login.signed_in())["access_token"]
    assert (await me(base_url, token, "me/events")).status_code == 200
    assert (await me(base_url, token, "users/bob@contoso.test/events")).status_code == 403


async def test_an_application_alone_has_no_me(graph: httpx.AsyncClient) -> None:
    answer = await graph.get("me/events")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")


async def test_an_application_alone_is_given_no_refresh_token(login: Login) -> None:
    scope = "https://graph.microsoft.com/.default"
    tokens = (await login.token(grant_type="client_credentials", scope=scope)).json()
    assert tokens.keys() == {"token_type", "expires_in", "ext_expires_in", "access_token"}


async def test_an_application_alone_asks_for_the_default_scope(login: Login) -> None:
    answer = await login.token(grant_type="client_credentials", scope="Calendars.Read")
    assert refused(answer)[1] == "invalid_scope"


async def test_an_administrator_consents_for_everybody(login: Login) -> None:
    wish = {"client_id": "tandem", "redirect_uri": BACK, "state": "s2"}
    answer = await login.http.get("v2.0/adminconsent", params=wish)
    back = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert back == {"admin_consent": "True", "tenant": TENANT_ID, "state": "s2"}


async def test_an_id_token_names_the_person_and_repeats_the_nonce(login: Login) -> None:
    code = (await login.consent(nonce="n1"))["code"]
    token = (await login.redeem(code)).json()["id_token"]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert (claims["oid"], claims["nonce"], claims["aud"]) == (ANN.oid, "n1", "tandem")


async def test_the_openid_configuration_names_the_endpoints(login: Login, base_url: str) -> None:
    found = (await login.http.get("v2.0/.well-known/openid-configuration")).json()
    assert found["token_endpoint"] == f"{base_url}/{TENANT_ID}/oauth2/v2.0/token"
    assert found["issuer"] == f"{base_url}/{TENANT_ID}/v2.0"


async def test_login_requests_meet_faults_too(login: Login, control: httpx.AsyncClient) -> None:
    await control.post("faults", json=[{"path": "/oauth2/v2.0/token", "status": 503}])
    assert (await login.token(grant_type="refresh_token")).status_code == 503
