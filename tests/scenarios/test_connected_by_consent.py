"""Somebody connects by consent, works on both sides, loses the consent and gives it again: all services together."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from support.consenting import as_the_console, consents
from support.whole import Whole
from tandem.people.cast import CLEO

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


@pytest_asyncio.fixture(loop_scope="session")
async def connector(whole: Whole) -> AsyncIterator[httpx.AsyncClient]:
    """The Outlook connector's interface, as the console has it. Afterwards nobody is connected by consent any more."""
    async with as_the_console(whole) as http:
        yield http
        await http.delete(f"/oauth/grants/{whole.id_of(CLEO)}")


async def attention(whole: Whole) -> str:
    accounts = {account["id"]: account for account in await whole.reconciler.accounts()}
    return str(accounts[whole.id_of(CLEO)]["attention"])


@pytest.mark.rule("M35")
@pytest.mark.scenario("O-04", "O-08")
async def test_what_is_edited_while_a_consent_is_lost_crosses_once_when_it_is_given_again(
    whole: Whole, connector: httpx.AsyncClient
) -> None:
    granted = await consents(whole, connector, CLEO)
    assert (granted["mailbox"], granted["calendars"]) == (CLEO.address, True)
    await whole.plans_in_espo(CLEO, "Consent: planned in EspoCRM")
    await whole.plans_in_outlook(CLEO, "Consent: planned in Outlook")
    event = await whole.one_in_outlook(CLEO, "Consent: planned in EspoCRM")
    record = await whole.one_in_espo(CLEO, "Consent: planned in Outlook")

    revoked = {"user": CLEO.address, "error": "invalid_grant", "code": 50173, "access": True}
    await whole.control_graph("POST", "tokens/revoke", revoked)
    await whole.espo(CLEO, "PUT", f"Meeting/{record['id']}", {"name": "Consent: renamed in EspoCRM"})
    await whole.outlook(CLEO, "PATCH", f"events/{event['id']}", {"subject": "Consent: renamed in Outlook"})
    await whole.plans_in_espo(CLEO, "Consent: new meanwhile")

    async def told() -> str | None:
        return await attention(whole) or None

    assert "connect again" in await whole.eventually(told)
    assert await whole.in_outlook(CLEO, "Consent: new meanwhile") == []

    await consents(whole, connector, CLEO)
    await whole.one_in_espo(CLEO, "Consent: renamed in Outlook")
    await whole.one_in_outlook(CLEO, "Consent: renamed in EspoCRM")
    await whole.one_in_outlook(CLEO, "Consent: new meanwhile")
    assert await attention(whole) == ""
    titles = [one["subject"] for one in (await whole.outlook(CLEO, "GET", "events?$top=500"))["value"]]
    assert sorted(title for title in titles if title.startswith("Consent: ")) == [
        "Consent: new meanwhile",
        "Consent: renamed in EspoCRM",
        "Consent: renamed in Outlook",
    ]
