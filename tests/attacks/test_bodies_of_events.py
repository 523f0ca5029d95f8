"""Bodies of invitations that are meant to hold up whoever reads them: anybody may invite one of us."""

from typing import Any

import msgspec
import pytest

from contracts.changes import OutlookSeen, OutlookSkipped
from contracts.events import Private
from outlook_connector.changes import Change, Vantage
from outlook_connector.fields.page import DEEPEST
from outlook_connector.fields.teams_block import description_of_text
from support.outlook import START

pytestmark = pytest.mark.timeout(60)
"""What reads these in a time that grows with their square or worse needs many minutes."""

VANTAGE = Vantage("ann", "main", START, Private.FULL, longest=10_000_000)


def read(content: str, kind: str = "html") -> Change:
    moment = {"dateTime": START.replace(tzinfo=None).isoformat(), "timeZone": "UTC"}
    item: dict[str, Any] = {
        "id": "event",
        "@odata.etag": "1",
        "lastModifiedDateTime": START.isoformat(),
        "start": moment,
        "end": moment,
        "body": {"contentType": kind, "content": content},
    }
    (change,) = VANTAGE.changes([msgspec.json.encode(item)])
    return change


@pytest.mark.parametrize("element", ["<div>x", "<ul><li>x", "<DIV></p>"])
def test_a_body_that_is_nested_without_end_is_skipped_with_the_reason(element: str) -> None:
    change = read(element * 200_000)
    assert isinstance(change, OutlookSkipped)
    assert (change.reason, change.detail) == ("unreadable", f"the body is nested more than {DEEPEST} elements deep")


def test_what_is_nested_as_deep_as_nobody_writes_is_still_read() -> None:
    change = read("<div>x" * DEEPEST)
    assert isinstance(change, OutlookSeen)
    assert change.event.description == "\n".join("x" * DEEPEST)


@pytest.mark.parametrize(
    "content", ["<p>x" * 200_000, "<b>x</b>" * 200_000, "<div>x</div>" * 100_000, "a<br>" * 200_000]
)
def test_a_body_that_is_only_long_is_read(content: str) -> None:
    assert isinstance(read(content), OutlookSeen)


def test_a_text_of_nothing_but_rules_is_read() -> None:
    rules = ("_" * 20 + "\n") * 200_000
    assert description_of_text(rules + "join at teams.microsoft.com") == ""
    assert description_of_text(rules) == rules.strip()
