"""Writing and reading records: what EspoCRM drops in silence, what it counts as a change, what it refuses."""

import json
from typing import Any

import httpx
import pytest

from support.simulated_espo import Caller, Instance

HOURS = {"dateStart": "2026-12-01 09:00:00", "dateEnd": "2026-12-01 10:00:00"}


async def test_read_only_input_is_dropped_without_a_word(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna)
    given = {"id": "x", "createdAt": "2020-01-01 00:00:00", "uid": "mine", "joinUrl": "https://x.test", "fooBar": 1}

    answer = await api.put(f"Meeting/{meeting}", {"name": "New"} | given)

    shown = await espo.admin.read(f"Meeting/{meeting}")
    assert (answer.status_code, shown["name"], shown["id"], shown["joinUrl"]) == (200, "New", meeting, None)
    assert shown["createdAt"] == "2026-11-23 12:00:00"
    assert shown["uid"] != "mine"


async def test_an_administrators_read_only_input_is_dropped_too(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna)

    await espo.admin.put(f"Meeting/{meeting}", {"joinUrl": "https://x.test"})

    assert (await espo.admin.read(f"Meeting/{meeting}"))["joinUrl"] is None


@pytest.mark.parametrize(
    "body",
    [{}, {"name": "Kick-off"}, {"joinUrl": "https://x.test"}, {"nonsense": 1}],
    ids=["empty", "same", "read-only", "unknown"],
)
async def test_a_write_that_changes_nothing_still_counts_as_a_change(
    espo: Instance, api: Caller, anna: Caller, body: dict[str, Any]
) -> None:
    meeting = await espo.meeting(api, anna)
    espo.clock.advance(90)

    await anna.put(f"Meeting/{meeting}", body)

    shown = await api.read(f"Meeting/{meeting}")
    assert (shown["modifiedAt"], shown["modifiedById"]) == ("2026-11-23 12:01:30", anna.id)


async def test_a_body_of_another_content_type_writes_nothing_and_counts_as_a_change(
    espo: Instance, api: Caller, anna: Caller
) -> None:
    meeting = await espo.meeting(api, anna)
    espo.clock.advance(1)

    answer = await api.put(f"Meeting/{meeting}", {"name": "New"}, headers={"Content-Type": "text/plain"})

    assert answer.status_code == 200
    assert answer.json()["name"] == "Kick-off"
    assert answer.json()["modifiedAt"] == "2026-11-23 12:00:01"


async def test_a_new_record_was_never_modified_by_anyone(espo: Instance, api: Caller, anna: Caller) -> None:
    shown = await api.read(f"Meeting/{await espo.meeting(api, anna)}")

    assert (shown["modifiedAt"], shown["modifiedById"]) == ("2026-11-23 12:00:00", None)


async def test_an_answer_to_a_create_omits_what_was_never_set(api: Caller, anna: Caller) -> None:
    answer = (await api.post("Meeting", {"name": "M", "assignedUserId": anna.id} | HOURS)).json()

    assert {"description", "parentId", "modifiedById", "cLocation"} & answer.keys() == set()
    assert (answer["joinUrl"], answer["modifiedByName"]) == (None, None)


async def test_an_answer_to_a_create_has_the_default_duration(api: Caller, anna: Caller) -> None:
    given = {
        "name": "M",
        "assignedUserId": anna.id,
        "dateStart": "2026-12-01 09:00:00",
        "dateEnd": "2026-12-01 12:00:00",
    }
    answer = (await api.post("Meeting", given)).json()

    assert answer["duration"] == 3600
    assert (await api.read(f"Meeting/{answer['id']}"))["duration"] == 10800


async def test_an_answer_to_a_change_echoes_short_moments_that_are_stored_in_full(
    espo: Instance, api: Caller, anna: Caller
) -> None:
    meeting = await espo.meeting(api, anna)

    answer = (await api.put(f"Meeting/{meeting}", {"dateStart": "2026-12-01 09:30"})).json()

    assert answer["dateStart"] == "2026-12-01 09:30"
    assert (await api.read(f"Meeting/{meeting}"))["dateStart"] == "2026-12-01 09:30:00"


