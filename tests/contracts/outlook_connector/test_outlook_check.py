"""A check of Microsoft names what is missing, and what to mend first."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from bus.checks import Step
from bus.serving.guard import guarded
from graph.asking.client import now_in_utc
from graph.settings import GraphSettings
from outlook_connector.check import check, routes
from outlook_connector.echoes import Echoes
from outlook_connector.metrics import Metrics
from outlook_connector.notifications import Door
from sandbox.graph.config import TENANT_ID
from sandbox.serve import serving
from support.outlook import ANN, SECRET, Bus, Simulator


@pytest.fixture
async def public_url(bus: Bus, metrics: Metrics) -> AsyncIterator[str]:
    """Where Graph reaches the connector."""
    async with serving(Starlette(routes=Door((SECRET,), Echoes(), bus, metrics, now_in_utc).routes())) as url:
        yield url


def settings_of(simulator: Simulator, **changed: str) -> GraphSettings:
    known = {
        "graph_url": simulator.url,
        "login_url": simulator.url,
        "tenant": TENANT_ID,
        "client_id": "tandem",
        "client_secret": "tandem-secret",
    }
    return GraphSettings.model_validate(known | changed)


async def checked(simulator: Simulator, public_url: str, mailbox: str = ANN, **changed: str) -> dict[str, Step]:
    return {step.step: step for step in await check(settings_of(simulator, **changed), public_url, mailbox)}


def failed(steps: dict[str, Step]) -> list[str]:
    return [name for name, step in steps.items() if step.state == "failed"]


async def test_a_tenant_that_is_set_up_passes(simulator: Simulator, public_url: str) -> None:
    steps = await checked(simulator, public_url)

    assert failed(steps) == []
    assert all(step.ok for step in steps.values())
    assert steps["Teams"].words == "meetings can be made"
    assert "Calendar" in steps["Calendars"].words


async def test_without_a_mailbox_none_is_looked_at(simulator: Simulator, public_url: str) -> None:
    steps = await checked(simulator, public_url, mailbox="")

    assert failed(steps) == []
    assert "Mailbox" not in steps


@pytest.mark.parametrize(
    ("changed", "step", "words"),
    [
        ({"client_secret": "another"}, "Application", "it is the secret's value that is needed"),
        ({"client_id": "somebody"}, "Application", "knows no application with TANDEM_CLIENT_ID"),
        ({"graph_scope": "Calendars.ReadWrite"}, "Application", "followed by /.default"),
        ({"login_url": "http://127.0.0.1:9"}, "Sign-in answers", "http://127.0.0.1:9 cannot be reached"),
        ({"graph_url": "http://127.0.0.1:9"}, "Graph", "http://127.0.0.1:9 cannot be reached"),
    ],
)
async def test_a_wrong_setting_is_named_by_the_step_that_needs_it(
    simulator: Simulator, public_url: str, changed: dict[str, str], step: str, words: str
) -> None:
    steps = await checked(simulator, public_url, **changed)

    assert failed(steps)[0] == step
    assert words in steps[step].words


async def test_what_needs_a_token_says_so_where_there_is_none(simulator: Simulator, public_url: str) -> None:
    steps = await checked(simulator, public_url, client_secret="another")

    assert steps["Graph"].words == "not tried, because it needs “Application”"
    assert steps["Notification address"].ok


async def test_a_directory_that_nobody_knows_is_named(simulator: Simulator, public_url: str) -> None:
    await simulator.fault(
        method="GET", path="openid-configuration", times=1, status=400, body={"error": "invalid_tenant"}
    )

    assert failed(await checked(simulator, public_url)) == ["Sign-in answers"]


async def test_a_shared_sign_in_has_no_directory_to_look_at(simulator: Simulator, public_url: str) -> None:
    steps = await checked(simulator, public_url, tenant="organizations")

    assert list(steps) == ["Sign-in answers", "Application", "Notification address"]
    assert steps["Application"].state == "warning"


async def test_an_answer_of_a_proxy_is_no_answer_of_microsoft(simulator: Simulator, public_url: str) -> None:
    await simulator.fault(method="GET", path="/v1.0/subscriptions", times=1, status=200, body="<html>")

    assert "is there a proxy between?" in (await checked(simulator, public_url))["Graph"].words


async def test_a_mailbox_that_does_not_exist_is_named(simulator: Simulator, public_url: str) -> None:
    steps = await checked(simulator, public_url, mailbox="nobody@contoso.test")

    assert failed(steps) == ["Mailbox"]
    assert steps["Teams"].state == "skipped"


async def test_a_mailbox_that_is_kept_from_us_says_what_is_needed(simulator: Simulator, public_url: str) -> None:
    refusal = {"error": {"code": "ErrorAccessDenied", "message": "Access to OData is disabled."}}
    await simulator.fault(method="GET", path="/calendars", times=1, status=403, body=refusal)

    words = (await checked(simulator, public_url))["Mailbox"].words

    assert "Calendars.ReadWrite" in words
    assert "access policy" in words


@pytest.mark.parametrize(
    ("calendar", "step"),
    [
        ({"canEdit": False, "allowedOnlineMeetingProviders": ["teamsForBusiness"]}, "Calendars"),
        ({"canEdit": True, "allowedOnlineMeetingProviders": []}, "Teams"),
    ],
)
async def test_what_a_mailbox_cannot_do_is_said(
    simulator: Simulator, public_url: str, calendar: dict[str, Any], step: str
) -> None:
    body = {"value": [{"name": "Calendar", "isDefaultCalendar": True, **calendar}]}
    await simulator.fault(method="GET", path="/calendars", times=1, status=200, body=body)

    steps = await checked(simulator, public_url)

    assert [name for name in ("Calendars", "Teams") if steps[name].state != "passed"] == [step]


async def test_a_secret_that_ends_is_announced_where_the_directory_may_be_read(
    simulator: Simulator, public_url: str
) -> None:
    ended = {"passwordCredentials": [{"endDateTime": "2020-01-01T00:00:00Z", "hint": "tan"}]}
    await simulator.fault(method="GET", path="/applications", times=1, status=200, body=ended)

    step = (await checked(simulator, public_url))["Client secret"]

    assert (step.state, step.words) == (
        "failed",
        "it ended on 2020-01-01: make a new one and set TANDEM_CLIENT_SECRET",
    )


async def test_else_its_end_is_what_the_operator_wrote_down(simulator: Simulator, public_url: str) -> None:
    unknown = (await checked(simulator, public_url))["Client secret"]
    written = (await checked(simulator, public_url, client_secret_expires="2020-01-01"))["Client secret"]

    assert (unknown.state, written.state) == ("warning", "failed")


async def test_an_address_that_leads_elsewhere_is_named(simulator: Simulator) -> None:
    steps = await checked(simulator, simulator.url)

    assert failed(steps) == ["Notification address"]
    assert "/graph/notifications there must come to this service" in steps["Notification address"].words


async def test_plain_http_is_no_address_for_the_real_microsoft(simulator: Simulator, public_url: str) -> None:
    steps = await checked(simulator, public_url, graph_url="https://127.0.0.1:9")

    assert "is not https" in steps["Notification address"].words


async def test_another_process_of_ours_may_ask(simulator: Simulator, public_url: str) -> None:
    secret = SecretStr("between-our-processes")
    app = Starlette(routes=guarded(routes(settings_of(simulator), public_url), secret))
    async with serving(app) as url, httpx.AsyncClient(base_url=url) as http:
        stranger = await http.get("/check")
        answer = await http.get(
            "/check", params={"mailbox": ANN}, headers={"Authorization": f"Bearer {secret.get_secret_value()}"}
        )

    assert stranger.status_code == 401
    assert "Teams" in {step["step"] for step in answer.json()["steps"]}


async def test_the_check_runs_without_a_running_system(simulator: Simulator) -> None:
    environment = os.environ | {
        "TANDEM_GRAPH_URL": simulator.url,
        "TANDEM_LOGIN_URL": simulator.url,
        "TANDEM_TENANT": TENANT_ID,
        "TANDEM_CLIENT_ID": "tandem",
        "TANDEM_CLIENT_SECRET": "tandem-secret",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "outlook_connector.check", ANN, env=environment, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()

    assert process.returncode == 0
    assert json.loads(output)["steps"][-1]["words"] == "TANDEM_PUBLIC_URL is not set, so it cannot be looked at"
