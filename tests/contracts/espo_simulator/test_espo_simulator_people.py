"""People: found by any address, in any case; created unless EspoCRM knows them already."""

import pytest

from support.simulated_espo import Caller, Instance


async def found(caller: Caller, entity: str, kind: str, value: object) -> list[str]:
    where = [{"type": kind, "attribute": "emailAddress", "value": value}]
    return [row["name"] for row in (await caller.search(entity, where=where, select=["name"]))["list"]]


@pytest.fixture
async def eva(espo: Instance) -> str:
    """A contact with two addresses."""
    given = {"name": "Eva Zwei", "emailAddresses": ["Eva@Client.Example", "eva.private@home.example"]}
    return str((await espo.control("contacts", given))["id"])


@pytest.mark.parametrize("address", ["eva@client.example", "EVA@client.example", "Eva.Private@home.example"])
@pytest.mark.parametrize("kind", ["equals", "in"])
async def test_any_address_finds_its_owner(api: Caller, eva: str, address: str, kind: str) -> None:
    assert eva
    value = [address] if kind == "in" else address

    assert await found(api, "Contact", kind, value) == ["Eva Zwei"]


async def test_part_of_an_address_finds_its_owner(api: Caller, eva: str) -> None:
    assert eva
    assert await found(api, "Contact", "like", "%PRIVATE%") == ["Eva Zwei"]


async def test_an_address_may_belong_to_several(espo: Instance, api: Caller, eva: str) -> None:
    await espo.control("contacts", {"name": "Other One", "emailAddress": "eva@client.example"})

    assert eva
    assert sorted(await found(api, "Contact", "equals", "eva@client.example")) == ["Eva Zwei", "Other One"]


async def test_the_whole_address_data_shows_in_reads_only(api: Caller, eva: str) -> None:
    read = await api.read(f"Contact/{eva}")
    (row,) = (await api.search("Contact"))["list"]

    assert [each["lower"] for each in read["emailAddressData"]] == ["eva@client.example", "eva.private@home.example"]
    assert (row["emailAddress"], "emailAddressData" in row) == ("Eva@Client.Example", False)


async def test_leads_are_found_as_contacts_are(espo: Instance, api: Caller) -> None:
    await espo.control("leads", {"name": "Lee Prospect", "emailAddress": "lee@prospect.example"})

    assert await found(api, "Lead", "equals", "LEE@prospect.example") == ["Lee Prospect"]


async def test_inactive_users_show_to_administrators_only(espo: Instance, api: Caller, boris: Caller) -> None:
    await espo.admin.put(f"User/{boris.id}", {"isActive": False})

    assert await found(api, "User", "equals", "boris@corp.example") == []
    assert await found(espo.admin, "User", "equals", "boris@corp.example") == ["Boris Corp"]
    assert (await api.get(f"User/{boris.id}")).headers["X-Status-Reason"] == "No 'read' access."


async def test_lists_of_users_have_no_api_users(anna: Caller) -> None:
    listed = [row["userName"] for row in (await anna.search("User"))["list"]]

    assert listed == ["admin", "anna"]


async def test_an_api_user_can_be_read_by_id(espo: Instance, anna: Caller) -> None:
    listed = (await espo.admin.search("User"))["list"]
    (connector,) = [row["id"] for row in listed if row["userName"] == "connector"]

    assert (await anna.read(f"User/{connector}"))["type"] == "api"


async def test_keys_and_passwords_are_never_shown_to_others(espo: Instance, anna: Caller) -> None:
    listed = (await espo.admin.search("User"))["list"]
    (connector,) = [row["id"] for row in listed if row["userName"] == "connector"]

    assert "apiKey" not in await anna.read(f"User/{connector}")
    assert (await espo.admin.read(f"User/{connector}"))["apiKey"] == "tandem-api-key"
    assert "password" not in await espo.admin.read(f"User/{anna.id}")


@pytest.mark.parametrize(
    "person",
    [
        {"firstName": "Eva", "lastName": "Zwei", "emailAddress": "new@client.example"},
        {"firstName": "Other", "lastName": "Name", "emailAddress": "EVA.private@home.example"},
    ],
    ids=["same name", "a secondary address"],
)
async def test_someone_known_already_is_a_conflict(api: Caller, eva: str, person: dict[str, str]) -> None:
    answer = await api.post("Contact", person)

    assert (answer.status_code, answer.headers["X-Status-Reason"]) == (409, "duplicate")
    assert [each["id"] for each in answer.json()] == [eva]


async def test_a_lead_may_have_the_address_of_a_contact(api: Caller, eva: str) -> None:
    assert eva
    answer = await api.post("Lead", {"lastName": "Zwei", "emailAddress": "eva@client.example"})

    assert answer.status_code == 200


async def test_the_check_for_duplicates_can_be_skipped(api: Caller, eva: str) -> None:
    assert eva
    person = {"firstName": "Eva", "lastName": "Zwei"}

    by_header = await api.post("Contact", person, headers={"X-Skip-Duplicate-Check": "true"})
    by_body = await api.post("Contact", person | {"_skipDuplicateCheck": True})

    assert (by_header.status_code, by_body.status_code) == (200, 200)


async def test_a_contact_needs_a_last_name_and_a_sound_address(api: Caller) -> None:
    nameless = await api.post("Contact", {"firstName": "X"})
    unsound = await api.post("Contact", {"lastName": "X", "emailAddress": "not an address"})

    assert nameless.json()["messageTranslation"]["data"] == {"field": "lastName", "type": "required"}
    assert unsound.json()["messageTranslation"]["data"] == {"field": "emailAddress", "type": "emailAddress"}


async def test_the_address_search_of_the_mail_client_is_closed_to_the_connector(api: Caller) -> None:
    assert (await api.get("EmailAddress/search?q=eva")).status_code == 403
