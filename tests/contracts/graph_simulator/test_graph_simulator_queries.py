"""Finding events by hidden property or iCalUId, choosing properties; and refusing every other question."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

Draft = Callable[..., dict[str, Any]]
PROPERTY = "String {9C0F8A4E-2B1D-4F6A-8E3C-5D7B9A1C2E4F} Name EspoId"
STORED = "String {9c0f8a4e-2b1d-4f6a-8e3c-5d7b9a1c2e4f} Name EspoId"


@pytest.fixture
async def tagged(ann: httpx.AsyncClient, draft: Draft) -> dict[str, Any]:
    await ann.post("events", json=draft(subject="Other"))
    tag = [{"id": PROPERTY, "value": "Meeting/65f"}]
    event: dict[str, Any] = (await ann.post("events", json=draft(singleValueExtendedProperties=tag))).json()
    return event


async def found(ann: httpx.AsyncClient, condition: str) -> list[str]:
    return [event["id"] for event in (await ann.get("events", params={"$filter": condition})).json()["value"]]


async def test_an_event_is_found_by_its_hidden_property(ann: httpx.AsyncClient, tagged: dict[str, Any]) -> None:
    condition = f"singleValueExtendedProperties/Any(ep: ep/id eq '{PROPERTY}' and ep/value eq 'meeting/65F')"
    assert await found(ann, condition) == [tagged["id"]]


async def test_the_name_of_a_hidden_property_is_case_sensitive(ann: httpx.AsyncClient, tagged: dict[str, Any]) -> None:
    del tagged
    other = PROPERTY.replace("EspoId", "espoid")
    condition = f"singleValueExtendedProperties/Any(ep: ep/id eq '{other}' and ep/value eq 'Meeting/65f')"
    assert await found(ann, condition) == []


async def test_hidden_properties_are_found_by_their_beginning(ann: httpx.AsyncClient, tagged: dict[str, Any]) -> None:
    condition = f"singleValueExtendedProperties/any(e:e/id eq '{PROPERTY}' and startswith(e/value,'Meeting/'))"
    assert await found(ann, condition) == [tagged["id"]]


async def test_an_event_is_found_by_its_icaluid(ann: httpx.AsyncClient, tagged: dict[str, Any]) -> None:
    assert await found(ann, f"iCalUId eq '{tagged['iCalUId']}'") == [tagged["id"]]


async def test_a_hidden_property_is_told_only_where_it_is_expanded(
    ann: httpx.AsyncClient, tagged: dict[str, Any],
) -> None:  # fmt: skip
    expand = {"$expand": f"singleValueExtendedProperties($filter=id eq '{PROPERTY}')"}
    expanded = (await ann.get(f"events/{tagged['id']}", params=expand)).json()
    assert "singleValueExtendedProperties" not in tagged
    assert expanded["singleValueExtendedProperties"] == [{"id": STORED, "value": "Meeting/65f"}]


async def test_an_event_without_the_property_lacks_the_key(ann: httpx.AsyncClient, tagged: dict[str, Any]) -> None:
    del tagged
    expand = {"$expand": f"singleValueExtendedProperties($filter=id eq '{PROPERTY}')", "$orderby": "subject desc"}
    other, _ = (await ann.get("events", params=expand)).json()["value"]
    assert other["subject"] == "Other"
    assert "singleValueExtendedProperties" not in other


async def test_selected_properties_come_with_id_and_version(ann: httpx.AsyncClient, tagged: dict[str, Any]) -> None:
    event = (await ann.get(f"events/{tagged['id']}", params={"$select": "subject,start"})).json()
    assert {name for name in event if not name.startswith("@odata.context")} == {
        "@odata.etag",
        "id",
        "subject",
        "start",
    }


async def test_stamps_are_not_told_when_selected_in_a_view(ann: httpx.AsyncClient, tagged: dict[str, Any]) -> None:
    del tagged
    window = {"startDateTime": "2026-03-01T00:00:00Z", "endDateTime": "2026-04-01T00:00:00Z"}
    selected = {**window, "$select": "subject,lastModifiedDateTime"}
    for event in (await ann.get("calendarView", params=selected)).json()["value"]:
        assert "lastModifiedDateTime" not in event


@pytest.mark.parametrize(
    "query",
    [
        {"$filter": "subject eq 'Budget'"},
        {"$filter": "singleValueExtendedProperties/any(e:e/value eq 'x')"},
        {"$expand": "attachments"},
        {"$select": "subject,uid"},
        {"$orderby": "webLink"},
        {"$top": "0"},
        {"$search": "budget"},
        {"$count": "true"},
    ],
)
async def test_a_question_outside_the_grammar_is_refused(ann: httpx.AsyncClient, query: dict[str, str]) -> None:
    assert (await ann.get("events", params=query)).status_code == 400


async def test_an_ill_formed_property_id_is_refused(ann: httpx.AsyncClient, draft: Draft) -> None:
    tag = [{"id": "EspoId", "value": "x"}]
    answer = await ann.post("events", json=draft(singleValueExtendedProperties=tag))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "ErrorInvalidProperty")
