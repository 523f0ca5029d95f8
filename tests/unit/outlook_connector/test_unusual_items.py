"""Items that Graph sends now and then: what is missing in them, unknown about them, or part of a series (M17, M18)."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from contracts.changes import OutlookGone, OutlookSeen, OutlookSkipped
from contracts.events import AllDay, Event, Timed
from graph.asking.answers import GraphEvent
from outlook_connector.changes import Change, Vantage
from outlook_connector.translate import new_body, to_event

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ITEM: dict[str, Any] = {
    "id": "AAMk=",
    "@odata.etag": 'W/"1"',
    "lastModifiedDateTime": "2026-03-02T09:00:00Z",
    "subject": "Demo",
    "type": "singleInstance",
    "sensitivity": "normal",
    "isOrganizer": True,
    "start": {"dateTime": "2026-03-02T08:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2026-03-02T09:00:00.0000000", "timeZone": "UTC"},
    "organizer": {"emailAddress": {"address": "ann@contoso.test"}},
}


def changes(*items: dict[str, Any]) -> list[Change]:
    return Vantage("ann", "", NOON).changes([msgspec.json.encode(item) for item in items])


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in ITEM.items() if name not in names}


@pytest.mark.scenario("A-07")
@pytest.mark.parametrize("organizer", [None, {}, {"emailAddress": None}, {"emailAddress": {"address": None}}])
def test_an_event_without_an_organizer_is_an_event(organizer: Any) -> None:
    [with_nothing_in_it] = changes(ITEM | {"organizer": organizer})
    [without_it] = changes(without("organizer"))
    for seen in (with_nothing_in_it, without_it):
        assert isinstance(seen, OutlookSeen)
        assert seen.organizer is None


@pytest.mark.scenario("A-08")
@pytest.mark.parametrize("sensitivity", [None, "normal", "inventedLater"])
def test_an_event_of_no_or_of_an_unknown_sensitivity_is_synced(sensitivity: str | None) -> None:
    [seen] = changes(ITEM | {"sensitivity": sensitivity})
    assert isinstance(seen, OutlookSeen)


@pytest.mark.scenario("A-08")
def test_an_event_that_names_no_sensitivity_is_synced() -> None:
    [seen] = changes(without("sensitivity"))
    assert isinstance(seen, OutlookSeen)


@pytest.mark.scenario("R-41", "R-47", "R-52")
@pytest.mark.parametrize("kind", ["seriesMaster", "occurrence", "exception"])
@pytest.mark.parametrize("master", [None, "master"])
def test_whatever_is_part_of_a_series_is_skipped_even_if_it_does_not_name_its_master(
    kind: str, master: str | None
) -> None:
    [skipped] = changes(ITEM | {"type": kind, "seriesMasterId": master})
    assert isinstance(skipped, OutlookSkipped)
    assert (skipped.outlook_id, skipped.reason) == (master or ITEM["id"], "recurring")


@pytest.mark.scenario("R-52", "M-11")
def test_a_page_of_all_kinds_tells_each_single_event_and_each_series_once() -> None:
    page = changes(
        {"id": "gone", "@removed": {"reason": "deleted"}},
        ITEM | {"id": "master", "type": "seriesMaster"},
        ITEM | {"id": "first", "type": "occurrence", "seriesMasterId": "master"},
        ITEM | {"id": "single"},
        ITEM | {"id": "other", "type": "exception", "seriesMasterId": "another master"},
        ITEM | {"id": "second", "type": "occurrence", "seriesMasterId": "master"},
    )
    assert {(type(change), change.outlook_id) for change in page} == {
        (OutlookGone, "gone"),
        (OutlookSkipped, "master"),
        (OutlookSeen, "single"),
        (OutlookSkipped, "another master"),
    }
    assert [change.detail.split()[0] for change in page if isinstance(change, OutlookSkipped)] == ["1", "3"]


@pytest.mark.scenario("M-12")
def test_an_item_of_no_known_kind_costs_no_other() -> None:
    strange, seen = changes({"id": "strange", "@odata.type": "#microsoft.graph.somethingNew"}, ITEM)
    assert isinstance(strange, OutlookSkipped)
    assert strange.reason == "unreadable"
    assert isinstance(seen, OutlookSeen)


def test_an_item_whose_text_is_no_utf_8_costs_no_other() -> None:
    broken = msgspec.json.encode(ITEM | {"id": "broken"}).replace(b'"subject":"', b'"subject":"\xd0')
    strange, seen = Vantage("ann", "", NOON).changes([broken, msgspec.json.encode(ITEM)])
    assert isinstance(strange, OutlookSkipped)
    assert strange.reason == "unreadable"
    assert isinstance(seen, OutlookSeen)


@pytest.mark.scenario("M-14")
def test_reading_an_item_leaves_it_as_it_was() -> None:
    item = msgspec.convert(ITEM, GraphEvent)
    before = msgspec.json.encode(item)
    to_event(item)
    assert msgspec.json.encode(item) == before


@pytest.mark.scenario("H-06")
def test_hours_that_end_at_midnight_are_no_whole_day() -> None:
    midnight = {"dateTime": "2026-03-03T00:00:00.0000000", "timeZone": "UTC"}
    day_before = {**midnight, "dateTime": "2026-03-02T00:00:00.0000000"}
    for start in (ITEM["start"], day_before):
        [seen] = changes(ITEM | {"isAllDay": False, "start": start, "end": midnight})
        assert isinstance(seen, OutlookSeen)
        assert isinstance(seen.event.span, Timed)


@pytest.mark.scenario("H-02", "H-07")
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu", "Asia/Kolkata"])
def test_whole_days_are_written_from_midnight_to_midnight_of_one_zone(zone: str) -> None:
    span = AllDay.model_validate({"first": "2026-03-28", "last": "2026-03-30"})
    body = new_body(Event(title="Fair", span=span), zone, "t", "Meeting/1")
    written = msgspec.to_builtins(body)
    assert written["start"]["timeZone"] == written["end"]["timeZone"]
    assert written["start"]["dateTime"] == "2026-03-28T00:00:00"
    assert written["end"]["dateTime"] == "2026-03-31T00:00:00"
