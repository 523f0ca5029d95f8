"""Colleagues who connect one after another, addresses that EspoCRM does not know, groups, and answers given in EspoCRM."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from support.newcomers import connects, not_connected
from support.whole import Whole, told_apart
from tandem.people.cast import ANN, BEN, CLEO, Colleague
from tandem.people.stage import Stage
from tandem.smoke.quiet import writes_during

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

QUIET_SECONDS = 4.0


def guest(address: str) -> dict[str, Any]:
    return {"type": "required", "emailAddress": {"address": address}}


def shown(whole: Whole, organizer: Colleague, title: str, response: str) -> Callable[[], Awaitable[str | None]]:
    async def look() -> str | None:
        (event,) = await whole.in_outlook(organizer, title)
        return next(
            (one["status"]["response"] for one in event["attendees"] if one["status"]["response"] == response), None
        )

    return look


@pytest.mark.scenario("T-01", "T-02", "T-09")
@pytest.mark.parametrize(("status", "response"), [("Accepted", "accepted"), ("Declined", "declined")])
async def test_an_answer_given_in_espocrm_is_in_the_organizers_outlook_with_one_mail(
    whole: Whole, status: str, response: str
) -> None:
    title = told_apart(f"Please answer {status}")
    record = await whole.plans_in_espo(ANN, title, usersIds=[whole.id_of(ANN), whole.id_of(BEN)])
    await whole.one_in_outlook(ANN, title)

    await whole.espo(BEN, "POST", "Meeting/action/setAcceptanceStatus", {"id": record, "status": status})

    await whole.eventually(shown(whole, ANN, title, response))
    await whole.rest()
    assert [kind for kind, _ in await whole.mails(title)] == ["invite", "response"]
    meeting = await whole.espo(ANN, "GET", f"Meeting/{record}")
    assert meeting["usersColumns"][whole.id_of(BEN)]["status"] == status


@pytest.mark.scenario("A-04", "T-26", "O-08")
async def test_an_organizer_who_connects_after_a_guest_did_finds_one_record_in_her_own_name(
    whole: Whole, on: Stage
) -> None:
    dora = await not_connected(whole)
    title, renamed = told_apart("Dora invites"), told_apart("Dora renames")
    event = await whole.plans_in_outlook(dora, title, attendees=[guest(ANN.address)])
    before = await whole.one_in_espo(ANN, title)
    assert before["assignedUserId"] == whole.id_of(dora)
    assert set(before["usersIds"]) == {whole.id_of(dora), whole.id_of(ANN)}

    await connects(whole, dora)
    await whole.rest()
    await whole.outlook(dora, "PATCH", f"events/{event}", {"subject": renamed})

    assert (await whole.one_in_espo(ANN, renamed))["id"] == before["id"]
    assert await whole.in_espo(ANN, title) == []
    assert [len(await whole.in_outlook(who, renamed)) for who in (dora, ANN)] == [1, 1]
    assert await writes_during(on, QUIET_SECONDS) == ()


@pytest.mark.scenario("T-30")
async def test_a_user_with_another_address_in_espocrm_is_the_same_guest_on_both_sides(whole: Whole) -> None:
    dora = await not_connected(whole, known_in_espo_as=f"dora.{uuid4().hex[:12]}@crm.contoso.test")
    await connects(whole, dora)
    from_outlook, from_espo = told_apart("By her mailbox"), told_apart("By her record")

    await whole.plans_in_outlook(ANN, from_outlook, attendees=[guest(dora.address)])
    await whole.plans_in_espo(ANN, from_espo, usersIds=[whole.id_of(ANN), whole.id_of(dora)])

    record = await whole.one_in_espo(ANN, from_outlook)
    assert set(record["usersIds"]) == {whole.id_of(ANN), whole.id_of(dora)}
    assert (record["contactsIds"], record["leadsIds"]) == ([], [])
    event = await whole.one_in_outlook(ANN, from_espo)
    assert [one["emailAddress"]["address"] for one in event["attendees"]] == [dora.address]
    assert len(await whole.in_outlook(dora, from_espo)) == 1


@pytest.mark.scenario("T-31", "T-15")
async def test_connected_members_of_an_invited_group_are_guests_of_the_one_record(whole: Whole, on: Stage) -> None:
    team = f"team-{uuid4().hex[:12]}@contoso.test"
    await whole.control_graph("POST", "groups", {"address": team, "members": [BEN.address, CLEO.address]})
    title = told_apart("The whole team")
    event = await whole.plans_in_outlook(ANN, title)
    await whole.one_in_espo(ANN, title)

    await whole.outlook(ANN, "PATCH", f"events/{event}", {"attendees": [guest(team)]})

    async def with_members() -> dict[str, Any] | None:
        (record,) = await whole.in_espo(ANN, title)
        return record if {whole.id_of(BEN), whole.id_of(CLEO)} <= set(record["usersIds"]) else None

    await whole.eventually(with_members)
    assert await writes_during(on, QUIET_SECONDS) == ()
    (organized,) = await whole.in_outlook(ANN, title)
    assert [one["emailAddress"]["address"] for one in organized["attendees"]] == [team]
