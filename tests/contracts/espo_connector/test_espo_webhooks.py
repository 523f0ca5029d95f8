"""Webhooks: registered, received, refused, and read."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from aiokafka.errors import KafkaTimeoutError
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from bus.consuming.delivery import Delivery
from bus.errors import Transient
from contracts.changes import EspoGone, EspoSeen
from contracts.notices import RecordTouched
from espo_connector.asking.client import Client
from espo_connector.errors import Invalid
from espo_connector.hooks.registration import Registration
from espo_connector.instance.site import SiteGuide
from espo_connector.main import Connector
from espo_connector.metrics import Metrics
from espo_connector.webhooks import MOST_BYTES, Entrance
from sandbox.serve import serving
from support.espo import API_KEY, NOON, Bus, Espo

VERSIONS = ("9.2.7", "9.3.10", "10.0.0")


async def webhooks_in(espo: Espo) -> list[dict[str, Any]]:
    async with httpx.AsyncClient(base_url=f"{espo.url}/api/v1", headers={"X-Api-Key": API_KEY}) as http:
        listed: list[dict[str, Any]] = (await http.get("/Webhook")).json()["list"]
        return sorted(listed, key=lambda webhook: webhook["event"])


async def register(espo: Espo, event: str, url: str, **attributes: Any) -> None:
    async with httpx.AsyncClient(base_url=f"{espo.url}/api/v1", headers={"X-Api-Key": API_KEY}) as http:
        answer = await http.post("/Webhook", json={"event": event, "url": url, "skipOwn": True, **attributes})
        assert answer.status_code == httpx.codes.CREATED, answer.headers


def signed(body: bytes, webhook: dict[str, Any]) -> dict[str, str]:
    digest = hmac.new(webhook["secretKey"].encode(), body, hashlib.sha256).hexdigest()
    return {"Signature": base64.b64encode(f"{webhook['id']}:{digest}".encode()).decode()}


@pytest.fixture
async def door(espo: Espo, connector: Connector) -> AsyncIterator[httpx.AsyncClient]:
    """The connector's way in, where EspoCRM reaches it, with its webhooks registered."""
    await connector.registration.ensure()
    port = urlsplit(espo.receiver).port or 0
    async with (
        serving(Starlette(routes=connector.entrance.routes()), port=port) as url,
        httpx.AsyncClient(base_url=url) as http,
    ):
        yield http


@pytest.mark.parametrize("espo", VERSIONS, indirect=True)
async def test_every_entity_type_gets_a_webhook_for_create_update_and_delete(espo: Espo, connector: Connector) -> None:
    await connector.registration.ensure()
    registered = await webhooks_in(espo)
    assert {webhook["event"] for webhook in registered} == {
        f"{entity}.{what}" for entity in ("Meeting", "Call", "CVisit") for what in ("create", "update", "delete")
    }
    assert all(webhook["skipOwn"] for webhook in registered)
    assert registered[0]["url"] == f"{espo.receiver}/espo/webhooks/CVisit/create"


async def test_what_is_registered_already_is_left_as_it_is(espo: Espo, connector: Connector) -> None:
    await connector.registration.ensure()
    before = await webhooks_in(espo)
    await connector.registration.ensure()
    assert await webhooks_in(espo) == before


async def test_two_replicas_that_registered_at_once_keep_one_webhook_of_each(espo: Espo, connector: Connector) -> None:
    for _ in range(2):
        await register(espo, "Meeting.create", f"{espo.receiver}/espo/webhooks/Meeting/create")
    lowest = min(webhook["id"] for webhook in await webhooks_in(espo))
    await connector.registration.ensure()
    kept = [webhook["id"] for webhook in await webhooks_in(espo) if webhook["event"] == "Meeting.create"]
    assert kept == [lowest]


async def test_another_tools_webhook_is_not_touched(espo: Espo, connector: Connector) -> None:
    await register(espo, "Meeting.create", f"{espo.receiver}/other/tool")
    await connector.registration.ensure()
    assert f"{espo.receiver}/other/tool" in {webhook["url"] for webhook in await webhooks_in(espo)}


async def test_a_host_that_espocrm_takes_for_internal_is_told_apart_from_other_failures(espo: Espo) -> None:
    client = Client(espo.url, API_KEY, Metrics(CollectorRegistry()), espo.now)
    try:
        with pytest.raises(Invalid) as refused:
            await Registration(client, SiteGuide(client), "https://localhost:9").ensure()
    finally:
        await client.close()
    assert (refused.value.field, refused.value.rule) == ("url", "notInternal")


