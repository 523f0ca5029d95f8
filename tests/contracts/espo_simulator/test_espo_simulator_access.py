"""Who may call, and what roles let them see: keys, signatures, passwords, the throttle, maintenance, field rights."""

import base64
import hashlib
import hmac
from typing import Any

import pytest

from support.simulated_espo import API_KEY, Caller, Instance


def proof(user: dict[str, Any], signed: str, *, binary: bool = False) -> str:
    digest = hmac.new(user["secretKey"].encode(), signed.encode(), hashlib.sha256)
    return base64.b64encode(
        user["apiKey"].encode() + b":" + (digest.digest() if binary else digest.hexdigest().encode())
    ).decode()


@pytest.fixture
async def signer(espo: Instance) -> dict[str, Any]:
    """An API user who signs his requests, with the connector's role."""
    listed = (await espo.admin.search("User"))["list"]
    (connector,) = [row["id"] for row in listed if row["userName"] == "connector"]
    roles = (await espo.admin.read(f"User/{connector}"))["rolesIds"]
    user = {"userName": "signer", "lastName": "signer", "type": "api", "authMethod": "Hmac", "rolesIds": roles}
    answer: dict[str, Any] = (await espo.admin.post("User", user)).raise_for_status().json()
    return answer


async def test_nobody_is_asked_for_a_password_in_a_browsers_way(espo: Instance) -> None:
    answer = await espo.stranger().get("Meeting")

    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["WWW-Authenticate"] == 'Basic realm=""'
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("headers", [{"X-Api-Key": "wrong"}, {"Referer": "http://x.example/"}])
async def test_a_wrong_key_or_a_page_is_not(espo: Instance, headers: dict[str, str]) -> None:
    answer = await espo.stranger(**headers).get("Meeting")

    assert (answer.status_code, "WWW-Authenticate" in answer.headers) == (401, False)


async def test_an_inactive_api_user_is_nobody(espo: Instance, api: Caller) -> None:
    listed = (await espo.admin.search("User"))["list"]
    (connector,) = [row["id"] for row in listed if row["userName"] == "connector"]
    await espo.admin.put(f"User/{connector}", {"isActive": False})

    assert (await api.get("Meeting")).status_code == 401


@pytest.mark.parametrize("binary", [False, True], ids=["hex", "legacy"])
async def test_a_signed_request_is_known(espo: Instance, signer: dict[str, Any], *, binary: bool) -> None:
    header = proof(signer, "GET /Meeting", binary=binary)

    assert (await espo.stranger(X_Hmac_Authorization=header).get("Meeting?maxSize=1")).status_code == 200


@pytest.mark.parametrize("signed", ["POST /Meeting", "GET /Meeting?maxSize=1"])
async def test_a_signature_of_something_else_is_not(espo: Instance, signer: dict[str, Any], signed: str) -> None:
    header = proof(signer, signed)

    assert (await espo.stranger(X_Hmac_Authorization=header).get("Meeting?maxSize=1")).status_code == 401


@pytest.mark.usefixtures("anna")
async def test_a_key_cannot_act_for_another_user(espo: Instance) -> None:
    answer = await espo.stranger(X_Api_Key=API_KEY, X_Another_User="anna").get("Meeting")

    assert (answer.status_code, answer.content) == (401, b"")


async def test_an_administrator_can(espo: Instance, anna: Caller) -> None:
    answer = await espo.admin.get("App/user", headers={"X-Another-User": "anna"})

    assert answer.json()["user"]["id"] == anna.id


async def test_eleven_wrong_keys_close_the_door_to_good_ones(espo: Instance, api: Caller) -> None:
    stranger = espo.stranger(X_Api_Key="wrong")

    answered = [(await stranger.get("Meeting")).status_code for _ in range(12)]
    good = await api.get("Meeting")

    assert answered == [401] * 11 + [403]
    assert (good.status_code, good.content, good.headers.get("X-Status-Reason")) == (403, b"", None)


async def test_the_door_opens_after_a_minute(espo: Instance, api: Caller) -> None:
    for _ in range(11):
        await espo.stranger(X_Api_Key="wrong").get("Meeting")
    espo.clock.advance(61)

    assert (await api.get("Meeting")).status_code == 200


async def test_a_token_passes_the_closed_door(espo: Instance, anna: Caller) -> None:
    password = base64.b64encode(b"anna:anna").decode()
    token = (await espo.stranger(Espo_Authorization=password).read("App/user"))["token"]
    for _ in range(11):
        await espo.stranger(X_Api_Key="wrong").get("Meeting")
    header = base64.b64encode(f"anna:{token}".encode()).decode()

    by_token = espo.stranger(Espo_Authorization=header, Espo_Authorization_By_Token="true")

    assert ((await by_token.get("Meeting")).status_code, (await anna.get("Meeting")).status_code) == (200, 403)


