"""Who is invited by whom, who may change what, and where an answer goes: seen from the mailboxes and mails themselves."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from support.newcomers import not_connected
from support.whole import Whole, told_apart
from tandem.people.cast import ANN, BEN, CLEO, DANA, Colleague
from tandem.people.stage import Stage
from tandem.smoke.quiet import writes_during

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

QUIET_SECONDS = 4.0


def answered(whole: Whole, who: Colleague, record: str, status: str) -> Callable[[], Awaitable[dict[str, Any] | None]]:
    async def look() -> dict[str, Any] | None:
        meeting: dict[str, Any] = await whole.espo(ANN, "GET", f"Meeting/{record}")
        column = meeting["usersColumns"].get(whole.id_of(who)) or {}
        return meeting if column.get("status") == status else None

    return look


@pytest.mark.scenario("A-16", "A-11")
@pytest.mark.parametrize("creator", [ANN, BEN], ids=["by the owner", "by a colleague"])
async def test_guests_of_a_connected_owner_get_one_invitation_from_microsoft(whole: Whole, creator: Colleague) -> None:
    title = told_apart("Invited")
    guests = {
        "usersIds": [whole.id_of(ANN), whole.id_of(CLEO)],
        "contactsIds": [whole.system.directory[DANA.address].id],
    }
    await whole.plans_in_espo(creator, title, assignedUserId=whole.id_of(ANN), **guests)

    event = await whole.one_in_outlook(ANN, title)

    assert event["organizer"]["emailAddress"]["address"] == ANN.address
    assert sorted(await whole.mails(title)) == [("invite", CLEO.address), ("invite", DANA.address)]


@pytest.mark.scenario("A-16", "A-01", "A-12")
@pytest.mark.parametrize("by_the_owner", [True, False], ids=["by the owner", "by a colleague"])
async def test_guests_of_an_owner_who_is_not_connected_get_nothing_from_microsoft(
    whole: Whole, by_the_owner: bool
) -> None:
    dora = await not_connected(whole)
    title = told_apart("Not invited")
    users = [whole.id_of(dora), whole.id_of(ANN)]
    await whole.plans_in_espo(dora if by_the_owner else ANN, title, assignedUserId=users[0], usersIds=users)
    afterwards = told_apart("Planned afterwards")
    await whole.plans_in_espo(ANN, afterwards)
    await whole.one_in_outlook(ANN, afterwards)

    assert await whole.in_outlook(ANN, title) == []
    assert await whole.mails(title) == []


@pytest.mark.rule("M21")
@pytest.mark.scenario("B-03")
async def test_what_a_guest_edits_in_espocrm_is_changed_in_the_owners_mailbox(whole: Whole) -> None:
    title, edited = told_apart("Before"), told_apart("After")
    record = await whole.plans_in_espo(ANN, title, usersIds=[whole.id_of(ANN), whole.id_of(BEN)])
    event = await whole.one_in_outlook(ANN, title)

    await whole.espo(BEN, "PUT", f"Meeting/{record}", {"name": edited})

    assert (await whole.one_in_outlook(ANN, edited))["id"] == event["id"]
    assert [copy["isOrganizer"] for copy in await whole.in_outlook(BEN, edited)] == [False]


@pytest.mark.rule("M19")
@pytest.mark.scenario("T-03", "T-05", "T-06", "D-07")
@pytest.mark.parametrize(
    ("deed", "status"), [("accept", "Accepted"), ("tentativelyAccept", "Tentative"), ("decline", "Declined")]
)
async def test_an_answer_that_a_connected_colleague_gives_in_outlook_is_in_espocrm(
    whole: Whole, deed: str, status: str
) -> None:
    title = told_apart(f"Please {deed}")
    record = await whole.plans_in_espo(ANN, title, usersIds=[whole.id_of(ANN), whole.id_of(BEN)])
    await whole.one_in_outlook(ANN, title)
    (copy,) = await whole.in_outlook(BEN, title)

    await whole.outlook(BEN, "POST", f"events/{copy['id']}/{deed}", {"sendResponse": True})

    await whole.eventually(answered(whole, BEN, record, status))
    assert len(await whole.in_outlook(ANN, title)) == 1
    assert len(await whole.in_outlook(BEN, title)) == (0 if deed == "decline" else 1)


@pytest.mark.rule("M21")
@pytest.mark.scenario("L-01", "L-03", "L-06", "T-26")
@pytest.mark.parametrize("side", ["EspoCRM", "Outlook"])
async def test_a_meeting_of_three_connected_colleagues_is_one_record_and_then_it_is_quiet(
    whole: Whole, on: Stage, side: str
) -> None:
    title = told_apart("Three of us")
    if side == "EspoCRM":
        await whole.plans_in_espo(ANN, title, usersIds=[whole.id_of(who) for who in (ANN, BEN, CLEO)])
    else:
        guests = [{"type": "required", "emailAddress": {"address": who.address}} for who in (BEN, CLEO)]
        await whole.plans_in_outlook(ANN, title, attendees=guests)

    await whole.one_in_outlook(ANN, title)
    record = await whole.one_in_espo(ANN, title)

    assert set(record["usersIds"]) == {whole.id_of(who) for who in (ANN, BEN, CLEO)}
    assert [len(await whole.in_outlook(who, title)) for who in (ANN, BEN, CLEO)] == [1, 1, 1]
    assert await writes_during(on, QUIET_SECONDS) == ()
    assert sorted(await whole.mails(title)) == [("invite", BEN.address), ("invite", CLEO.address)]
