"""Guests through all services: of whom both sides know more or less than the other, and who is nobody at all."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from support.newcomers import not_connected
from support.whole import Whole
from tandem.people.cast import ANN, GUS
from tandem.people.stage import Stage
from tandem.smoke.quiet import writes_during

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

QUIET_SECONDS = 4.0


def own_word(word: str) -> str:
    """Tests share one running whole, so each title and address is used once; it is one word."""
    return f"{word}{uuid4().hex[:12]}"


def guest(address: str, kind: str = "required") -> dict[str, Any]:
    return {"type": kind, "emailAddress": {"address": address}}


async def add(whole: Whole, link: str, *addresses: str) -> str:
    """Have EspoCRM know somebody; gives the id."""
    person = {"firstName": "Nell", "lastName": own_word("Many"), "emailAddresses": list(addresses)}
    return str((await whole.control_espo("POST", link, person))["id"])


async def of_record(whole: Whole, title: str) -> dict[str, set[str]]:
    record = await whole.one_in_espo(ANN, title)
    return {link: set(record[f"{link}Ids"]) - {whole.id_of(ANN)} for link in ("users", "contacts", "leads")}


@pytest.mark.rule("M19")
@pytest.mark.scenario("T-12")
async def test_an_address_means_the_user_then_the_contact_then_the_lead(whole: Whole) -> None:
    dora = await not_connected(whole)
    shared = f"{own_word('shared')}@client.test"
    await add(whole, "contacts", dora.address)
    await add(whole, "leads", dora.address)
    contact = await add(whole, "contacts", shared)
    await add(whole, "leads", shared)
    title = own_word("Precedence ")
    await whole.plans_in_outlook(ANN, title, attendees=[guest(dora.address), guest(shared)])
    assert await of_record(whole, title) == {"users": {whole.id_of(dora)}, "contacts": {contact}, "leads": set()}


@pytest.mark.scenario("A-06", "T-32")
async def test_a_person_of_several_addresses_is_one_guest_whichever_is_used(whole: Whole, on: Stage) -> None:
    first, second = f"{own_word('one')}@client.test", f"{own_word('two')}@client.test"
    contact = await add(whole, "contacts", first, second)
    title, renamed = own_word("Several addresses "), own_word("Renamed ")
    event = await whole.plans_in_outlook(ANN, title, attendees=[guest(second.upper())])
    assert (await of_record(whole, title))["contacts"] == {contact}

    await whole.outlook(ANN, "PATCH", f"events/{event}", {"subject": renamed})

    assert (await of_record(whole, renamed))["contacts"] == {contact}
    shown = await whole.outlook(ANN, "GET", f"events/{event}")
    assert [one["emailAddress"]["address"].lower() for one in shown["attendees"]] == [second]
    assert await writes_during(on, QUIET_SECONDS) == ()


@pytest.mark.rule("M20")
@pytest.mark.scenario("T-11", "T-16", "T-17")
async def test_whom_only_outlook_knows_stays_there_while_espocrm_invites_and_takes_off_others(whole: Whole) -> None:
    contact_address = f"{own_word('nell')}@client.test"
    contact = await add(whole, "contacts", contact_address)
    title = own_word("Only in Outlook ")
    room = "room-1@contoso.test"
    event = await whole.plans_in_outlook(ANN, title, attendees=[guest(GUS.address), guest(room, "resource")])
    record = await whole.one_in_espo(ANN, title)
    assert (record["usersIds"], record["contactsIds"], record["leadsIds"]) == ([whole.id_of(ANN)], [], [])

    for contacts, invited in (([contact], {contact_address}), ([], set())):
        await whole.espo(ANN, "PUT", f"Meeting/{record['id']}", {"contactsIds": contacts})
        await whole.eventually(partial(attending, whole, event, {GUS.address, room, *invited}))
    await whole.rest()
    kinds = {one["emailAddress"]["address"]: one["type"] for one in await attendees(whole, event)}
    assert kinds == {GUS.address: "required", room: "resource"}


async def test_the_owner_and_our_own_api_user_are_nobody_to_invite(whole: Whole) -> None:
    title = own_word("Nobody else ")
    espo = whole.system.addresses.espo
    ours = (await whole.http.get(f"{espo.url}/api/v1/App/user", headers={"X-Api-Key": espo.api_key})).json()["user"][
        "id"
    ]
    await whole.plans_in_espo(ANN, title, usersIds=[whole.id_of(ANN), ours])
    assert (await whole.one_in_outlook(ANN, title))["attendees"] == []
    assert await whole.mails(title) == []


async def attendees(whole: Whole, event: str) -> list[dict[str, Any]]:
    return list((await whole.outlook(ANN, "GET", f"events/{event}"))["attendees"])


async def attending(whole: Whole, event: str, wanted: set[str]) -> bool | None:
    return {one["emailAddress"]["address"] for one in await attendees(whole, event)} == wanted or None
