"""Tokens by what people consented to, renewed at the simulated sign-in: nothing is lost, whatever fails in between."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from bus.errors import Transient
from graph.asking.transport import plain_http
from graph.errors import CredentialsError, GrantLostError, NotConnectedError, UnavailableError
from graph.permission.either_tokens import EitherTokens
from graph.permission.grant_table import Grants
from graph.permission.granted_tokens import GrantTokens, KeptElsewhere
from graph.permission.grants import Grant, Seal
from graph.permission.sign_in import SignIn
from graph.permission.tokens import AppTokens
from sandbox.graph.config import ANN, TENANT_ID
from support.grants import KEY, NOON, OLDER_KEY, MemoryTable, consented
from support.outlook import Simulator

BACK = "http://127.0.0.1/back"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
SCOPES = "offline_access Calendars.ReadWrite User.Read"


@dataclass
class Clock:
    """A clock that is put forward by hand."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


async def nothing() -> None:
    """What happens in between, most of the time."""


@dataclass
class Notebook:
    """A keeper that writes down what it hears, and keeps what was renewed.

    `meanwhile`: what somebody else does between Microsoft's answer and the keeping of it.
    """

    grants: Grants
    meanwhile: Callable[[], Awaitable[None]] = nothing
    losses: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    async def renewed(self, old: Grant, new: Grant) -> None:
        await self.meanwhile()
        await self.grants.replace(old, new)

    async def lost(self, grant: Grant, words: str) -> None:
        self.losses.append(words)
        await self.grants.replace(grant, grant.as_lost(words))

    async def unreadable(self, account: str) -> None:
        self.unread.append(account)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def table() -> MemoryTable:
    return MemoryTable()


@pytest.fixture
def grants(table: MemoryTable) -> Grants:
    return Grants(table, Seal((KEY,)))


@pytest.fixture
def notebook(grants: Grants) -> Notebook:
    return Notebook(grants)


@pytest.fixture
async def sign_in(simulator: Simulator, clock: Clock) -> AsyncIterator[SignIn]:
    async with plain_http() as http:
        yield SignIn(http, simulator.url, TENANT_ID, "tandem", "tandem-secret", clock)


@pytest.fixture
def tokens(grants: Grants, sign_in: SignIn, notebook: Notebook, clock: Clock) -> GrantTokens:
    return GrantTokens(grants, sign_in, notebook, clock)


async def consent(simulator: Simulator, sign_in: SignIn, **changes: Any) -> Grant:
    """Have Ann consent, and give what she consented to."""
    asked = {"client_id": "tandem", "response_type": "code", "redirect_uri": BACK, "scope": SCOPES}
    proof = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    answer = await simulator.http.post(
        f"/{TENANT_ID}/oauth2/v2.0/authorize", params=asked | proof, data={"login": ANN.upn, "decision": "accept"}
    )
    code = dict(parse_qsl(urlsplit(answer.headers["location"]).query))["code"]
    issued = await sign_in.redeem(code, verifier=VERIFIER, redirect_url=BACK, scopes=SCOPES)
    return consented(refresh_token=issued.refresh_token, **changes)


@pytest.fixture
async def ann(simulator: Simulator, sign_in: SignIn, grants: Grants) -> Grant:
    """Ann has consented, and nothing has been asked with it."""
    grant = await consent(simulator, sign_in)
    await grants.put(grant)
    await simulator.forget_requests()
    return grant


async def asked(simulator: Simulator) -> int:
    """Count how often the token endpoint was asked."""
    requests = (await simulator.http.get("/_control/requests")).json()
    return sum("/oauth2/v2.0/token" in one["path"] for one in requests)


async def opens_her_calendar(simulator: Simulator, token: str) -> bool:
    headers = {"Authorization": f"Bearer {token}"}
    return (await simulator.http.get("/v1.0/me/calendar", headers=headers)).is_success


@pytest.mark.usefixtures("ann")
async def test_a_grant_gives_a_token_that_opens_its_owners_mailbox(simulator: Simulator, tokens: GrantTokens) -> None:
    assert await opens_her_calendar(simulator, await tokens.token("ann"))


