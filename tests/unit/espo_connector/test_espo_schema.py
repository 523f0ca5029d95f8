"""What an entity type can store, from the metadata of a real EspoCRM's shape."""

from typing import Any

import pytest

from contracts.events import PersonKind
from espo_connector.fields.schema import entity_type, event_types

SCOPE: dict[str, Any] = {
    "entity": True,
    "activityStatusList": ["Planned"],
    "historyStatusList": ["Held", "Not Held"],
    "completedStatusList": ["Held"],
    "canceledStatusList": ["Not Held"],
}
ATTENDEES = {"type": "linkMultiple"}
FIELDS: dict[str, Any] = {
    "dateStart": {"type": "datetimeOptional"},
    "users": ATTENDEES,
    "contacts": ATTENDEES,
    "leads": ATTENDEES,
    "teams": {"type": "linkMultiple"},
}


def test_meetings_calls_and_custom_types_of_type_event_are_events() -> None:
    scopes = {
        "Meeting": {"entity": True},
        "Call": {"entity": True},
        "CVisit": {"entity": True, "type": "Event"},
        "Account": {"entity": True, "type": "Company"},
        "Calendar": {"entity": False},
    }
    assert event_types(scopes) == ["Meeting", "Call", "CVisit"]


def test_a_disabled_type_is_no_event() -> None:
    assert event_types({"CVisit": {"entity": True, "type": "Event", "disabled": True}}) == []


def test_a_meeting_has_whole_days_and_all_kinds_of_people() -> None:
    meeting = entity_type("Meeting", SCOPE, FIELDS)
    assert meeting.all_day
    assert meeting.kinds == (PersonKind.USER, PersonKind.CONTACT, PersonKind.LEAD)


def test_a_call_has_no_whole_days() -> None:
    assert not entity_type("Call", SCOPE, {**FIELDS, "dateStart": {"type": "datetime"}}).all_day


def test_a_kind_of_people_that_the_api_user_may_not_see_is_none_of_the_attendees() -> None:
    fields = {name: field for name, field in FIELDS.items() if name != "leads"}
    assert entity_type("Meeting", SCOPE, fields).kinds == (PersonKind.USER, PersonKind.CONTACT)


def test_a_custom_types_link_to_users_holds_no_attendees() -> None:
    assert entity_type("CVisit", SCOPE, FIELDS).kinds == ()


def test_the_key_is_found_with_and_without_the_prefix_that_espocrm_gives() -> None:
    key = {"type": "varchar", "maxLength": 36}
    assert entity_type("Meeting", SCOPE, {**FIELDS, "outlookEventKey": key}).key == "outlookEventKey"
    assert entity_type("Meeting", SCOPE, {**FIELDS, "cOutlookEventKey": {"type": "varchar"}}).key == "cOutlookEventKey"
    assert entity_type("Meeting", SCOPE, FIELDS).key is None


@pytest.mark.parametrize(
    "unfit",
    [{"maxLength": 30}, {"readOnly": True}, {"type": "link"}, {"disabled": True}],
    ids=lambda unfit: str(*unfit),
)
def test_a_field_that_cannot_hold_a_key_is_none(unfit: dict[str, Any]) -> None:
    field = {"type": "varchar", "maxLength": 36, **unfit}
    assert entity_type("Meeting", SCOPE, {**FIELDS, "outlookEventKey": field}).key is None


@pytest.mark.parametrize("right", ["read", "edit"])
def test_a_key_that_the_api_user_may_not_read_or_write_is_none(right: str) -> None:
    fields = {**FIELDS, "outlookEventKey": {"type": "varchar", "maxLength": 36}}
    rights = {"outlookEventKey": {"read": "yes", "edit": "yes", right: "no"}}
    assert entity_type("Meeting", SCOPE, fields, rights=rights).key is None


