"""What deliveries say: bodies, signatures, who is left out."""

import base64
import hashlib
import hmac
from typing import Any

import pytest

from support.simulated_espo import Caller, Hooks, Instance


@pytest.fixture
async def watched(espo: Instance, api: Caller, anna: Caller, hooks_url: str) -> str:
    """A meeting whose updates and removals are told to the receiver; its creation was not."""
    meeting = str(await espo.meeting(api, anna))
    for event in ("create", "update", "delete"):
        await api.create("Webhook", event=f"Meeting.{event}", url=f"{hooks_url}/{event}")
    return meeting


async def told(espo: Instance, hooks: Hooks) -> Any:
    await espo.control("cron")
    (body,) = hooks.bodies
    return body


async def test_both_signatures_cover_the_raw_body(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    created = (await api.post("Webhook", {"event": "Meeting.create", "url": hooks_url})).json()
    await espo.meeting(anna, anna, name="a/ä")
    await espo.control("cron")

    ((_, headers, raw),) = hooks.raw
    digest = hmac.new(created["secretKey"].encode(), raw, hashlib.sha256)
    current, legacy = base64.b64decode(headers["signature"]), base64.b64decode(headers["x-signature"])
    assert current.decode() == f"{created['id']}:{digest.hexdigest()}"
    assert legacy == created["id"].encode() + b":" + digest.digest()
    assert rb"a\/\u00e4" in raw


@pytest.mark.parametrize(
    ("config", "agent", "accept"),
    [({"version": "9.3.10"}, None, "*/*"), ({"version": "10.0.0"}, "GuzzleHttp/7", None)],
    indirect=["config"],
)
@pytest.mark.usefixtures("watched")
async def test_each_sender_has_its_headers(
    espo: Instance, anna: Caller, hooks: Hooks, agent: str | None, accept: str | None
) -> None:
    await espo.meeting(anna, anna)
    await espo.control("cron")

    ((_, headers, _),) = hooks.raw
    assert (headers.get("user-agent"), headers.get("accept")) == (agent, accept)
    assert headers["content-type"] == "application/json"


@pytest.mark.usefixtures("watched")
async def test_a_create_tells_the_whole_without_names_of_links(espo: Instance, anna: Caller, hooks: Hooks) -> None:
    meeting = await espo.meeting(anna, anna, name="New")

    (item,) = await told(espo, hooks)
    assert (item["id"], item["name"], item["createdById"]) == (meeting, "New", anna.id)
    assert item["usersColumns"] == {anna.id: {"status": "Accepted"}}
    assert {"uid", "usersNames", "modifiedById", "followersIds", "description"} & item.keys() == set()


async def test_an_update_tells_what_changed_and_who_if_someone_else(
    espo: Instance, anna: Caller, hooks: Hooks, watched: str
) -> None:
    await anna.put(f"Meeting/{watched}", {"name": "New"})

    who = {"modifiedById": anna.id, "modifiedByName": "Anna Corp"}
    assert await told(espo, hooks) == [{"name": "New", "reminders": [], "id": watched} | who]


async def test_an_update_that_changes_nothing_is_told_all_the_same(
    espo: Instance, anna: Caller, hooks: Hooks, watched: str
) -> None:
    await anna.put(f"Meeting/{watched}", {})
    await espo.control("cron")
    hooks.raw.clear()

    await anna.put(f"Meeting/{watched}", {})

    assert await told(espo, hooks) == [{"reminders": [], "id": watched}]


async def test_a_new_start_is_told_with_the_end_that_followed(
    espo: Instance, anna: Caller, hooks: Hooks, watched: str
) -> None:
    await anna.put(f"Meeting/{watched}", {"dateStart": "2026-12-05 09:00:00"})

    (item,) = await told(espo, hooks)
    assert (item["dateStart"], item["dateEnd"]) == ("2026-12-05 09:00:00", "2026-12-05 10:00:00")
    assert "modifiedAt" not in item


async def test_a_reassignment_is_told_with_the_attendees_that_came_of_it(
    espo: Instance, anna: Caller, boris: Caller, hooks: Hooks, watched: str
) -> None:
    await anna.put(f"Meeting/{watched}", {"assignedUserId": boris.id})

    (item,) = await told(espo, hooks)
    assert (item["assignedUserId"], item["usersIds"]) == (boris.id, [anna.id, boris.id])
    assert "usersColumns" not in item


async def test_a_removal_tells_the_id_alone(espo: Instance, anna: Caller, hooks: Hooks, watched: str) -> None:
    await anna.delete(f"Meeting/{watched}")

    assert await told(espo, hooks) == [{"id": watched}]


async def test_a_watched_field_is_told_with_all_its_attributes(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    meeting = await espo.meeting(api, anna)
    await api.create("Webhook", event="Meeting.fieldUpdate.dateStart", url=hooks_url)

    await anna.put(f"Meeting/{meeting}", {"name": "New"})
    await anna.put(f"Meeting/{meeting}", {"dateStart": "2026-12-05 09:00:00"})

    start = {"dateStart": "2026-12-05 09:00:00", "dateStartDate": None}
    assert await told(espo, hooks) == [{"id": meeting} | start]


async def test_calls_tell_of_phone_numbers_too(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    hours = {"dateStart": "2026-12-01 09:00:00", "dateEnd": "2026-12-01 10:00:00"}
    call = await anna.create("Call", name="C", assignedUserId=anna.id, **hours)
    await api.create("Webhook", event="Call.update", url=hooks_url)

    await anna.put(f"Call/{call}", {"name": "New"})

    (item,) = await told(espo, hooks)
    assert item["phoneNumbersMap"] == {}


async def test_contacts_tell_of_nothing_unless_something_changed(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    contact = (await espo.control("contacts", {"name": "Carl Kunde"}))["id"]
    await api.create("Webhook", event="Contact.update", url=hooks_url)

    await anna.put(f"Contact/{contact}", {})
    await anna.put(f"Contact/{contact}", {})

    assert await told(espo, hooks) == [{"modifiedById": anna.id, "modifiedByName": "Anna Corp", "id": contact}]


@pytest.mark.parametrize(
    ("config", "told_data"), [({"version": "9.3.10"}, False), ({"version": "10.0.0"}, True)], indirect=["config"]
)
async def test_ten_tells_the_address_data_of_a_new_address(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str, *, told_data: bool
) -> None:
    contact = (await espo.control("contacts", {"name": "Carl Kunde", "emailAddress": "old@x.example"}))["id"]
    await api.create("Webhook", event="Contact.update", url=hooks_url)

    await anna.put(f"Contact/{contact}", {"emailAddress": "new@x.example"})

    (item,) = await told(espo, hooks)
    assert (item["emailAddress"], "emailAddressData" in item) == ("new@x.example", told_data)


async def test_own_changes_are_left_out_where_asked(
    espo: Instance, api: Caller, anna: Caller, hooks: Hooks, hooks_url: str
) -> None:
    meeting = await espo.meeting(api, anna)
    await api.create("Webhook", event="Meeting.update", url=hooks_url, skipOwn=True)

    await api.put(f"Meeting/{meeting}", {"name": "By the connector"})
    await anna.put(f"Meeting/{meeting}", {"name": "By Anna"})

    assert [item["name"] for item in await told(espo, hooks)] == ["By Anna"]


async def test_replies_links_and_restores_are_told_to_nobody(
    espo: Instance, anna: Caller, hooks: Hooks, watched: str
) -> None:
    contact = (await espo.control("contacts", {"name": "Carl Kunde"}))["id"]
    await anna.post("Meeting/action/setAcceptanceStatus", {"id": watched, "status": "Accepted"})
    await anna.post(f"Meeting/{watched}/contacts", {"id": contact})
    await anna.delete(f"Meeting/{watched}")
    await espo.admin.post("Meeting/action/restoreDeleted", {"id": watched})
    await espo.control("cron")

    assert hooks.paths == ["/delete"]


@pytest.mark.parametrize("config", [{"uid_readable": True}], indirect=True)
@pytest.mark.usefixtures("watched")
async def test_the_uid_is_told_to_an_owner_who_may_read_it(espo: Instance, anna: Caller, hooks: Hooks) -> None:
    await espo.meeting(anna, anna)

    (item,) = await told(espo, hooks)
    assert len(item["uid"]) == 36
