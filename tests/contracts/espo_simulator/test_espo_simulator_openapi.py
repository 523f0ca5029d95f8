"""What the simulator answers is what EspoCRM's own OpenAPI document describes.

But for nulls: the document admits few, while real instances answer null for most of what is not set (every recorded
read of a meeting has some). So attributes without a value are left out before an answer is held against it.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from support.simulated_espo import Caller, Instance

LOCATIONS = {"location_fields": {"Meeting": "location", "Call": "location", "CVisit": "location"}}


@pytest.fixture(scope="session")
def document(oracles: Path) -> dict[str, Any]:
    """The OpenAPI document of a real 10.0.0."""
    found: dict[str, Any] = json.loads((oracles / "espocrm-openapi.json").read_text(encoding="utf-8"))
    return found


def complaints(document: dict[str, Any], entity: str, answer: Any) -> list[str]:
    schema = {"$ref": f"#/components/schemas/{entity}", "components": document["components"]}
    told = {name: value for name, value in answer.items() if value is not None}
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(told)]


@pytest.mark.parametrize("config", [LOCATIONS], indirect=True)
@pytest.mark.parametrize("entity", ["Meeting", "Call", "CVisit"])
async def test_events_read_as_described(api: Caller, anna: Caller, document: dict[str, Any], entity: str) -> None:
    hours = {"dateStart": "2026-12-01 09:00:00", "dateEnd": "2026-12-01 10:00:00", "location": "HQ"}
    event = await api.create(entity, name="E", assignedUserId=anna.id, description="d", **hours)

    assert complaints(document, entity, await api.read(f"{entity}/{event}")) == []


@pytest.mark.parametrize("entity", ["Contact", "Lead"])
async def test_people_read_as_described(espo: Instance, api: Caller, document: dict[str, Any], entity: str) -> None:
    person = await espo.control(f"{entity.lower()}s", {"name": "Eva Zwei", "emailAddress": "eva@client.example"})

    assert complaints(document, entity, await api.read(f"{entity}/{person['id']}")) == []


async def test_users_read_as_described(api: Caller, anna: Caller, document: dict[str, Any]) -> None:
    assert complaints(document, "User", await api.read(f"User/{anna.id}")) == []


@pytest.mark.parametrize("entity", ["Meeting", "Call", "CVisit", "Contact", "Lead", "User"])
async def test_every_attribute_described_can_be_asked_for_in_a_list(
    api: Caller, document: dict[str, Any], entity: str
) -> None:
    parameters = document["paths"][f"/{entity}"]["get"]["parameters"]
    (select,) = [each for each in parameters if each["name"] == "attributeSelect"]
    described = select["schema"]["items"]["enum"]

    answer = await api.get(f"{entity}?attributeSelect={','.join(described)}")

    assert answer.status_code == 200