@pytest.mark.scenario("O-06")
@pytest.mark.usefixtures("ann")
async def test_many_who_ask_at_once_renew_once(simulator: Simulator, tokens: GrantTokens) -> None:
    given = await asyncio.gather(*(tokens.token("ann") for _ in range(20)))
    assert (len(set(given)), await asked(simulator)) == (1, 1)


@pytest.mark.scenario("O-02", "O-06")
async def test_a_token_is_renewed_before_it_ends_and_the_newest_refresh_token_is_kept(
    grants: Grants, tokens: GrantTokens, clock: Clock, ann: Grant
) -> None:
    first = await tokens.token("ann")
    clock.now += timedelta(minutes=30)
    assert await tokens.token("ann") == first
    clock.now += timedelta(hours=2)
    assert await tokens.token("ann") != first

    kept = grants.get("ann")
    assert kept is not None
    assert kept.refresh_token != ann.refresh_token
    assert (kept.id, kept.granted_at, kept.refreshed_at) == (ann.id, NOON, clock.now)


@pytest.mark.scenario("O-02")
@pytest.mark.usefixtures("ann")
async def test_a_token_that_graph_refused_is_not_given_again(tokens: GrantTokens) -> None:
    first = await tokens.token("ann")
    tokens.refused("ann")
    assert await tokens.token("ann") != first


@pytest.mark.scenario("O-07")
async def test_a_refresh_token_that_could_not_be_saved_is_saved_with_the_next_use(
    table: MemoryTable, grants: Grants, tokens: GrantTokens, ann: Grant
) -> None:
    table.fails = Transient("the cluster is away")
    first = await tokens.token("ann")
    assert grants.get("ann") == ann

    assert await tokens.token("ann") == first
    kept = grants.get("ann")
    assert kept is not None
    assert kept.refresh_token != ann.refresh_token


@pytest.mark.scenario("O-04")
@pytest.mark.usefixtures("ann")
async def test_a_consent_that_was_withdrawn_is_lost_and_microsoft_is_not_asked_again(
    simulator: Simulator, tokens: GrantTokens, notebook: Notebook, grants: Grants
) -> None:
    await simulator.post("tokens/revoke", user=ANN.upn, error="invalid_grant", code=50173)
    for _ in range(5):
        with pytest.raises(GrantLostError, match="connect again"):
            await tokens.token("ann")

    assert await asked(simulator) == 1
    assert len(notebook.losses) == 1
    kept = grants.get("ann")
    assert kept is not None
    assert (kept.lost, kept.refresh_token) == (notebook.losses[0], "")


@pytest.mark.scenario("O-10")
@pytest.mark.usefixtures("ann")
async def test_a_security_rule_that_came_later_is_named(simulator: Simulator, tokens: GrantTokens) -> None:
    await simulator.post("tokens/revoke", user=ANN.upn, error="interaction_required", code=50076)
    with pytest.raises(GrantLostError, match="security rule"):
        await tokens.token("ann")


@pytest.mark.scenario("O-07")
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 503},
        {"status": 429},
        {"status": 400, "body": {"error": "temporarily_unavailable", "error_codes": [90033]}},
        {"status": 200, "body": "<html>"},
        {"drop": "before"},
        {"drop": "after"},
    ],
    ids=["failing", "down", "throttled", "not now", "not JSON", "dropped", "answer lost"],
)
async def test_a_sign_in_that_fails_for_now_costs_no_grant(
    simulator: Simulator, tokens: GrantTokens, grants: Grants, ann: Grant, fault: dict[str, Any]
) -> None:
    await simulator.fault(method="POST", path="oauth2/v2.0/token", **fault)
    with pytest.raises(UnavailableError) as failed:
        await tokens.token("ann")

    assert not isinstance(failed.value, GrantLostError)
    assert grants.get("ann") == ann
    assert await tokens.token("ann")


async def test_a_wrong_secret_of_ours_costs_no_grant(
    simulator: Simulator, grants: Grants, notebook: Notebook, clock: Clock, ann: Grant
) -> None:
    async with plain_http() as http:
        sign_in = SignIn(http, simulator.url, TENANT_ID, "tandem", "expired-secret", clock)
        with pytest.raises(CredentialsError):
            await GrantTokens(grants, sign_in, notebook, clock).token("ann")
    assert grants.get("ann") == ann