async def test_an_ip_address_is_never_registered_with_a_version_that_would_die_of_it(espo: Espo) -> None:
    client = Client(espo.url, API_KEY, Metrics(CollectorRegistry()), espo.now)
    try:
        await Registration(client, SiteGuide(client), "https://93.184.216.34").ensure()
    finally:
        await client.close()
    assert await webhooks_in(espo) == []


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize("espo", VERSIONS, indirect=True)
async def test_what_somebody_does_arrives_as_a_notice(espo: Espo, bus: Bus) -> None:
    espo_id = await espo.meeting()
    await espo.control("cron")
    assert bus.published == [
        (
            "espo.notices.v1",
            espo_id,
            RecordTouched(entity="Meeting", espo_id=espo_id, what="create", received_at=NOON),
        )
    ]


@pytest.mark.usefixtures("door")
async def test_twenty_edits_of_one_record_in_one_delivery_are_one_notice(espo: Espo, bus: Bus) -> None:
    espo_id = await espo.meeting()
    await espo.control("cron")
    bus.clear()
    for number in range(5):
        await espo.ask("PUT", f"Meeting/{espo_id}", {"name": f"Edit {number}"})
    await espo.control("cron")
    assert len(bus.published) == 1


async def test_the_legacy_signature_is_accepted_alone(espo: Espo, door: httpx.AsyncClient) -> None:
    body = b'[{"id":"m1"}]'
    webhook = (await webhooks_in(espo))[0]
    digest = hmac.new(webhook["secretKey"].encode(), body, hashlib.sha256).digest()
    header = base64.b64encode(webhook["id"].encode() + b":" + digest).decode()
    answer = await door.post(urlsplit(webhook["url"]).path, content=body, headers={"X-Signature": header})
    assert answer.status_code == httpx.codes.OK


@pytest.mark.parametrize("headers", [{}, {"Signature": "bm90aGluZw=="}], ids=["none", "unreadable"])
async def test_an_unsigned_delivery_is_refused(door: httpx.AsyncClient, bus: Bus, headers: dict[str, str]) -> None:
    answer = await door.post("/espo/webhooks/Meeting/create", content=b'[{"id":"m1"}]', headers=headers)
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert bus.published == []


async def test_a_delivery_that_somebody_else_signed_is_refused(espo: Espo, door: httpx.AsyncClient, bus: Bus) -> None:
    webhook = (await webhooks_in(espo))[0]
    headers = signed(b"[]", {**webhook, "secretKey": "guessed"})
    answer = await door.post(urlsplit(webhook["url"]).path, content=b"[]", headers=headers)
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert bus.published == []


async def test_a_creation_cannot_be_replayed_as_a_removal(espo: Espo, door: httpx.AsyncClient, bus: Bus) -> None:
    body = b'[{"id":"m1"}]'
    (creation,) = [webhook for webhook in await webhooks_in(espo) if webhook["event"] == "Meeting.create"]
    answer = await door.post("/espo/webhooks/Meeting/delete", content=body, headers=signed(body, creation))
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert bus.published == []


async def test_a_webhook_that_another_replica_made_is_found_by_listing_again(
    espo: Espo, connector: Connector, bus: Bus
) -> None:
    await register(espo, "Meeting.create", f"{espo.receiver}/espo/webhooks/Meeting/create")
    body = b'[{"id":"m1"}]'
    (webhook,) = await webhooks_in(espo)
    async with (
        serving(Starlette(routes=connector.entrance.routes())) as url,
        httpx.AsyncClient(base_url=url) as door,
    ):
        answer = await door.post("/espo/webhooks/Meeting/create", content=body, headers=signed(body, webhook))
    assert answer.status_code == httpx.codes.OK
    assert len(bus.published) == 1


