"""A connected account at work: grants outlive processes, are renewed, get lost, and tell nobody anything."""

import re
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, TypeAdapter

from broker.wire import MemoryWire
from contracts.changes import OutlookChange
from contracts.grants import SealedGrant
from graph.permission.grants import Seal, opened
from support.connector import Browser, consented_at, replica
from support.grants import KEY, OLDER_KEY
from support.outlook import ACCOUNT, ANN, BOB, Person, Simulator, creation, look
from tandem.polling import until

_ACCESS_TOKEN = "eyJ0eXAiOiJKV1Qi"
"""How every access token of the simulator begins."""


async def ask(wire: MemoryWire, topic: str, message: BaseModel) -> None:
    await wire.send(topic, message.model_dump_json().encode(), key=ACCOUNT)


async def changes(wire: MemoryWire, count: int) -> list[Any]:
    records = await wire.read("outlook.changes.v1", count)
    return [TypeAdapter(OutlookChange).validate_json(record.value or b"") for record in records]


async def tokens_asked(simulator: Simulator) -> int:
    requests = (await simulator.http.get("/_control/requests")).json()
    return sum("/oauth2/v2.0/token" in one["path"] for one in requests)


async def mailbox_of(service: httpx.AsyncClient, account: str = ACCOUNT, **query: str) -> httpx.Response:
    return await service.get(f"/mailboxes/{account}", params=query)


async def test_a_connected_calendar_is_read_and_written_with_its_owners_consent(
    service: httpx.AsyncClient, browser: Browser, wire: MemoryWire, ann: Person
) -> None:
    await ann.creates(subject="Demo")
    await consented_at(service, browser, ACCOUNT, ANN)

    await ask(wire, "outlook.looks.v1", look())
    _, seen, cursor = await changes(wire, 3)
    assert (seen.event.title, cursor.kind) == ("Demo", "cursor_advanced")

    await ask(wire, "outlook.writes.v1", creation())
    [outcome] = await wire.read("outlook.outcomes.v1", 1)
    assert b'"kind":"done"' in (outcome.value or b"")


async def test_who_has_not_consented_is_refused_in_words_and_microsoft_is_not_asked(
    service: httpx.AsyncClient, wire: MemoryWire, simulator: Simulator
) -> None:
    assert (await mailbox_of(service)).status_code == 404
    await ask(wire, "outlook.looks.v1", look())
    [refused] = await changes(wire, 1)
    assert (refused.kind, "not connected" in refused.reason) == ("look_refused", True)
    assert await tokens_asked(simulator) == 0


async def test_a_grant_survives_a_restart(wire: MemoryWire, simulator: Simulator, browser: Browser) -> None:
    async with replica(wire, simulator.url) as before:
        told = (await consented_at(before, browser, ACCOUNT, ANN)).json()
    async with replica(wire, simulator.url) as after:
        assert (await after.get(f"/oauth/grants/{ACCOUNT}")).json() == told
        assert (await mailbox_of(after)).status_code == 200


async def test_a_grant_that_was_forgotten_stays_forgotten(
    wire: MemoryWire, simulator: Simulator, browser: Browser
) -> None:
    async with replica(wire, simulator.url) as before:
        await consented_at(before, browser, ACCOUNT, ANN)
        await before.delete(f"/oauth/grants/{ACCOUNT}")
    async with replica(wire, simulator.url) as after:
        assert (await after.get(f"/oauth/grants/{ACCOUNT}")).status_code == 404
        assert (await mailbox_of(after)).json()["error"] == "not_connected"


async def test_keys_can_change_while_people_stay_connected(
    wire: MemoryWire, simulator: Simulator, browser: Browser
) -> None:
    async with replica(wire, simulator.url, grant_keys=OLDER_KEY) as first:
        await consented_at(first, browser, ACCOUNT, ANN)
    async with replica(wire, simulator.url, grant_keys=f"{KEY},{OLDER_KEY}") as between:
        assert (await mailbox_of(between)).status_code == 200
    async with replica(wire, simulator.url, grant_keys=KEY) as last:
        assert (await mailbox_of(last)).status_code == 200