async def test_moving_the_start_moves_the_end(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna)

    await api.put(f"Meeting/{meeting}", {"dateStart": "2026-12-02 15:00:00"})

    assert (await api.read(f"Meeting/{meeting}"))["dateEnd"] == "2026-12-02 16:00:00"


async def test_an_end_before_the_start_is_accepted(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna, dateEnd="2026-12-01 08:00:00")

    assert (await api.read(f"Meeting/{meeting}"))["duration"] == -3600


async def test_moments_with_an_offset_are_brought_to_utc(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna, dateStart="2026-12-01T10:00:00+01:00")

    assert (await api.read(f"Meeting/{meeting}"))["dateStart"] == "2026-12-01 09:00:00"


@pytest.mark.parametrize(
    ("given", "field", "rule"),
    [
        ({"name": None}, "name", "required"),
        ({"name": "A <-> B"}, "name", "pattern"),
        ({"name": "x" * 256}, "name", "maxLength"),
        ({"status": None}, "status", "valid"),
        ({"status": "Bogus"}, "status", "valid"),
        ({"dateStart": None}, "dateStart", "required"),
        ({"dateStart": 1700000000}, "dateStart", "valid"),
        ({"dateStart": "2026-12-01T09:00:00.000Z"}, "dateStart", "valid"),
        ({"dateStart": "2026-13-40 09:00:00"}, "dateStart", "valid"),
        ({"assignedUserId": None}, "assignedUser", "required"),
        ({"cLocation": "x" * 256}, "cLocation", "maxLength"),
        ({"parentType": "User", "parentId": "x"}, "parent", "valid"),
    ],
)
async def test_a_refused_field_is_named_with_the_rule_it_broke(
    api: Caller, anna: Caller, given: dict[str, Any], field: str, rule: str
) -> None:
    answer = await api.post("Meeting", {"name": "M", "assignedUserId": anna.id} | HOURS | given)

    data = answer.json()["messageTranslation"]["data"]
    assert (answer.status_code, data) == (400, {"field": field, "type": rule})
    assert answer.headers["X-Status-Reason"] == (
        f"Field validation failure; entityType: Meeting, field: {field}, type: {rule}."
    )


async def test_an_api_user_gets_no_assignee_by_default(api: Caller, anna: Caller) -> None:
    for caller in (api, anna):
        assert (await caller.post("Meeting", {"name": "M"} | HOURS)).status_code == 400


async def test_a_meeting_needs_no_end_but_a_call_does(api: Caller, anna: Caller) -> None:
    given = {"name": "M", "assignedUserId": anna.id, "dateStart": "2026-12-01 09:00:00"}

    assert (await api.post("Meeting", given)).status_code == 200
    assert (await api.post("Call", given)).status_code == 400


async def test_values_of_other_types_are_taken_as_meant(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna, name=123, isAllDay="true")

    shown = await api.read(f"Meeting/{meeting}")
    assert (shown["name"], shown["isAllDay"]) == ("123", True)


async def test_names_are_trimmed(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna, name="  Kick-off ")

    assert (await api.read(f"Meeting/{meeting}"))["name"] == "Kick-off"


async def test_json_is_written_as_php_writes_it(api: Caller, anna: Caller) -> None:
    answer = await api.post("Meeting", {"name": "a/ä €", "assignedUserId": anna.id} | HOURS)

    assert rb'"name":"a\/\u00e4 \u20ac"' in answer.content


async def test_malformed_json_is_a_crash_without_words(http: httpx.AsyncClient) -> None:
    headers = {"X-Api-Key": "tandem-api-key", "Content-Type": "application/json"}
    answer = await http.post("/api/v1/Meeting", content=b'{"name": ', headers=headers)

    assert (answer.status_code, answer.content, "X-Status-Reason" in answer.headers) == (500, b"", False)


