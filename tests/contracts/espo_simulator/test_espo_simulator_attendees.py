"""Attendees: whole sets, statuses that come back, assignees that cannot leave, replies that leave no trace."""

from typing import Any

import pytest

from support.simulated_espo import Caller, Instance

MASKED = "dummy@dummy.dummy"


async def statuses(caller: Caller, meeting: str) -> dict[str, str]:
    columns = (await caller.read(f"Meeting/{meeting}"))["usersColumns"]
    return {user: column["status"] for user, column in columns.items()}


async def test_the_assignee_attends_without_having_replied(espo: Instance, api: Caller, anna: Caller) -> None:
    assert await statuses(api, await espo.meeting(api, anna)) == {anna.id: "None"}


async def test_someone_who_invites_himself_has_accepted(espo: Instance, anna: Caller) -> None:
    assert await statuses(anna, await espo.meeting(anna, anna)) == {anna.id: "Accepted"}


async def test_the_given_ids_are_the_whole_set_with_the_assignee(
    espo: Instance, api: Caller, anna: Caller, boris: Caller
) -> None:
    meeting = await espo.meeting(api, anna, usersIds=[anna.id, boris.id])

    await api.put(f"Meeting/{meeting}", {"usersIds": []})

    assert await statuses(api, meeting) == {anna.id: "None"}


async def test_a_reassigned_meeting_keeps_its_old_assignee(
    espo: Instance, api: Caller, anna: Caller, boris: Caller
) -> None:
    meeting = await espo.meeting(api, anna)

    await api.put(f"Meeting/{meeting}", {"assignedUserId": boris.id})

    assert set(await statuses(api, meeting)) == {anna.id, boris.id}


async def test_someone_invited_again_has_the_old_reply(
    espo: Instance, api: Caller, anna: Caller, boris: Caller
) -> None:
    accepted = {boris.id: {"status": "Accepted"}}
    meeting = await espo.meeting(api, anna, usersIds=[anna.id, boris.id], usersColumns=accepted)
    await api.put(f"Meeting/{meeting}", {"usersIds": [anna.id]})

    await api.put(f"Meeting/{meeting}", {"usersIds": [anna.id, boris.id]})

    assert (await statuses(api, meeting))[boris.id] == "Accepted"


async def test_someone_invited_again_with_a_reply_has_that(
    espo: Instance, api: Caller, anna: Caller, boris: Caller
) -> None:
    accepted = {boris.id: {"status": "Accepted"}}
    meeting = await espo.meeting(api, anna, usersIds=[anna.id, boris.id], usersColumns=accepted)
    await api.put(f"Meeting/{meeting}", {"usersIds": [anna.id]})

    again = {"usersIds": [anna.id, boris.id], "usersColumns": {boris.id: {"status": "None"}}}
    await api.put(f"Meeting/{meeting}", again)

    assert (await statuses(api, meeting))[boris.id] == "None"


async def test_partial_columns_leave_other_replies_alone(
    espo: Instance, api: Caller, anna: Caller, boris: Caller
) -> None:
    meeting = await espo.meeting(api, anna, usersIds=[anna.id, boris.id])

    await api.put(f"Meeting/{meeting}", {"usersColumns": {boris.id: {"status": "Declined"}}})

    assert await statuses(api, meeting) == {anna.id: "None", boris.id: "Declined"}


async def test_columns_of_people_who_are_not_invited_are_ignored(
    espo: Instance, api: Caller, anna: Caller, boris: Caller
) -> None:
    meeting = await espo.meeting(api, anna)

    await api.put(f"Meeting/{meeting}", {"usersColumns": {boris.id: {"status": "Accepted"}}})

    assert set(await statuses(api, meeting)) == {anna.id}


async def test_any_text_is_stored_as_a_reply(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna, usersIds=[anna.id], usersColumns={anna.id: {"status": "Bogus"}})

    assert await statuses(api, meeting) == {anna.id: "Bogus"}


@pytest.mark.parametrize("ids", [None, "abc", ["same", "same"]])
async def test_what_is_no_set_of_ids_crashes(espo: Instance, api: Caller, anna: Caller, ids: Any) -> None:
    meeting = await espo.meeting(api, anna)

    answer = await api.put(f"Meeting/{meeting}", {"usersIds": ids})

    assert (answer.status_code, answer.content) == (500, b"")


async def test_a_missing_person_is_refused(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna)

    answer = await api.put(f"Meeting/{meeting}", {"contactsIds": ["ffffffffffffffff0"]})

    assert answer.status_code == 403
    assert answer.json()["messageTranslation"]["label"] == "cannotRelateNonExisting"