async def test_a_grant_whose_key_is_gone_is_told_once_and_can_come_back(
    wire: MemoryWire, simulator: Simulator, browser: Browser
) -> None:
    async with replica(wire, simulator.url, grant_keys=OLDER_KEY) as before:
        await consented_at(before, browser, ACCOUNT, ANN)
    async with replica(wire, simulator.url, grant_keys=KEY) as without:
        await ask(wire, "outlook.looks.v1", look())
        await ask(wire, "outlook.looks.v1", look())
        _, lost, *deferred = await changes(wire, 4)
        assert (lost.kind, {one.kind for one in deferred}) == ("grant_lost", {"look_deferred"})
        assert "key is missing" in (await without.get(f"/oauth/grants/{ACCOUNT}")).json()["lost"]
        assert (await mailbox_of(without)).json()["error"] == "grant_lost"
    async with replica(wire, simulator.url, grant_keys=f"{KEY},{OLDER_KEY}") as again:
        assert (await mailbox_of(again)).status_code == 200


async def of_older_keys(service: httpx.AsyncClient) -> float:
    told = (await service.get("/metrics")).text
    (value,) = re.findall(r"^outlook_grants_of_older_keys (\S+)$", told, re.MULTILINE)
    return float(value)


async def test_a_key_is_changed_in_three_steps_and_nobody_is_asked_to_connect_again(
    wire: MemoryWire, simulator: Simulator, browser: Browser
) -> None:
    async with replica(wire, simulator.url, grant_keys=OLDER_KEY) as before:
        await consented_at(before, browser, ACCOUNT, ANN)
        async with replica(wire, simulator.url, grant_keys=f"{OLDER_KEY},{KEY}") as known:
            assert await of_older_keys(known) == 0
            assert (await mailbox_of(before)).status_code == (await mailbox_of(known)).status_code == 200
    async with (
        replica(wire, simulator.url, grant_keys=f"{OLDER_KEY},{KEY}") as known,
        replica(wire, simulator.url, grant_keys=f"{KEY},{OLDER_KEY}") as first,
    ):
        assert (await mailbox_of(known)).status_code == (await mailbox_of(first)).status_code == 200
    # As long as a replica still seals with the old key, nobody can say that the old one may go.
    async with replica(wire, simulator.url, grant_keys=f"{KEY},{OLDER_KEY}") as everywhere:

        async def sealed_anew() -> bool | None:
            return await of_older_keys(everywhere) == 0 or None

        assert await until(sealed_anew, 10.0)
    async with replica(wire, simulator.url, grant_keys=KEY) as alone:
        assert await of_older_keys(alone) == 0
        assert (await mailbox_of(alone)).status_code == 200
        await ask(wire, "outlook.looks.v1", look())
        assert [change.kind for change in await changes(wire, 2)] == ["grant_given", "cursor_advanced"]


async def test_a_grant_that_only_an_older_key_opens_is_counted_until_it_is_sealed_anew(
    wire: MemoryWire, simulator: Simulator, browser: Browser
) -> None:
    async with replica(wire, simulator.url, grant_keys=OLDER_KEY) as before:
        await consented_at(before, browser, ACCOUNT, ANN)
    async with replica(wire, simulator.url, grant_keys=KEY) as without:
        assert await of_older_keys(without) == 1


@pytest.mark.scenario("O-04")
async def test_a_consent_that_was_withdrawn_is_told_once_and_nothing_is_given_up(
    service: httpx.AsyncClient, browser: Browser, wire: MemoryWire, simulator: Simulator
) -> None:
    await consented_at(service, browser, ACCOUNT, ANN)
    await simulator.post("tokens/revoke", user=ANN, error="invalid_grant", code=50173)
    before = await tokens_asked(simulator)

    await ask(wire, "outlook.looks.v1", look())
    await ask(wire, "outlook.looks.v1", look())
    await ask(wire, "outlook.writes.v1", creation())

    _, lost, *deferred = await changes(wire, 4)
    assert (lost.kind, lost.account, {one.kind for one in deferred}) == ("grant_lost", ACCOUNT, {"look_deferred"})
    [outcome] = await wire.read("outlook.outcomes.v1", 1)
    assert b'"kind":"deferred"' in (outcome.value or b"")
    assert await tokens_asked(simulator) - before == 1
    told = (await service.get(f"/oauth/grants/{ACCOUNT}")).json()
    assert (told["connected"], told["lost"]) == (False, lost.reason)


