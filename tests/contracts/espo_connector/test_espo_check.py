"""A check of EspoCRM names what is missing there, and what to mend first."""

import asyncio
import json
import os
import sys
from typing import Any

import httpx
import pytest

from espo_connector.main import Connector
from support.espo import API_KEY, Espo

WITH_EXTENSION = {"companion_extension": True, "location_fields": {}, "join_url_writable": True}


async def check(desk: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    return {step["step"]: step for step in (await desk.get("/check")).raise_for_status().json()["steps"]}


def failed(steps: dict[str, dict[str, Any]]) -> list[str]:
    return [name for name, step in steps.items() if step["state"] == "failed"]


async def connectors_role(espo: Espo) -> str:
    listed = (await espo.ask("GET", "User"))["list"]
    (connector,) = [row["id"] for row in listed if row["userName"] == "connector"]
    role: str = (await espo.ask("GET", f"User/{connector}"))["rolesIds"][0]
    return role


async def change_rights(espo: Espo, **rights: Any) -> None:
    role = await connectors_role(espo)
    data = (await espo.ask("GET", f"Role/{role}"))["data"]
    await espo.ask("PUT", f"Role/{role}", {"data": data | rights})


@pytest.mark.parametrize("espo", ["9.2.7", "9.3.10", "10.0.0"], indirect=True)
async def test_an_espocrm_that_is_set_up_passes(espo: Espo, connector: Connector, desk: httpx.AsyncClient) -> None:
    await connector.registration.ensure()

    steps = await check(desk)

    assert failed(steps) == []
    assert all(step["ok"] for step in steps.values())
    assert espo.url in steps["EspoCRM answers"]["words"]


@pytest.mark.parametrize("espo", [WITH_EXTENSION], indirect=True)
async def test_with_the_extension_hardly_anything_is_left_to_say(espo: Espo, desk: httpx.AsyncClient) -> None:
    for name in ("location", "outlookEventKey"):
        await espo.ask("POST", "Admin/fieldManager/CVisit", {"name": name, "type": "varchar"})

    steps = await check(desk)

    # The receiver of this test speaks plain http, which EspoCRM 10 may never call.
    assert [name for name, step in steps.items() if step["state"] != "passed"] == ["Webhooks"]


async def test_a_key_that_espocrm_does_not_know_is_named_and_the_rest_not_tried(
    espo: Espo, desk: httpx.AsyncClient
) -> None:
    await espo.control("faults", [{"method": "GET", "path": "App/user", "times": 9, "status": 401}])

    steps = await check(desk)

    assert failed(steps) == ["API key"]
    assert steps["EspoCRM answers"]["ok"]
    assert steps["Clock"]["words"] == "not tried, because it needs “API key”"


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ({"status": 404}, "TANDEM_ESPO_URL"),
        ({"status": 200, "body": "<html>"}, "not JSON"),
        ({"drop": "before"}, "lost"),
    ],
)
async def test_an_address_behind_which_there_is_no_espocrm_is_the_first_step_that_fails(
    espo: Espo, desk: httpx.AsyncClient, fault: dict[str, Any], word: str
) -> None:
    await espo.control("faults", [{"method": "GET", "path": "App/user", "times": 9, **fault}])

    steps = await check(desk)

    assert failed(steps) == ["EspoCRM answers"]
    assert word in steps["EspoCRM answers"]["words"]


async def test_maintenance_is_no_unreachable_espocrm(espo: Espo, desk: httpx.AsyncClient) -> None:
    await espo.control("maintenance", {"on": True})

    steps = await check(desk)

    assert failed(steps) == ["API key"]
    assert "maintenance" in steps["API key"]["words"]


async def test_a_missing_right_is_named_with_its_scope_and_action(espo: Espo, desk: httpx.AsyncClient) -> None:
    levels = {"create": "yes", "read": "all", "edit": "own", "delete": "no", "stream": "no"}
    await change_rights(espo, Call=levels, User={"read": "own"}, Lead={"read": "no"})

    steps = await check(desk)

    assert failed(steps) == ["Rights on events", "Rights on people"]
    assert steps["Rights on events"]["words"].endswith("Call: edit “all”, delete “all”")
    assert steps["Rights on people"]["words"].endswith("User: read “all”")


async def test_contacts_that_cannot_be_read_are_a_warning(espo: Espo, desk: httpx.AsyncClient) -> None:
    await change_rights(espo, Contact={"read": "own"})

    step = (await check(desk))["Rights on people"]

    assert (step["ok"], step["state"]) == (True, "warning")
    assert "Contact" in step["words"]


