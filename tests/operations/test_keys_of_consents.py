"""A key of consents is changed as docs/keys.md says, under two replicas, while people work."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from cryptography.fernet import Fernet
from prometheus_client.parser import text_string_to_metric_families

from operations.both_sides import are_alike, working
from operations.rolling_out import program_of, roll_out, second_replica
from support.consenting import as_the_console
from support.whole import Whole
from tandem.local.ports import HOST
from tandem.local.processes import Program
from tandem.people.cast import ANN, BEN, CLEO
from tandem.polling import until

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(420)]

SEALED_ANEW_WITHIN = 90.0


@pytest_asyncio.fixture(loop_scope="session")
async def second(whole: Whole) -> AsyncIterator[Program]:
    """A second replica of the Outlook connector."""
    second = await second_replica(whole, "outlook_connector")
    yield second
    await whole.system.supervisor.stop(second.name)


async def of_older_keys(whole: Whole, *names: str) -> set[float]:
    """What each replica says of outlook_grants_of_older_keys."""
    said = set()
    for name in names:
        port = program_of(whole, name).environment["TANDEM_HTTP_PORT"]
        exposed = (await whole.http.get(f"http://{HOST}:{port}/metrics")).raise_for_status().text
        families = text_string_to_metric_families(exposed)
        said |= {
            one.value for family in families for one in family.samples if one.name == "outlook_grants_of_older_keys"
        }
    return said


async def test_nobody_notices_and_nothing_is_lost(whole: Whole, second: Program) -> None:
    connectors = "outlook_connector", second.name
    everybody = *connectors, "teams_meeting"
    old = program_of(whole, "outlook_connector").environment["TANDEM_GRANT_KEYS"]
    new = Fernet.generate_key().decode()

    async with working(whole, "While keys change", ANN, CLEO) as made:
        await roll_out(whole, *everybody, TANDEM_GRANT_KEYS=f"{old},{new}")
        await roll_out(whole, *everybody, TANDEM_GRANT_KEYS=f"{new},{old}")

        async def none_left() -> bool | None:
            return await of_older_keys(whole, *connectors) == {0.0} or None

        assert await until(none_left, SEALED_ANEW_WITHIN)
        await roll_out(whole, *everybody, TANDEM_GRANT_KEYS=new)

    for who, titles in made.items():
        there = await are_alike(whole, who)
        assert {title: there[title] for title in titles} == dict.fromkeys(titles, 1)
    await whole.plans_in_outlook(BEN, "Idle while the keys changed")
    await whole.one_in_espo(BEN, "Idle while the keys changed")
    assert [account["attention"] for account in await whole.reconciler.accounts()] == ["", "", ""]
    async with as_the_console(whole) as connector:
        grants = (await connector.get("/oauth/grants")).json()["grants"]
    assert [(grant["kind"], grant["lost"]) for grant in grants] == [("delegated", None)] * 3


async def test_a_meeting_in_teams_is_made_with_the_new_key(whole: Whole) -> None:
    await roll_out(whole, "teams_meeting")
    record = await whole.plans_in_espo(BEN, "In Teams, after the change of keys", externalService="Microsoft")

    async def linked() -> bool | None:
        return bool((await whole.espo(BEN, "GET", f"Meeting/{record}")).get("joinUrl")) or None

    assert await whole.eventually(linked)
