"""What an administrator or an extension changes: fields, types, the join URL, online services; and metadata."""

from typing import Any

import pytest

from support.simulated_espo import Caller, Instance

MICROSOFT = {"externalService": "Microsoft"}
TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc%40thread.v2/0"


async def test_a_field_of_a_standard_type_gets_a_prefix(espo: Instance, api: Caller) -> None:
    field = {"name": "room", "type": "varchar", "label": "Room", "maxLength": 20}
    for scope in ("Call", "CVisit"):
        await espo.admin.post(f"Admin/fieldManager/{scope}", field)

    assert await api.read("Metadata?key=entityDefs.Call.fields.cRoom.maxLength") == 20
    assert await api.read("Metadata?key=entityDefs.CVisit.fields.room.maxLength") == 20


@pytest.mark.parametrize("config", [{"custom_prefix_disabled": True}], indirect=True)
async def test_without_the_prefix_it_keeps_its_name(espo: Instance, api: Caller) -> None:
    await espo.admin.post("Admin/fieldManager/Call", {"name": "room", "type": "varchar"})

    assert await api.read("Metadata?key=entityDefs.Call.fields.room.maxLength") == 100


@pytest.mark.parametrize("config", [{"location_fields": {"Meeting": "location"}}], indirect=True)
async def test_a_location_has_no_forbidden_signs(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna, location="Room <b> = 9")

    assert (await api.read(f"Meeting/{meeting}"))["location"] == "Room <b> = 9"


async def test_a_new_event_type_is_served_at_once(espo: Instance, api: Caller) -> None:
    created = (await espo.admin.post("EntityManager/action/createEntity", {"name": "Tour", "type": "Event"})).json()
    tour = await espo.admin.create("CTour", name="T", dateStart="2026-12-01 09:00:00")

    assert created == {"name": "CTour"}
    assert (await espo.admin.read(f"CTour/{tour}"))["status"] == "Planned"
    assert (await api.get("CTour")).status_code == 403


async def test_the_join_url_can_be_made_writable(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna)
    await espo.admin.put("Admin/fieldManager/Meeting/joinUrl", {"type": "url", "readOnly": False})

    await api.put(f"Meeting/{meeting}", {"joinUrl": TEAMS})
    too_long = await api.put(f"Meeting/{meeting}", {"joinUrl": f"{TEAMS}?{'x' * 300}"})

    assert (await api.read(f"Meeting/{meeting}"))["joinUrl"] == TEAMS
    assert too_long.json()["messageTranslation"]["data"] == {"field": "joinUrl", "type": "maxLength"}
    assert await api.read("Metadata?key=entityDefs.Meeting.fields.joinUrl.readOnly") is False


@pytest.mark.parametrize(
    ("config", "status"), [({"version": "9.3.10"}, 500), ({"version": "10.0.0"}, 200)], indirect=["config"]
)
async def test_nine_crashes_on_a_field_without_its_type(espo: Instance, status: int) -> None:
    answer = await espo.admin.put("Admin/fieldManager/Meeting/joinUrl", {"readOnly": False})

    assert answer.status_code == status


@pytest.mark.parametrize("path", ["Admin/fieldManager/Meeting", "EntityManager/action/createEntity"])
async def test_administration_is_for_administrators(api: Caller, path: str) -> None:
    assert (await api.post(path, {"name": "x", "type": "Event"})).status_code == 403


async def test_an_online_service_that_nobody_offers_is_refused(api: Caller, anna: Caller) -> None:
    given = {"name": "M", "assignedUserId": anna.id, "dateStart": "2026-12-01 09:00:00"} | MICROSOFT
    answer = await api.post("Meeting", given)

    assert (answer.status_code, answer.headers["X-Status-Reason"]) == (400, "Not supported service 'Microsoft'.")


@pytest.mark.parametrize("config", [{"version": "9.3.10"}], indirect=True)
async def test_older_releases_ignore_it(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna, **MICROSOFT)

    assert "externalService" not in await api.read(f"Meeting/{meeting}")


COMPANION = {"companion_extension": True}


@pytest.mark.parametrize("config", [COMPANION], indirect=True)
async def test_the_companion_offers_teams_to_those_with_the_scope(api: Caller, anna: Caller) -> None:
    granted = await api.read("App/user")
    refused = await anna.read("App/user")

    assert granted["acl"]["table"]["OutlookCalendar"] is True
    assert granted["appParams"]["meetingServices"] == [{"name": "Microsoft"}]
    assert "OutlookCalendar" not in refused["acl"]["table"]
    assert refused["appParams"]["meetingServices"] == []


@pytest.mark.parametrize("config", [COMPANION], indirect=True)
async def test_an_online_meeting_stays_one(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna, **MICROSOFT)

    await api.put(f"Meeting/{meeting}", {"externalService": None, "joinUrl": TEAMS, "location": "HQ"})

    shown = await api.read(f"Meeting/{meeting}")
    assert (shown["externalService"], shown["joinUrl"], shown["location"]) == ("Microsoft", TEAMS, "HQ")


@pytest.mark.parametrize("config", [COMPANION], indirect=True)
async def test_without_the_scope_an_online_meeting_is_refused(anna: Caller) -> None:
    given = {"name": "M", "assignedUserId": anna.id, "dateStart": "2026-12-01 09:00:00"} | MICROSOFT
    answer = await anna.post("Meeting", given)

    assert (answer.status_code, answer.headers["X-Status-Reason"]) == (403, "Not allowed service 'Microsoft'.")


@pytest.mark.parametrize(
    "key", ["entityDefs.Nope", "nope.nope", "recordDefs.Meeting", "app.recordId", "entityDefs.Opportunity.fields.name"]
)
async def test_metadata_that_is_missing_or_hidden_is_an_empty_answer(api: Caller, key: str) -> None:
    answer = await api.get(f"Metadata?key={key}")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("scopes.Meeting.calendar", b"true"),
        ("entityDefs.CVisit.fields.location.maxLength", b"255"),
        ("entityDefs.CVisit.fields.location.type", b"varchar"),
    ],
)
async def test_metadata_texts_have_no_quotes(api: Caller, key: str, raw: bytes) -> None:
    assert (await api.get(f"Metadata?key={key}")).content == raw


async def test_event_types_are_told_by_their_scopes(api: Caller) -> None:
    scopes: dict[str, Any] = await api.read("Metadata?key=scopes")

    assert [name for name, scope in scopes.items() if scope.get("type") == "Event"] == ["CVisit"]
    assert scopes["Meeting"]["canceledStatusList"] == ["Not Held"]


@pytest.mark.parametrize(
    ("config", "status"), [({"version": "9.2.7"}, 404), ({"version": "10.0.0"}, 200)], indirect=["config"]
)
async def test_the_api_describes_itself_since_nine_three(api: Caller, status: int) -> None:
    assert (await api.get("OpenApi")).status_code == status
