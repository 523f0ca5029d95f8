"""M18: whatever a private event says, nothing of it is in a message of ours unless its owner asked for all of it."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import Private
from outlook_connector.changes import Vantage

_CANARY = "zq7canary"
"""What no message holds by chance."""

_NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
_MARKS = st.sampled_from(["private", "PRIVATE", "personal", "Confidential"])
_KINDS = st.sampled_from([None, "singleInstance", "occurrence", "exception", "seriesMaster"])
_SPAN: dict[str, Any] = {
    "start": {"dateTime": "2026-03-02T09:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2026-03-02T10:00:00.0000000", "timeZone": "UTC"},
}
_TIMES: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [_SPAN, _SPAN | {"isAllDay": True}, {}, _SPAN | {"end": {"dateTime": _CANARY}}]
)


def _person(text: str) -> dict[str, Any]:
    return {"emailAddress": {"name": text, "address": f"{_CANARY}@home.test"}, "type": "required"}


@st.composite
def items(draw: st.DrawFn) -> dict[str, Any]:
    text = f"{draw(st.text(max_size=8))}{_CANARY}{draw(st.text(max_size=8))}".encode(errors="ignore").decode()
    item: dict[str, Any] = {
        "id": "AAMk=",
        "@odata.etag": 'W/"1"',
        "lastModifiedDateTime": "2026-03-02T08:00:00Z",
        "sensitivity": draw(_MARKS),
        "type": draw(_KINDS),
    }
    item |= draw(_TIMES)
    said = {
        "subject": text,
        "body": {"contentType": draw(st.sampled_from(["html", "text"])), "content": text},
        "location": {"displayName": text},
        "organizer": _person(text),
        "attendees": [_person(text)],
        "isOnlineMeeting": True,
        "onlineMeeting": {"joinUrl": f"https://teams.microsoft.com/{text}"},
        "categories": [text],
        "isDraft": True,
        "isOrganizer": draw(st.booleans()),
        "isCancelled": draw(st.booleans()),
    }
    return item | {name: value for name, value in said.items() if draw(st.booleans())}


@pytest.mark.scenario("P-01")
@given(items(), st.sampled_from([Private.SKIP, Private.BUSY]), st.sampled_from([(), ("CRM",)]))
def test_no_message_about_a_private_event_holds_a_word_of_it(
    item: dict[str, Any], private: Private, categories: tuple[str, ...]
) -> None:
    vantage = Vantage("ann", "", _NINE, private, categories)
    said = [change.model_dump_json() for change in vantage.changes([msgspec.json.encode(item)])]
    assert said
    assert not [message for message in said if _CANARY in message]
