"""The translator meets what real instances answered."""

from typing import Any

import pytest

from contracts.events import AllDay, Event, PersonKind
from espo_connector.fields.schema import EntityType
from espo_connector.translate import Unreadable, event_of, span_of, times

TYPES = {
    "Meeting": EntityType("Meeting", kinds=tuple(PersonKind), location="cLocation", location_length=255),
    "Call": EntityType("Call", all_day=False, kinds=tuple(PersonKind), location="location", location_length=255),
    "CVisit": EntityType("CVisit", location="location", location_length=255),
}

RECIPE = {"isAllDay", "dateStartDate", "dateEndDate", "dateStart", "dateEnd"}


def records_in(transcripts: list[dict[str, Any]]) -> list[tuple[EntityType, dict[str, Any]]]:
    """Give every record that was read, with its type."""
    found = []
    for transcript in transcripts:
        path = transcript["request"].get("path", "").split("/")
        body = transcript["response"].get("body")
        read = transcript["request"].get("method") == "GET" and len(path) == len(["", "api", "v1", "Meeting", "id"])
        if read and path[3] in TYPES and isinstance(body, dict) and "modifiedAt" in body:
            found.append((TYPES[path[3]], body))
    return found


def test_every_recorded_record_that_has_a_start_is_an_event(transcripts: list[dict[str, Any]]) -> None:
    records = [(entity, record) for entity, record in records_in(transcripts) if record.get("dateStart")]
    events = [event_of(record, entity, {}, "api") for entity, record in records]
    assert len(events) > 150
    assert all(isinstance(event, Event) for event in events)


def test_a_recorded_record_that_lost_its_start_is_unreadable(transcripts: list[dict[str, Any]]) -> None:
    without = [record for _, record in records_in(transcripts) if not record.get("dateStart")]
    assert without
    for record in without:
        with pytest.raises(Unreadable):
            span_of(record)


def test_what_the_portable_recipe_wrote_on_every_version_is_what_is_read(transcripts: list[dict[str, Any]]) -> None:
    read = [
        (times(span_of(got), TYPES["Meeting"]), sent)
        for transcript in transcripts
        for sent, got in [(transcript["request"].get("body"), transcript["response"].get("body"))]
        if isinstance(sent, dict) and isinstance(got, dict) and "modifiedAt" in got and set(sent) == RECIPE
    ]
    assert read
    assert all(written == sent for written, sent in read)


def test_a_recorded_day_of_each_clock_change_is_one_day(transcripts: list[dict[str, Any]]) -> None:
    days = [
        span_of(transcript["response"]["body"])
        for transcript in transcripts
        if transcript["name"].startswith("allday.")
        and transcript["name"].endswith((".read.dst_autumn", ".read.dst_spring"))
    ]
    assert days
    assert all(isinstance(day, AllDay) and day.first == day.last for day in days)
