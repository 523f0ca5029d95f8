"""The simulated EspoCRM's companion mode is an EspoCRM with this very extension: neither can change alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from sandbox.espo import EspoConfig, create_app
from sandbox.espo.releases import RELEASES

WRITTEN = {
    "joinUrl": "https://teams.example/join/1",
    "location": "Room 5",
    "outlookEventKey": "3f0b8a8e-5d5c-5a4e-9a57-0c1d1f7f2b11",
}
WITH_ONLINE_LOCATION = [name for name, release in RELEASES.items() if release.offers_online_services]

Sections = dict[str, dict[str, Any]]


@asynccontextmanager
async def _espo(version: str, *, companion: bool) -> AsyncIterator[httpx.AsyncClient]:
    """An instance without any location field of its own, met as the connector's API user."""
    config = EspoConfig(version=version, location_fields={}, companion_extension=companion)
    transport = httpx.ASGITransport(create_app(config))
    headers = {"X-Api-Key": config.api_key}
    async with httpx.AsyncClient(transport=transport, base_url="http://espo.test/api/v1/", headers=headers) as http:
        yield http


async def _got(http: httpx.AsyncClient, path: str, **query: str) -> dict[str, Any]:
    answer = await http.get(path, params=query)
    assert answer.is_success, (answer.status_code, answer.headers)
    got: dict[str, Any] = answer.json()
    return got


async def _created(http: httpx.AsyncClient, entity: str, **attributes: Any) -> httpx.Response:
    person = {"userName": "anna", "name": "Anna", "password": "password"}
    anna = (await http.post("http://espo.test/_control/users", json=person)).json()
    times = {"dateStart": "2026-12-01 09:00:00", "dateEnd": "2026-12-01 10:00:00"}
    return await http.post(entity, json={"name": "Kick-off", "assignedUserId": anna["id"], **times, **attributes})


@pytest.fixture(params=RELEASES)
def version(request: pytest.FixtureRequest) -> str:
    """Every release that the simulator knows."""
    return str(request.param)


@pytest.fixture
async def plain(version: str) -> AsyncIterator[httpx.AsyncClient]:
    """An EspoCRM as installed."""
    async with _espo(version, companion=False) as http:
        yield http


@pytest.fixture
async def companion(version: str) -> AsyncIterator[httpx.AsyncClient]:
    """The same release in companion mode."""
    async with _espo(version, companion=True) as http:
        yield http


async def test_the_scopes_that_it_adds_are_those_declared(
    plain: httpx.AsyncClient, companion: httpx.AsyncClient, declared: Sections
) -> None:
    before, after = await _got(plain, "Metadata", key="scopes"), await _got(companion, "Metadata", key="scopes")

    added = {name: after[name] for name in after.keys() - before.keys()}

    assert added.keys() == declared["scopes"].keys()
    for name, scope in declared["scopes"].items():
        assert (added[name]["entity"], added[name]["acl"]) == (scope["entity"], scope["acl"])


async def test_a_role_grants_the_declared_scopes_and_nothing_more(
    plain: httpx.AsyncClient, companion: httpx.AsyncClient, declared: Sections
) -> None:
    before, after = [(await _got(http, "App/user"))["acl"]["table"] for http in (plain, companion)]

    assert {name: after[name] for name in after.keys() - before.keys()} == dict.fromkeys(declared["scopes"], True)


async def test_the_fields_that_it_adds_are_those_declared(
    plain: httpx.AsyncClient, companion: httpx.AsyncClient, declared: Sections
) -> None:
    before, after = await _got(plain, "Metadata", key="entityDefs"), await _got(companion, "Metadata", key="entityDefs")

    added = {(entity, name) for entity in after for name in after[entity]["fields"].keys() - before[entity]["fields"]}

    assert added == {
        (entity, name)
        for entity, definitions in declared["entityDefs"].items()
        for name in definitions["fields"].keys() - before[entity]["fields"].keys()
    }


async def test_every_declared_field_is_defined_as_declared(companion: httpx.AsyncClient, declared: Sections) -> None:
    defined = await _got(companion, "Metadata", key="entityDefs")

    for entity, definitions in declared["entityDefs"].items():
        for name, field in definitions["fields"].items():
            assert field.items() <= defined[entity]["fields"][name].items(), (entity, name)


@pytest.mark.parametrize("entity", ["Meeting", "Call"])
async def test_every_declared_field_keeps_what_the_api_user_writes(
    companion: httpx.AsyncClient, declared: Sections, entity: str
) -> None:
    written = {name: WRITTEN[name] for name in declared["entityDefs"][entity]["fields"]}

    made = (await _created(companion, entity, **written)).json()
    stored = await _got(companion, f"{entity}/{made['id']}")

    assert {name: stored[name] for name in written} == written


@pytest.mark.parametrize("version", WITH_ONLINE_LOCATION)
async def test_the_online_locations_that_it_offers_are_those_declared(version: str, declared: Sections) -> None:
    async with _espo(version, companion=True) as http:
        offered = (await _got(http, "App/user"))["appParams"]["meetingServices"]

    assert {service["name"] for service in offered} == declared["app"]["meetingServices"].keys()


@pytest.mark.parametrize("version", WITH_ONLINE_LOCATION)
async def test_a_meeting_may_be_held_at_every_declared_online_location(version: str, declared: Sections) -> None:
    async with _espo(version, companion=True) as http:
        for service in declared["app"]["meetingServices"]:
            made = await _created(http, "Meeting", externalService=service)

            assert made.json()["externalService"] == service


@pytest.mark.parametrize("version", WITH_ONLINE_LOCATION)
async def test_without_the_extension_no_online_location_is_accepted(version: str, declared: Sections) -> None:
    async with _espo(version, companion=False) as http:
        for service in declared["app"]["meetingServices"]:
            made = await _created(http, "Meeting", externalService=service)

            assert made.headers["X-Status-Reason"] == f"Not supported service '{service}'."
