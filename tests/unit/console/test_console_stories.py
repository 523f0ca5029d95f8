"""Entries of the journal and changes of settings as sentences."""

from datetime import UTC, datetime
from typing import Any

import pytest

from console.clients.accounts import SettingsChange
from console.clients.events import Entry
from console.views.changes import change_line
from console.views.stories import line

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def entry(**more: Any) -> Entry:
    return Entry.model_validate({"id": 1, "at": AT, "what": "updated", "target": "espo", "fields": ["title"]} | more)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "Updated in EspoCRM: subject"),
        ({"what": "created", "fields": ["title", "span"]}, "Created in EspoCRM"),
        ({"what": "to be created", "target": "outlook", "fields": ["title"]}, "Decided: to be created in Outlook"),
        ({"what": "to be removed", "target": "outlook", "fields": []}, "Decided: to be removed in Outlook"),
        ({"what": "refused"}, "Refused by EspoCRM: subject"),
        ({"what": "deferred", "target": "outlook", "fields": ["span"]}, "Put off by Outlook: time"),
        ({"what": "meeting created", "target": None, "fields": []}, "Meeting created"),
        ({"what": "held", "target": None, "fields": []}, "Held"),
    ],
)
def test_an_entry_is_a_sentence(more: dict[str, Any], words: str) -> None:
    assert line(entry(**more), "UTC").what == words


def test_who_decided_by_hand_is_named() -> None:
    assert line(entry(reason="tried again", by="ann"), "UTC").why == "tried again (by ann)"


def test_who_made_the_change_that_was_decided_on_is_named() -> None:
    told = line(entry(what="to be updated", reason="changed in EspoCRM", changed_by="Ann Lee"), "UTC")
    assert told.why == "changed in EspoCRM (by Ann Lee)"


def test_values_that_lost_are_told_as_people_write_them() -> None:
    lost = {
        "title": "Lunch",
        "span": {"kind": "timed", "start": "2026-11-23T09:00:00Z", "end": "2026-11-23T10:00:00Z"},
        "people": [{"address": "dana@client.test", "name": "Dana Cole"}, {"address": "gus@elsewhere.test", "name": ""}],
    }
    told = line(entry(lost=lost), "UTC")
    assert told.lost == (
        ("subject", "Lunch"),
        ("time", "23 Nov 2026 09:00 – 10:00"),
        ("attendees", "Dana Cole, gus@elsewhere.test"),
    )
    assert told.restores == 1


def test_the_time_that_lost_is_told_in_the_readers_zone() -> None:
    lost = {"span": {"kind": "timed", "start": "2026-11-23T09:00:00Z", "end": "2026-11-23T10:00:00Z"}}
    assert line(entry(lost=lost), "Asia/Kolkata").lost == (("time", "23 Nov 2026 14:30 – 15:30"),)


def test_nothing_to_restore_offers_nothing() -> None:
    assert line(entry(), "UTC").restores is None


def test_an_edit_that_a_removal_won_over_is_told_but_there_is_nothing_to_restore_it_to() -> None:
    told = line(entry(what="to be removed", lost={"title": "Lunch"}), "UTC")
    assert told.lost == (("subject", "Lunch"),)
    assert told.restores is None


def change(before: Any, after: Any, *fields: str) -> tuple[str, ...]:
    told = {"id": 1, "account": "a", "name": "Ann", "at": AT, "by": "ann", "before": before, "after": after}
    return change_line(SettingsChange.model_validate(told | {"fields": fields})).what


def test_connecting_and_disconnecting_are_one_word() -> None:
    assert change(None, {"rules": {}}) == ("Connected",)
    assert change({"rules": {}}, None) == ("Disconnected",)


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("direction", "both", "none", "Direction: Both ways → None: Teams meetings only"),
        ("entities", {"Meeting": ""}, {"Meeting": "", "Call": "C"},
         "Sync entities and identification labels: Meeting → Meeting, Call (C)"),
        ("contacts_and_leads", False, True, "Sync contact and lead attendees to Outlook: off → on"),
        ("main_calendar", "", "cal-2", "Main calendar: the default → cal-2"),
        ("of_tomorrow", 1, 2, "of_tomorrow: 1 → 2"),
    ],
)  # fmt: skip
def test_a_changed_parameter_is_told_with_both_values(name: str, old: object, new: object, words: str) -> None:
    assert change({"rules": {name: old}}, {"rules": {name: new}}, f"rules.{name}") == (words,)


def test_what_is_no_parameter_is_told_as_well() -> None:
    assert change({"zone": "UTC"}, {"zone": "Europe/Berlin"}, "zone") == ("Zone: UTC → Europe/Berlin",)


def test_a_change_of_who_wins_single_fields_is_a_sentence() -> None:
    rules: list[dict[str, Any]] = [{"field_winners": {}}, {"field_winners": {"title": "espo", "span": "latest"}}]
    before, after = ({"rules": each} for each in rules)
    change = {"id": 1, "account": "ann", "name": "Ann", "at": AT, "by": "ann", "before": before, "after": after}
    told = change_line(SettingsChange.model_validate(change | {"fields": ["rules.field_winners"]}))
    assert told.what == ("Other rules for single fields: none → Subject: EspoCRM's value, Time: The later change",)
