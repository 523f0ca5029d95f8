"""What the module declares is of the kind that EspoCRM reads, and is named in every language that it speaks."""

import json
from pathlib import Path
from typing import Any

import pytest

SOURCES = Path(__file__).parents[3] / "espo-extension"
LANGUAGES = ("en_US", "de_DE")
CRM_ORDER = 10
FIELD_KEYS = {"type", "maxLength", "readOnly"}
KEY = "outlookEventKey"
FOR_PROGRAMS_ALONE = {
    "utility": True,
    "layoutAvailabilityList": [],
    "massUpdateDisabled": True,
    "importDisabled": True,
    "exportDisabled": True,
    "textFilterDisabled": True,
    "customizationDisabled": True,
}
"""What keeps a field out of layouts, filters, mass updates, imports, exports and the Entity Manager (EspoCRM's metadata)."""
SCOPE = "OutlookCalendar"


def _named(resources: Path, language: str, scope: str) -> dict[str, Any]:
    named: dict[str, Any] = json.loads((resources / "i18n" / language / f"{scope}.json").read_bytes())
    return named


@pytest.mark.parametrize("path", sorted(SOURCES.rglob("*.json")), ids=lambda path: str(path.relative_to(SOURCES)))
def test_every_json_file_is_an_object(path: Path) -> None:
    assert isinstance(json.loads(path.read_bytes()), dict)


def test_the_module_loads_after_the_crm_whose_fields_it_changes(resources: Path) -> None:
    assert json.loads((resources / "module.json").read_bytes())["order"] > CRM_ORDER


def test_metadata_lies_in_the_sections_where_espocrm_looks_for_it(declared: dict[str, dict[str, Any]]) -> None:
    assert {section: set(names) for section, names in declared.items()} == {
        "scopes": {SCOPE},
        "app": {"meetingServices"},
        "entityDefs": {"Meeting", "Call"},
    }


def test_outlook_calendar_is_a_scope_to_switch_on_in_roles_and_no_entity_type(
    declared: dict[str, dict[str, Any]],
) -> None:
    assert declared["scopes"][SCOPE] == {"entity": False, "acl": "boolean", "module": "Tandem"}


def test_microsoft_is_the_only_online_location_and_is_offered(declared: dict[str, dict[str, Any]]) -> None:
    services = declared["app"]["meetingServices"]

    assert set(services) == {"Microsoft"}
    assert set(services["Microsoft"]) == {"enabled", "availabilityCheckerClassName"}
    assert services["Microsoft"]["enabled"] is True


def test_the_join_url_may_be_written_and_is_otherwise_left_as_it_is(declared: dict[str, dict[str, Any]]) -> None:
    assert declared["entityDefs"]["Meeting"]["fields"]["joinUrl"] == {"readOnly": False}


@pytest.mark.parametrize("entity", ["Meeting", "Call"])
def test_meetings_and_calls_get_a_location_of_255_characters(declared: dict[str, dict[str, Any]], entity: str) -> None:
    assert declared["entityDefs"][entity]["fields"]["location"] == {"type": "varchar", "maxLength": 255}


@pytest.mark.parametrize("entity", ["Meeting", "Call"])
def test_entity_types_are_changed_in_their_fields_alone(declared: dict[str, dict[str, Any]], entity: str) -> None:
    definitions = declared["entityDefs"][entity]

    assert set(definitions) == {"fields"}
    assert all(set(field) <= FIELD_KEYS for name, field in definitions["fields"].items() if name != KEY)


@pytest.mark.parametrize("entity", ["Meeting", "Call"])
def test_the_key_of_an_event_is_for_programs_alone_is_never_copied_and_is_found_by_an_index(
    declared: dict[str, dict[str, Any]], entity: str
) -> None:
    a_uuid = {"type": "varchar", "maxLength": 36}
    found_and_never_copied = {"index": True, "duplicateIgnore": True}
    assert declared["entityDefs"][entity]["fields"][KEY] == a_uuid | found_and_never_copied | FOR_PROGRAMS_ALONE


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("category", ["scopeNames", "scopeNamesPlural"])  # Roles shows the plural
def test_the_scope_has_a_name_in_roles(resources: Path, language: str, category: str) -> None:
    assert _named(resources, language, "Global")[category][SCOPE].startswith("Outlook")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("entity", ["Meeting", "Call"])
def test_the_fields_have_labels(resources: Path, language: str, entity: str) -> None:
    assert set(_named(resources, language, entity)["fields"]) == {"location", KEY}


def test_no_other_language_is_half_spoken(resources: Path) -> None:
    assert {each.name for each in (resources / "i18n").iterdir()} == set(LANGUAGES)
