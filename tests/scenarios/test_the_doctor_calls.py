"""The doctor looks at a running whole, where every part is asked for real."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from support.command_line import Said, tandem
from support.whole import Whole
from tandem.people.cast import ANN

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


async def doctor(whole: Whole, folder: Path, mailbox: str) -> Said:
    at = whole.system.addresses
    return await tandem(
        *("doctor", "--mailbox", mailbox, "--json"),
        folder=folder,
        TANDEM_KAFKA=at.kafka,
        TANDEM_POSTGRES=at.postgres,
        TANDEM_SERVICE_SECRET=at.service_secret,
        TANDEM_RECONCILER_URL=at.reconciler,
        TANDEM_OUTLOOK_CONNECTOR_URL=at.outlook_connector,
        TANDEM_ESPO_CONNECTOR_URL=at.espo_connector,
        TANDEM_TEAMS_MEETING_URL=at.teams_meeting,
        TANDEM_CONSOLE_URL=at.console,
    )


@pytest.mark.scenario("X-07")
async def test_a_whole_that_is_well_is_found_well_in_every_part(whole: Whole, tmp_path: Path) -> None:
    said = await doctor(whole, tmp_path, ANN.address)

    assert (said.code, said.json["failing"]) == (0, None)
    assert all(step["ok"] for part in said.json["parts"] for step in part["steps"])
    assert len(said.json["parts"]) == 9


@pytest.mark.scenario("X-07")
async def test_a_mailbox_that_is_not_there_is_the_step_that_fails(whole: Whole, tmp_path: Path) -> None:
    said = await doctor(whole, tmp_path, "nobody@contoso.test")

    assert said.code == 1
    assert (said.json["failing"]["part"], said.json["failing"]["step"]) == ("Microsoft", "Mailbox")


async def test_a_person_signs_in_with_the_password_of_espocrm(whole: Whole) -> None:
    at = whole.system.addresses
    question: dict[str, Any] = {"user": ANN.login, "password": ANN.password}
    headers = {"Authorization": f"Bearer {at.service_secret}"}
    async with httpx.AsyncClient(base_url=at.espo_connector, headers=headers) as http:
        told = (await http.post("/sign-in", json=question)).raise_for_status().json()

    assert told["user"]["id"] == whole.id_of(ANN)
    assert told["access"] == {"extension": True, "outlook_calendar": True}