@pytest.mark.scenario("O-04", "O-08")
async def test_who_consents_again_is_connected_as_before(
    service: httpx.AsyncClient, browser: Browser, wire: MemoryWire, simulator: Simulator
) -> None:
    await consented_at(service, browser, ACCOUNT, ANN)
    await simulator.post("tokens/revoke", user=ANN, error="invalid_grant", code=50173)
    assert (await mailbox_of(service)).json()["error"] == "grant_lost"

    assert (await consented_at(service, browser, ACCOUNT, ANN)).status_code == 200
    assert (await mailbox_of(service)).status_code == 200
    assert [change.kind for change in await changes(wire, 3)] == ["grant_given", "grant_lost", "grant_given"]


async def test_a_mailbox_is_told_with_its_addresses_zone_and_calendars(
    service: httpx.AsyncClient, browser: Browser, simulator: Simulator
) -> None:
    await simulator.post(
        "mailboxes", upn="Kim@contoso.test", aliases=["kim.doe@contoso.test"], zone="Tokyo Standard Time"
    )
    await consented_at(service, browser, ACCOUNT, "Kim@contoso.test")

    told = (await mailbox_of(service)).json()
    assert (told["mailbox"], told["zone"]) == ("Kim@contoso.test", "Asia/Tokyo")
    assert told["addresses"] == ["kim.doe@contoso.test", "kim@contoso.test"]
    [default] = [calendar for calendar in told["calendars"] if calendar["is_default"]]
    assert (set(default), default["can_edit"]) == ({"id", "name", "is_default", "can_edit"}, True)
    assert any(not calendar["can_edit"] for calendar in told["calendars"])


async def test_a_zone_that_may_not_be_read_is_not_told(service: httpx.AsyncClient, browser: Browser) -> None:
    scopes = "offline_access User.Read Calendars.ReadWrite"
    await consented_at(service, browser, ACCOUNT, ANN, scopes=scopes)
    assert (await mailbox_of(service)).json()["zone"] is None


async def test_only_the_mailbox_of_who_consented_is_told(service: httpx.AsyncClient, browser: Browser) -> None:
    await consented_at(service, browser, ACCOUNT, ANN)
    assert (await mailbox_of(service, mailbox=ANN.upper())).status_code == 200
    assert (await mailbox_of(service, mailbox=BOB)).json()["error"] == "other_mailbox"


async def test_with_the_applications_permission_a_mailbox_is_named(wire: MemoryWire, simulator: Simulator) -> None:
    async with replica(wire, simulator.url, application_permissions=True) as service:
        assert (await mailbox_of(service)).json()["error"] == "not_connected"
        assert (await mailbox_of(service, mailbox=ANN)).json()["mailbox"] == ANN
        assert (await mailbox_of(service, mailbox="nobody@contoso.test")).json()["error"] == "mailbox_missing"


@pytest.mark.scenario("P-08")
async def test_a_secret_is_in_no_answer_no_log_and_no_topic(
    wire: MemoryWire, simulator: Simulator, browser: Browser, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []

    async def heard(response: httpx.Response) -> None:
        await response.aread()
        told.append(response.text)

    async with replica(wire, simulator.url) as service:
        service.event_hooks = {"response": [heard]}
        await consented_at(service, browser, ACCOUNT, ANN)
        await mailbox_of(service)
        await service.get("/oauth/grants")
        await simulator.fault(method="POST", path="oauth2/v2.0/token", times=2, status=500)
        await simulator.post("tokens/revoke", user=ANN, error="invalid_grant", code=50173, access=True)
        for _ in range(3):
            await mailbox_of(service)
        told.append((await service.get("/metrics")).text)
    kept = await wire.read("outlook.grants.v1", 2) + await wire.read("outlook.changes.v1", 2)
    said = "".join(told) + "".join(map(str, kept)) + "".join(capfd.readouterr())

    assert "grant_lost" in said
    refresh_token = opened(Seal((KEY,)), ACCOUNT, SealedGrant.model_validate_json(kept[0].value or b"")).refresh_token
    assert not [secret for secret in (refresh_token, _ACCESS_TOKEN, "tandem-secret", KEY) if secret in said]