def test_the_key_is_read_with_every_row() -> None:
    fields = {**FIELDS, "cOutlookEventKey": {"type": "varchar"}}
    assert "cOutlookEventKey" in entity_type("Meeting", SCOPE, fields).attributes


def test_the_location_is_found_with_and_without_the_prefix_that_espocrm_gives() -> None:
    prefixed = {**FIELDS, "cLocation": {"type": "varchar", "maxLength": 255}}
    both = {**prefixed, "location": {"type": "varchar", "maxLength": 80}}
    assert (entity_type("Meeting", SCOPE, prefixed).location, entity_type("Meeting", SCOPE, both).location) == (
        "cLocation",
        "location",
    )
    assert entity_type("Meeting", SCOPE, both).location_length == 80


def test_a_location_field_of_another_name_is_the_operators_to_say() -> None:
    fields = {**FIELDS, "location": {"type": "varchar"}, "venue": {"type": "varchar"}}
    venue = entity_type("Meeting", SCOPE, fields, location_field="venue")
    assert (venue.location, venue.location_length) == ("venue", 100)


def test_a_field_called_location_that_holds_no_text_is_none() -> None:
    assert entity_type("Meeting", SCOPE, {**FIELDS, "location": {"type": "link"}}).location is None


def test_statuses_are_the_administrators() -> None:
    scope = {**SCOPE, "activityStatusList": ["Open"], "completedStatusList": ["Done"], "canceledStatusList": ["Off"]}
    visit = entity_type("CVisit", scope, FIELDS)
    assert (visit.planned, visit.completed, visit.cancelled) == ("Open", "Done", ("Off",))


def test_only_what_a_type_has_is_selected() -> None:
    call = entity_type("Call", SCOPE, {"dateStart": {"type": "datetime"}, "users": ATTENDEES})
    assert {"usersIds", "usersColumns"} <= set(call.attributes)
    assert {"isAllDay", "dateStartDate", "contactsIds", "location"}.isdisjoint(call.attributes)


def test_teams_is_asked_for_by_online_location_and_by_the_flag_that_the_operator_named() -> None:
    fields = {**FIELDS, "externalService": {"type": "enum"}, "cTeamsMeeting": {"type": "bool"}}
    assert entity_type("Meeting", SCOPE, fields).online == ("externalService",)
    assert entity_type("Meeting", SCOPE, fields, "", "cTeamsMeeting").online == ("externalService", "cTeamsMeeting")
    assert entity_type("Call", SCOPE, FIELDS, "", "cTeamsMeeting").online == ()


def test_a_join_link_can_be_written_where_an_administrator_cleared_read_only() -> None:
    assert entity_type("Meeting", SCOPE, {"joinUrl": {"type": "url", "maxLength": 500}}).join_url_length == 500
    assert entity_type("Meeting", SCOPE, {"joinUrl": {"type": "url"}}).join_url_length == 320
    assert entity_type("Meeting", SCOPE, {"joinUrl": {"type": "url", "readOnly": True}}).join_url_length == 0
    assert entity_type("Call", SCOPE, FIELDS).join_url_length == 0


def test_what_is_read_of_teams_is_selected() -> None:
    fields = {**FIELDS, "externalService": {"type": "enum"}, "joinUrl": {"type": "url"}}
    assert {"externalService", "joinUrl"} <= set(entity_type("Meeting", SCOPE, fields).attributes)
    assert {"externalService", "joinUrl"}.isdisjoint(entity_type("Meeting", SCOPE, FIELDS).attributes)


def test_a_type_whose_records_several_users_own_is_known_as_such() -> None:
    owned_by_several = {**FIELDS, "assignedUsers": {"type": "linkMultiple"}}
    assert entity_type("Meeting", SCOPE, owned_by_several).several_owners
    switched_off = {**FIELDS, "assignedUsers": {"type": "linkMultiple", "disabled": True}}
    assert not entity_type("Meeting", SCOPE, switched_off).several_owners
    assert not entity_type("Meeting", SCOPE, FIELDS).several_owners