async def test_an_inactive_user_is_refused(espo: Instance, api: Caller, boris: Caller) -> None:
    await espo.admin.put(f"User/{boris.id}", {"isActive": False})

    answer = await api.post("Meeting", {"name": "M", "assignedUserId": boris.id, "dateStart": "2026-12-01 09:00:00"})

    assert answer.json()["messageTranslation"]["label"] == "cannotRelateForbidden"


async def test_an_attendee_deactivated_later_does_not_hurt(
    espo: Instance, api: Caller, anna: Caller, boris: Caller
) -> None:
    meeting = await espo.meeting(api, anna, usersIds=[anna.id, boris.id])
    await espo.admin.put(f"User/{boris.id}", {"isActive": False})

    answer = await api.put(f"Meeting/{meeting}", {"usersIds": [anna.id, boris.id]})

    assert answer.status_code == 200


async def test_a_contact_deleted_later_vanishes_and_cannot_be_sent_again(
    espo: Instance, api: Caller, anna: Caller
) -> None:
    contact = (await espo.control("contacts", {"name": "Carl Kunde"}))["id"]
    meeting = await espo.meeting(api, anna, contactsIds=[contact])
    await espo.admin.delete(f"Contact/{contact}")

    assert (await api.read(f"Meeting/{meeting}"))["contactsIds"] == []
    assert (await api.put(f"Meeting/{meeting}", {"contactsIds": [contact]})).status_code == 403


async def test_custom_event_types_have_no_attendees(api: Caller, anna: Caller) -> None:
    answer = await api.post("CVisit", {"name": "V", "dateStart": "2026-12-01 09:00:00", "usersIds": [anna.id]})

    assert answer.status_code == 200
    assert "usersIds" not in answer.json()


async def test_a_reply_moves_nothing_but_the_reply(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna)
    espo.clock.advance(60)

    answer = await anna.post("Meeting/action/setAcceptanceStatus", {"id": meeting, "status": "Tentative"})

    assert answer.content == b"true"
    assert (await api.read(f"Meeting/{meeting}"))["modifiedAt"] == "2026-11-23 12:00:00"
    assert await statuses(api, meeting) == {anna.id: "Tentative"}


async def test_a_reply_leaves_a_note_in_the_stream(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna)
    await anna.post("Meeting/action/setAcceptanceStatus", {"id": meeting, "status": "Declined"})

    note = (await api.read(f"Meeting/{meeting}/stream"))["list"][0]

    assert (note["type"], note["relatedId"], note["data"]["status"]) == ("EventConfirmation", anna.id, "Declined")


async def test_only_those_invited_reply(espo: Instance, api: Caller, anna: Caller, boris: Caller) -> None:
    meeting = await espo.meeting(api, anna)

    answer = await boris.post("Meeting/action/setAcceptanceStatus", {"id": meeting, "status": "Accepted"})

    assert answer.status_code == 403


async def test_linking_by_the_link_endpoint_is_no_change(espo: Instance, api: Caller, anna: Caller) -> None:
    contact = (await espo.control("contacts", {"name": "Carl Kunde"}))["id"]
    meeting = await espo.meeting(api, anna)
    espo.clock.advance(60)

    linked = await anna.post(f"Meeting/{meeting}/contacts", {"id": contact})
    shown = await api.read(f"Meeting/{meeting}")
    await anna.delete(f"Meeting/{meeting}/contacts", {"id": contact})

    assert (linked.content, shown["contactsIds"]) == (b"true", [contact])
    assert shown["modifiedAt"] == "2026-11-23 12:00:00"
    assert (await api.read(f"Meeting/{meeting}"))["contactsIds"] == []


async def test_the_link_endpoint_needs_edit_access_to_the_other_side(espo: Instance, api: Caller, anna: Caller) -> None:
    contact = (await espo.control("contacts", {"name": "Carl Kunde"}))["id"]
    meeting = await espo.meeting(api, anna)

    answer = await api.post(f"Meeting/{meeting}/contacts", {"id": contact})

    assert (answer.status_code, answer.json()["messageTranslation"]["label"]) == (403, "noAccessToForeignRecord")


async def test_linking_nothing_is_false(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna)

    assert (await api.post(f"Meeting/{meeting}/contacts", {})).content == b"false"


async def test_users_addresses_are_masked_to_all_but_administrators(espo: Instance, api: Caller, anna: Caller) -> None:
    contact = (await espo.control("contacts", {"name": "Carl Kunde", "emailAddress": "carl@client.example"}))["id"]
    meeting = await espo.meeting(api, anna, contactsIds=[contact])

    seen = [each["emailAddress"] for each in (await anna.read(f"Meeting/{meeting}/attendees"))["list"]]
    seen_by_admin = [each["emailAddress"] for each in (await espo.admin.read(f"Meeting/{meeting}/attendees"))["list"]]

    assert seen == [MASKED, "carl@client.example"]
    assert seen_by_admin == ["anna@corp.example", "carl@client.example"]