async def test_an_unreadable_header_is_a_bad_request(espo: Instance) -> None:
    answer = await espo.stranger(Espo_Authorization=base64.b64encode(b"nocolon").decode()).get("Meeting")

    assert answer.status_code == 400
    assert answer.headers["X-Status-Reason"] == "Auth: Bad authorization string provided."


async def test_maintenance_is_for_everyone_but_administrators(espo: Instance, api: Caller) -> None:
    await espo.control("maintenance", {"on": True})

    answer = await api.get("Meeting")

    assert answer.status_code == 503
    assert answer.headers["X-Status-Reason"] == answer.json()["message"] == "Application is in maintenance mode."
    assert (await espo.admin.get("Meeting")).status_code == 200


async def test_without_a_role_there_is_no_access_to_events(espo: Instance) -> None:
    await espo.control("users", {"userName": "norole", "lastName": "norole", "apiKey": "k"})
    norole = espo.stranger(X_Api_Key="k")

    listed, created = await norole.get("Meeting"), await norole.post("Meeting", {})

    assert (listed.status_code, listed.headers["X-Status-Reason"]) == (403, "No read access.")
    assert (created.status_code, created.headers["X-Status-Reason"]) == (403, "No create access.")


async def test_the_connector_may_not_edit_contacts(espo: Instance, api: Caller) -> None:
    contact = (await espo.control("contacts", {"name": "Carl Kunde"}))["id"]

    answer = await api.put(f"Contact/{contact}", {"title": "Dr"})

    assert (answer.status_code, answer.headers["X-Status-Reason"]) == (403, "No edit access.")


async def test_a_role_of_own_records_shows_own_and_invited_ones(
    espo: Instance,
    api: Caller,
    anna: Caller,
) -> None:
    own = dict.fromkeys(("read", "edit", "delete", "stream"), "own")
    mine = {"userName": "clara", "name": "Clara Corp", "acl": {"Meeting": own, "User": {"read": "all"}}}
    clara = espo.person("clara", "clara", (await espo.control("users", mine))["id"])
    hidden = await espo.meeting(api, anna)
    assigned, invited = await espo.meeting(api, clara), await espo.meeting(api, anna, usersIds=[anna.id, clara.id])

    listed = {row["id"] for row in (await clara.search("Meeting"))["list"]}

    assert listed == {assigned, invited}
    assert (await clara.get(f"Meeting/{hidden}")).headers["X-Status-Reason"] == "No 'read' access."
    assert (await clara.put(f"Meeting/{invited}", {})).status_code == 403


async def test_the_uid_shows_to_administrators_only(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna)

    assert "uid" not in await api.read(f"Meeting/{meeting}")
    assert len((await espo.admin.read(f"Meeting/{meeting}"))["uid"]) == 36


@pytest.mark.parametrize("config", [{"uid_readable": True}], indirect=True)
async def test_the_uid_can_be_read_and_searched_where_the_role_grants_it(
    espo: Instance, api: Caller, anna: Caller
) -> None:
    meeting = await espo.meeting(api, anna)
    uid = (await api.read(f"Meeting/{meeting}"))["uid"]

    page = await api.search("Meeting", where=[{"type": "equals", "attribute": "uid", "value": uid}])
    await api.put(f"Meeting/{meeting}", {"uid": "mine"})

    assert [row["id"] for row in page["list"]] == [meeting]
    assert (await api.read(f"Meeting/{meeting}"))["uid"] == uid


async def test_a_user_without_assignment_permission_assigns_to_himself_only(espo: Instance, anna: Caller) -> None:
    role = {"name": "Alone", "assignmentPermission": "no", "data": {"Meeting": {"create": "yes", "read": "all"}}}
    created = await espo.admin.create("Role", **role)
    user = {"userName": "dora", "name": "Dora Corp", "rolesIds": [created]}
    dora = espo.person("dora", "dora", (await espo.control("users", user))["id"])
    given = {"name": "M", "dateStart": "2026-12-01 09:00:00"}

    refused = await dora.post("Meeting", given | {"assignedUserId": anna.id})

    assert refused.headers["X-Status-Reason"] == "Assignment failure: assigned user or team not allowed."
    assert (await dora.post("Meeting", given | {"assignedUserId": dora.id})).status_code == 200


async def test_the_connection_test_tells_rights_and_zones(api: Caller) -> None:
    told = await api.read("App/user")

    assert told["acl"]["table"]["Meeting"]["edit"] == "all"
    assert told["acl"]["table"]["Webhook"] is True
    assert (told["settings"]["timeZone"], told["preferences"]["timeZone"]) == ("Europe/Berlin", None)
    assert "apiKey" not in told["user"]


async def test_the_system_zone_is_public_and_the_version_is_not(espo: Instance, api: Caller) -> None:
    public, full = await espo.stranger().read("Settings"), await api.read("Settings")

    assert (public["timeZone"], "version" in public) == ("Europe/Berlin", False)
    assert (full["version"], full["recordListMaxSizeLimit"]) == ("10.0.0", 200)


async def test_the_product_tells_its_version(api: Caller) -> None:
    assert (await api.read("App/about"))["version"] == "10.0.0"
