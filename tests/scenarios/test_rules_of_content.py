"""M15, M16, M20, M28, M29, M33, M34: fields, guests, conflicts and what is said of them, through all services."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from support.newcomers import connects, not_connected, syncs
from support.striking import ALWAYS, struck
from support.whole import START, Whole, told_apart
from tandem.people.cast import ANN, DANA, FAY, Colleague

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


async def story(whole: Whole, event: str) -> dict[str, Any]:
    (told,) = (await whole.reconciler.why(event))["stories"]
    return dict(told)


async def arrives_both_ways(whole: Whole, who: Colleague) -> None:
    """Both sides have been read and written since this was called."""
    await pair(whole, who)
    title = told_apart("Flag")
    await whole.plans_in_outlook(who, title)
    await whole.one_in_espo(who, title)


async def pair(whole: Whole, who: Colleague) -> tuple[str, str]:
    """Record and event of something that was planned in EspoCRM."""
    title = told_apart("Planned")
    record = await whole.plans_in_espo(who, title)
    return record, (await whole.one_in_outlook(who, title))["id"]


@pytest.mark.rule("M15")
async def test_a_place_travels_both_ways(whole: Whole) -> None:
    dora = await syncs(whole)
    record, event = await pair(whole, dora)

    await whole.espo(dora, "PUT", f"Meeting/{record}", {"location": "Room 4"})

    async def in_room_4() -> bool | None:
        return (await whole.outlook(dora, "GET", f"events/{event}"))["location"]["displayName"] == "Room 4" or None

    assert await whole.eventually(in_room_4)
    await whole.rest()
    await whole.outlook(dora, "PATCH", f"events/{event}", {"location": {"displayName": "Room 5"}})

    async def in_room_5() -> bool | None:
        return (await whole.espo(dora, "GET", f"Meeting/{record}"))["location"] == "Room 5" or None

    assert await whole.eventually(in_room_5)


@pytest.mark.rule("M16")
async def test_a_description_stays_on_the_side_where_the_event_was_not_born(whole: Whole) -> None:
    dora = await syncs(whole)
    record, ours = await pair(whole, dora)
    title = told_apart("Outlook-born")
    theirs = await whole.plans_in_outlook(dora, title)
    pulled = (await whole.one_in_espo(dora, title))["id"]

    await whole.outlook(
        dora, "PATCH", f"events/{ours}", {"body": {"contentType": "text", "content": "Only in Outlook"}}
    )
    await whole.espo(dora, "PUT", f"Meeting/{pulled}", {"description": "Only in EspoCRM"})
    await arrives_both_ways(whole, dora)

    assert not (await whole.espo(dora, "GET", f"Meeting/{record}"))["description"]
    assert "Only in EspoCRM" not in (await whole.outlook(dora, "GET", f"events/{theirs}"))["body"]["content"]


@pytest.mark.rule("M28")
async def test_a_description_that_is_edited_keeps_the_way_into_the_teams_meeting(whole: Whole) -> None:
    dora = await not_connected(whole, access=True)
    await connects(whole, dora)
    title = told_apart("Online")
    record = await whole.plans_in_espo(dora, title, externalService="Microsoft")

    async def online() -> str | None:
        return (await whole.espo(dora, "GET", f"Meeting/{record}")).get("joinUrl") or None

    url = await whole.eventually(online)
    await whole.espo(dora, "PUT", f"Meeting/{record}", {"description": "Agenda: prices"})

    async def body() -> str | None:
        (event,) = await whole.in_outlook(dora, title)
        content = str(event["body"]["content"])
        return content if "Agenda: prices" in content else None

    assert url in await whole.eventually(body)


@pytest.mark.rule("M20")
@pytest.mark.parametrize("wanted", [True, False], ids=["with the parameter", "without"])
async def test_contacts_and_leads_are_guests_in_outlook_only_if_the_parameter_says_so(
    whole: Whole, wanted: bool
) -> None:
    dora = await syncs(whole, contacts_and_leads=wanted)
    title = told_apart("Kick-off")
    contact, lead = (whole.system.directory[person.address].id for person in (DANA, FAY))

    await whole.plans_in_espo(
        dora, title, contactsIds=[contact], leadsIds=[lead], usersIds=[whole.id_of(dora), whole.id_of(ANN)]
    )

    event = await whole.one_in_outlook(dora, title)
    guests = {guest["emailAddress"]["address"] for guest in event["attendees"]}
    assert guests == {ANN.address} | ({DANA.address, FAY.address} if wanted else set())


@pytest.mark.rule("M29")
async def test_edits_of_different_fields_at_once_both_stand(whole: Whole) -> None:
    dora = await syncs(whole)
    record, event = await pair(whole, dora)
    renamed = told_apart("Renamed")

    async def written_in_vain() -> bool | None:
        in_outlook, in_espo = await whole.control_graph("GET", "requests"), await whole.control_espo("GET", "requests")
        tried = {(asked["method"], asked["status"]) for asked in (*in_outlook, *in_espo)}
        return tried >= {("PATCH", 503), ("PUT", 503)} or None

    await whole.control_graph("DELETE", "requests")
    await whole.control_espo("DELETE", "requests")
    # Neither edit can cross before both are known.
    refused = (
        {"path": re.escape(quote(event)), "method": "PATCH", "status": 503},
        {"path": record, "method": "PUT", "status": 503},
    )
    async with struck(whole, refused[:1], refused[1:], times=ALWAYS):
        await whole.espo(dora, "PUT", f"Meeting/{record}", {"name": renamed})
        await whole.outlook(dora, "PATCH", f"events/{event}", {"location": {"displayName": "Room 7"}})
        await whole.eventually(written_in_vain)

    assert (await whole.one_in_outlook(dora, renamed))["location"]["displayName"] == "Room 7"

    async def both() -> bool | None:
        meeting = await whole.espo(dora, "GET", f"Meeting/{record}")
        return (meeting["name"], meeting["location"]) == (renamed, "Room 7") or None

    assert await whole.eventually(both)


@pytest.mark.rule("M29", "M34")
async def test_the_value_that_lost_a_conflict_is_told_and_can_be_restored(whole: Whole) -> None:
    dora = await syncs(whole, winner="outlook")
    record, event = await pair(whole, dora)
    won, lost = told_apart("Outlook's"), told_apart("EspoCRM's")

    await whole.espo(dora, "PUT", f"Meeting/{record}", {"name": lost})
    await whole.outlook(dora, "PATCH", f"events/{event}", {"subject": won})

    async def conflict() -> dict[str, Any] | None:
        journal = (await story(whole, record))["journal"]
        return next((entry for entry in journal if "title" in entry["lost"]), None)

    entry = await whole.eventually(conflict)
    assert (await whole.one_in_espo(dora, won))["id"] == record
    await whole.reconciler.restore(entry["id"])

    assert (await whole.one_in_espo(dora, lost))["id"] == record
    assert (await whole.one_in_outlook(dora, lost))["id"] == event


@pytest.mark.rule("M33")
async def test_guests_hear_only_of_what_concerns_them_and_nothing_of_what_is_over(whole: Whole) -> None:
    dora = await syncs(whole, contacts_and_leads=True, since=f"{START - timedelta(days=60):%Y-%m-%d}")
    contact = whole.system.directory[DANA.address].id
    title, past = told_apart("Review"), told_apart("Last month")
    record = await whole.plans_in_espo(dora, title, contactsIds=[contact])
    await whole.one_in_outlook(dora, title)
    invited = await whole.mails(title)

    await whole.espo(dora, "PUT", f"Meeting/{record}", {"status": "Held"})
    await whole.espo(dora, "PUT", f"Meeting/{record}", {})
    over = START - timedelta(days=45)
    hours = {"dateStart": f"{over:%Y-%m-%d %H:%M:%S}", "dateEnd": f"{over + timedelta(hours=1):%Y-%m-%d %H:%M:%S}"}
    await whole.plans_in_espo(dora, past, contactsIds=[contact], **hours)
    await whole.one_in_outlook(dora, past)

    assert invited == [("invite", DANA.address)]
    assert await whole.mails(title) == invited
    assert await whole.mails(past) == []

    await whole.espo(dora, "PUT", f"Meeting/{record}", {"location": "Room 2"})

    async def updated() -> list[tuple[str, str]] | None:
        mails = await whole.mails(title)
        return mails if mails != invited else None

    await whole.eventually(updated)
    await whole.rest()
    assert await whole.mails(title) == [*invited, ("update", DANA.address)]