async def test_a_deleted_record_is_gone_but_for_administrators(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna)

    deleted = await api.delete(f"Meeting/{meeting}")

    assert deleted.content == b"true"
    assert (await api.get(f"Meeting/{meeting}")).status_code == 404
    assert (await api.put(f"Meeting/{meeting}", {})).headers["X-Status-Reason"] == f"Record {meeting} not found."
    assert (await espo.admin.read(f"Meeting/{meeting}"))["deleted"] is True
    assert await api.search("Meeting") == {"total": 0, "list": []}


async def test_a_restored_record_bears_no_trace_of_it(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna)
    await api.delete(f"Meeting/{meeting}")
    espo.clock.advance(60)

    await espo.admin.post("Meeting/action/restoreDeleted", {"id": meeting})

    assert (await api.read(f"Meeting/{meeting}"))["modifiedAt"] == "2026-11-23 12:00:00"


async def test_only_administrators_restore(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna)
    await api.delete(f"Meeting/{meeting}")

    assert (await api.post("Meeting/action/restoreDeleted", {"id": meeting})).status_code == 403


async def test_last_write_wins_on_events_whatever_version_is_claimed(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna)

    answer = await api.put(f"Meeting/{meeting}", {"name": "New"}, headers={"X-Version-Number": "1"})

    assert answer.status_code == 200


async def test_accounts_refuse_a_write_upon_another_version(espo: Instance) -> None:
    account = await espo.admin.create("Account", name="Acme")
    await espo.admin.put(f"Account/{account}", {"name": "Acme 2"})

    answer = await espo.admin.put(f"Account/{account}", {"name": "Acme 3"}, headers={"X-Version-Number": "1"})

    assert answer.status_code == 409
    assert answer.json() == {"values": {"name": "Acme 2"}, "versionNumber": 2}


async def test_the_account_of_an_event_is_that_of_its_parent(espo: Instance, api: Caller, anna: Caller) -> None:
    account = await espo.admin.create("Account", name="Acme")

    meeting = await espo.meeting(api, anna, parentType="Account", parentId=account)

    shown = await api.read(f"Meeting/{meeting}")
    assert (shown["accountId"], shown["parentName"], shown["accountName"]) == (account, "Acme", "Acme")


async def test_an_unknown_entity_type_is_named(api: Caller) -> None:
    answer = await api.get("Foo")

    assert (answer.status_code, answer.headers["X-Status-Reason"]) == (404, "Controller 'Foo' does not exist.")


async def test_a_wrong_method_is_answered_by_the_web_framework(api: Caller) -> None:
    answer = await api.put("Meeting", {})

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")
    assert answer.text.startswith("<!doctype html>")


async def test_ids_are_seventeen_digits_that_grow(espo: Instance, api: Caller, anna: Caller) -> None:
    ids = [await espo.meeting(api, anna) for _ in range(3)]

    assert {len(each) for each in ids} == {17}
    assert ids == sorted(ids)


async def test_personal_reminders_survive_a_new_name_but_not_a_new_hour(
    espo: Instance, api: Caller, anna: Caller
) -> None:
    meeting = await espo.meeting(api, anna)
    reminders = [{"seconds": 1800, "type": "Popup"}]
    await anna.put(f"Meeting/{meeting}", {"reminders": reminders})

    await api.put(f"Meeting/{meeting}", {"name": "New"})
    kept = (await anna.read(f"Meeting/{meeting}"))["reminders"]
    await api.put(f"Meeting/{meeting}", {"dateStart": "2026-12-03 09:00:00"})
    lost = (await anna.read(f"Meeting/{meeting}"))["reminders"]

    assert (kept, lost) == (reminders, [])


async def test_a_bulk_action_is_a_normal_save(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna)
    espo.clock.advance(5)

    await anna.post("Meeting/action/massSetHeld", {"ids": [meeting]})

    shown = await api.read(f"Meeting/{meeting}")
    assert (shown["status"], shown["modifiedAt"]) == ("Held", "2026-11-23 12:00:05")


async def test_the_root_says_what_it_is(api: Caller) -> None:
    assert json.loads((await api.get("")).content) == "EspoCRM REST API"