async def test_without_a_role_there_is_nothing_to_sync(espo: Espo, desk: httpx.AsyncClient) -> None:
    await change_rights(espo, Meeting=False, Call=False, CVisit=False)

    steps = await check(desk)

    assert failed(steps) == ["Event types"]
    assert steps["Location"]["state"] == "skipped"


async def test_an_assignment_permission_that_is_too_small_is_named(espo: Espo, desk: httpx.AsyncClient) -> None:
    await espo.ask("PUT", f"Role/{await connectors_role(espo)}", {"assignmentPermission": "team"})

    assert failed(await check(desk)) == ["Assignment"]


@pytest.mark.parametrize("espo", [{"location_fields": {"Meeting": "cLocation", "Call": "location"}}], indirect=True)
async def test_an_entity_type_without_a_location_is_a_warning(desk: httpx.AsyncClient) -> None:
    step = (await check(desk))["Location"]

    assert (step["state"], step["words"]) == ("warning", "no Varchar field “location”, so none is synced: CVisit")


@pytest.mark.parametrize(
    "espo", [{"companion_extension": True, "location_fields": {"CVisit": "location"}}], indirect=True
)
async def test_texts_left_behind_in_the_old_location_field_are_a_warning(espo: Espo, desk: httpx.AsyncClient) -> None:
    await espo.ask("POST", "Admin/fieldManager/Meeting", {"name": "location", "type": "varchar"})
    assert (await check(desk))["Location"]["state"] == "passed"

    await espo.meeting(cLocation="Room 4")

    step = (await check(desk))["Location"]
    assert step["state"] == "warning"
    assert step["words"].startswith("Meeting: texts stand in “cLocation”")


async def test_webhooks_are_tried_out_and_nothing_is_left_of_it(espo: Espo, desk: httpx.AsyncClient) -> None:
    step = (await check(desk))["Webhooks"]

    assert step["ok"]
    assert (await espo.ask("GET", "Webhook"))["total"] == 0


@pytest.mark.parametrize("espo", [{"webhook_allowed_addresses": ()}], indirect=True)
async def test_an_address_that_espocrm_does_not_send_to_is_named(desk: httpx.AsyncClient) -> None:
    steps = await check(desk)

    assert failed(steps) == ["Webhooks"]
    assert "webhookAllowedAddressList" in steps["Webhooks"]["words"]


async def test_the_right_to_webhooks_is_asked_for(espo: Espo, desk: httpx.AsyncClient) -> None:
    await change_rights(espo, Webhook=False)

    assert failed(await check(desk)) == ["Webhooks"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("Mon, 23 Nov 2026 12:01:00 GMT", "60 s ahead of ours"),
        ("Mon, 23 Nov 2026 11:58:00 GMT", "120 s behind ours"),
        ("Mon, 23 Nov 2026 12:00:20 GMT", "agrees with ours"),
    ],
)
async def test_a_clock_that_is_wrong_is_a_warning(espo: Espo, desk: httpx.AsyncClient, told: str, words: str) -> None:
    headers = {"Last-Modified": told, "Date": told}
    await espo.fault("GET", "App/about", status=200, headers=headers, body={"version": "10.0.0"})

    step = (await check(desk))["Clock"]

    assert step["ok"]
    assert words in step["words"]


async def test_an_old_version_is_refused(espo: Espo, desk: httpx.AsyncClient) -> None:
    session = {"user": {"id": "1"}, "acl": {"table": {}}, "settings": {"version": "9.1.4"}}
    await espo.fault("GET", "App/user", status=200, body=session)

    assert "9.1.4 is too old" in (await check(desk))["Version"]["words"]


async def program(espo: Espo, key: str) -> tuple[int | None, dict[str, Any]]:
    environment = os.environ | {"TANDEM_ESPO_URL": espo.url, "TANDEM_ESPO_API_KEY": key}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "espo_connector.check", env=environment, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    return process.returncode, {step["step"]: step for step in json.loads(output)["steps"]}


async def test_the_check_runs_without_a_running_system(espo: Espo) -> None:
    code, steps = await program(espo, API_KEY)

    assert code == 0
    assert steps["Webhooks"]["words"] == "TANDEM_PUBLIC_URL is not set: sweeps alone find changes"


async def test_a_failed_step_is_a_failed_program(espo: Espo) -> None:
    code, steps = await program(espo, "not-the-key")

    assert (code, failed(steps)) == (1, ["API key"])