async def test_a_disconnection_during_a_renewal_is_not_undone(
    tokens: GrantTokens, notebook: Notebook, grants: Grants, ann: Grant
) -> None:
    notebook.meanwhile = lambda: grants.forget(ann.account)
    await tokens.token("ann")

    assert grants.get("ann") is None
    with pytest.raises(NotConnectedError):
        await tokens.token("ann")


@pytest.mark.usefixtures("ann")
async def test_a_new_consent_during_a_renewal_stands(
    simulator: Simulator, sign_in: SignIn, tokens: GrantTokens, notebook: Notebook, grants: Grants
) -> None:
    newer = await consent(simulator, sign_in)
    notebook.meanwhile = lambda: grants.put(newer)
    old = await tokens.token("ann")
    assert grants.get("ann") == newer

    notebook.meanwhile = nothing
    assert await tokens.token("ann") != old


async def test_a_grant_under_an_older_key_gets_the_new_one_when_it_is_renewed(
    table: MemoryTable, sign_in: SignIn, clock: Clock, simulator: Simulator
) -> None:
    await Grants(table, Seal((OLDER_KEY,))).put(await consent(simulator, sign_in))
    both = Grants(table, Seal((KEY, OLDER_KEY)))

    await GrantTokens(both, sign_in, Notebook(both), clock).token("ann")

    assert Grants(table, Seal((KEY,))).get("ann") is not None


async def test_a_grant_whose_key_is_gone_is_told_and_kept(
    table: MemoryTable, sign_in: SignIn, clock: Clock, ann: Grant
) -> None:
    without = Grants(table, Seal((OLDER_KEY,)))
    notebook = Notebook(without)
    with pytest.raises(GrantLostError, match="key is missing"):
        await GrantTokens(without, sign_in, notebook, clock).token("ann")

    assert notebook.unread == ["ann"]
    assert Grants(table, Seal((KEY,))).get("ann") == ann


async def test_a_reader_of_grants_has_tokens_and_changes_nothing(
    grants: Grants, sign_in: SignIn, clock: Clock, simulator: Simulator, ann: Grant
) -> None:
    reader = GrantTokens(grants, sign_in, KeptElsewhere(), clock)
    assert await opens_her_calendar(simulator, await reader.token("ann"))
    assert grants.get("ann") == ann


@pytest.fixture
def application(sign_in: SignIn, clock: Clock) -> AppTokens:
    return AppTokens(sign_in, "https://graph.microsoft.com/.default", clock)


@pytest.mark.usefixtures("ann")
async def test_who_has_not_consented_is_served_by_the_applications_permission(
    tokens: GrantTokens, application: AppTokens
) -> None:
    either = EitherTokens(tokens, application)
    assert await either.token("ben") == await application.token("ben")
    assert await either.token("ann") != await application.token("ann")


@pytest.mark.scenario("O-01")
@pytest.mark.usefixtures("ann")
async def test_where_the_application_may_not_act_alone_it_is_said_who_has_to_consent(
    simulator: Simulator, tokens: GrantTokens
) -> None:
    with pytest.raises(NotConnectedError, match="not connected"):
        await EitherTokens(tokens, None).token("ben")
    assert await asked(simulator) == 0


@pytest.mark.scenario("O-04")
@pytest.mark.usefixtures("ann")
async def test_a_consent_that_was_withdrawn_is_not_replaced_by_the_applications_permission(
    simulator: Simulator, tokens: GrantTokens, application: AppTokens
) -> None:
    await simulator.post("tokens/revoke", user=ANN.upn, error="invalid_grant", code=65001)
    either = EitherTokens(tokens, application)
    for _ in range(2):
        with pytest.raises(GrantLostError):
            await either.token("ann")


@pytest.mark.scenario("O-03")
async def test_grants_are_renewed_at_the_configured_tenant(simulator: Simulator, grants: Grants, clock: Clock) -> None:
    async with httpx.AsyncClient() as http:
        sign_in = SignIn(http, simulator.url, "organizations", "tandem", "tandem-secret", clock)
        await grants.put(await consent(simulator, sign_in))
        await GrantTokens(grants, sign_in, KeptElsewhere(), clock).token("ann")
    paths = [one["path"] for one in (await simulator.http.get("/_control/requests")).json()]
    assert paths[-2:] == ["/organizations/oauth2/v2.0/token"] * 2