async def test_unknown_webhooks_make_us_list_again_only_once_in_a_while(espo: Espo, door: httpx.AsyncClient) -> None:
    stranger = {"id": "6b0000000000000ff", "secretKey": "x"}
    await espo.control("requests", method="DELETE")
    for _ in range(5):
        answer = await door.post("/espo/webhooks/Meeting/create", content=b"[]", headers=signed(b"[]", stranger))
        assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert len(await espo.requests("GET", "/Webhook")) == 1


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b'[{"name":"x"}]', b'[{"id":', b'[{"id":5}]'])
async def test_a_body_that_is_no_list_of_records_is_refused_for_good(
    espo: Espo, door: httpx.AsyncClient, bus: Bus, body: bytes
) -> None:
    webhook = (await webhooks_in(espo))[0]
    answer = await door.post(urlsplit(webhook["url"]).path, content=body, headers=signed(body, webhook))
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert bus.published == []


async def test_a_body_that_is_too_large_is_refused_for_good(door: httpx.AsyncClient) -> None:
    answer = await door.post("/espo/webhooks/Meeting/create", content=b" " * (MOST_BYTES + 1))
    assert answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize("broken", [Bus(silent=True), Bus(KafkaTimeoutError())], ids=["silent", "unreachable"])
async def test_a_delivery_that_the_bus_does_not_confirm_is_to_be_sent_again(
    espo: Espo, connector: Connector, broken: Bus
) -> None:
    await connector.registration.ensure()
    body = b'[{"id":"m1"}]'
    webhook = (await webhooks_in(espo))[0]
    entrance = Entrance(connector.registration, broken, Metrics(CollectorRegistry()), espo.now, confirmed_within=0.05)
    async with serving(Starlette(routes=entrance.routes())) as url, httpx.AsyncClient(base_url=url) as door:
        answer = await door.post(urlsplit(webhook["url"]).path, content=body, headers=signed(body, webhook))
    assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE


async def test_while_espocrm_cannot_tell_its_webhooks_a_delivery_is_to_be_sent_again(
    espo: Espo, connector: Connector
) -> None:
    stranger = {"id": "6b0000000000000ff", "secretKey": "x"}
    await espo.fault("GET", "/Webhook", status=503)
    async with (
        serving(Starlette(routes=connector.entrance.routes())) as url,
        httpx.AsyncClient(base_url=url) as door,
    ):
        answer = await door.post("/espo/webhooks/Meeting/create", content=b"[]", headers=signed(b"[]", stranger))
    assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE


def notice(espo_id: str, what: str = "update", entity: str = "Meeting") -> Delivery[RecordTouched]:
    touched = RecordTouched.model_validate({"entity": entity, "espo_id": espo_id, "what": what, "received_at": NOON})
    return Delivery(touched, "espo.notices.v1", 0, 0, espo_id, "message", "story")


async def test_many_notices_of_one_record_are_one_read(espo: Espo, connector: Connector, bus: Bus) -> None:
    espo_id = await espo.meeting()
    await connector.notices.read([notice(espo_id, "create"), notice(espo_id), notice(espo_id)])
    assert bus.one(EspoSeen).espo_id == espo_id


async def test_a_removal_is_confirmed_before_it_is_told(espo: Espo, connector: Connector, bus: Bus) -> None:
    espo_id, still_there = await espo.meeting(), await espo.meeting()
    await espo.ask("DELETE", f"Meeting/{espo_id}")
    await connector.notices.read([notice(espo_id, "delete"), notice(still_there, "delete")])
    assert bus.one(EspoGone).confirmed
    assert bus.one(EspoSeen).espo_id == still_there


async def test_while_espocrm_is_down_notices_come_again(espo: Espo, connector: Connector) -> None:
    await espo.fault("GET", "/Meeting", status=503)
    with pytest.raises(Transient):
        await connector.notices.read([notice("m1")])


async def test_notices_of_a_type_that_is_gone_hold_up_nobody(espo: Espo, connector: Connector, bus: Bus) -> None:
    espo_id = await espo.meeting()
    await connector.notices.read([notice("x1", entity="CNothing"), notice(espo_id)])
    assert bus.one(EspoSeen).espo_id == espo_id


async def test_a_delivery_says_nothing_of_its_content_on_the_bus(espo: Espo, door: httpx.AsyncClient, bus: Bus) -> None:
    webhook = (await webhooks_in(espo))[0]
    body = json.dumps([{"id": "m1", "name": "Secret plan"}]).encode()
    await door.post(urlsplit(webhook["url"]).path, content=body, headers=signed(body, webhook))
    assert "Secret plan" not in bus.of(RecordTouched)[0].model_dump_json()
