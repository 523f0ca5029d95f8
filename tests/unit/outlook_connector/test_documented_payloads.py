"""What Microsoft's documentation shows, through the translator; and what we send, against Microsoft's own schema."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import jsonschema
import msgspec
import pytest

from contracts.events import AllDay, Attendee, Event, Timed
from contracts.looks import KeepSubscription
from contracts.writes import Patch, PeopleChange
from graph.asking.answers import GraphEvent, Notifications
from outlook_connector.changes import Vantage
from outlook_connector.subscribing.subscriptions import wish_for
from outlook_connector.translate import new_body, patch_body, to_event
from support.needed import ORACLES, WITHOUT_ORACLES

pytestmark = pytest.mark.skipif(WITHOUT_ORACLES, reason="the oracles are not beside this repository")

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
PEOPLE = (Attendee(address="bob@contoso.com", name="Bob"), Attendee(address="room@contoso.com", resource=True))
TIMED = Event(title="Demo", span=Timed(start=START, end=START), location="Room 1", description="a\nb", people=PEOPLE)
ALL_DAY = Event(title="", span=AllDay(first=START.date(), last=START.date()))


def samples(kind: str) -> Iterator[dict[str, Any]]:
    if WITHOUT_ORACLES:
        return
    for sample in json.loads((ORACLES / "graph-documented.json").read_text())["samples"]:
        if sample["kind"] == kind:
            body = sample["json"]
            yield from body["value"] if isinstance(body.get("value"), list) else [body]


def answered_events() -> list[dict[str, Any]]:
    return [
        one
        for one in samples("event")
        if "@odata.etag" in one and {"start", "end", "subject"} <= one.keys() and "id" in one
    ]


@pytest.mark.parametrize("documented", answered_events())
def test_a_documented_event_is_read(documented: dict[str, Any]) -> None:
    event = to_event(msgspec.convert(documented, GraphEvent))

    assert event.title == documented["subject"]
    assert "________" not in (event.description or "")
    organizer = documented.get("organizer", {}).get("emailAddress", {}).get("address", "").lower()
    assert organizer not in {person.address for person in event.people or ()}


def test_the_documentation_has_events_to_read() -> None:
    assert len(answered_events()) >= 10


def test_every_documented_item_is_a_change_and_none_breaks_the_look() -> None:
    items = list(samples("event"))
    raw = [msgspec.json.encode(one) for one in items if "id" in one]

    changes = Vantage("ann", "", START).changes(raw)

    assert {one.outlook_id for one in changes} >= {one["id"] for one in items if one.get("type") == "singleInstance"}


@pytest.mark.parametrize("documented", list(samples("notification")))
def test_a_documented_notification_is_understood(documented: dict[str, Any]) -> None:
    [item] = msgspec.convert({"value": [documented]}, Notifications).value

    assert item.client_state == documented.get("clientState")
    assert item.lifecycle_event == documented.get("lifecycleEvent")


def fits(kind: str, body: msgspec.Struct) -> None:
    schema = json.loads((ORACLES / "graph-v1.0.schema.json").read_text())
    jsonschema.validate(json.loads(msgspec.json.encode(body)), {"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]})


@pytest.mark.parametrize("event", [TIMED, ALL_DAY], ids=["timed", "all day"])
def test_a_create_fits_microsofts_schema(event: Event) -> None:
    fits("event", new_body(event, "Europe/Berlin", "t1", "Meeting/1"))


def test_an_update_fits_microsofts_schema() -> None:
    standing = msgspec.convert(next(one for one in answered_events() if one.get("attendees")), GraphEvent)
    patch = Patch(
        title="x", span=TIMED.span, location="y", description="z", people=PeopleChange(add=PEOPLE, remove=("a@b.c",))
    )

    fits("event", patch_body(patch, "Europe/Berlin", standing))


def test_an_update_of_one_field_sends_that_field_alone() -> None:
    sent = json.loads(msgspec.json.encode(patch_body(Patch(title="x"), "Europe/Berlin", None)))

    assert sent == {"subject": "x"}


def test_a_subscription_fits_microsofts_schema() -> None:
    look = KeepSubscription(feed="outlook/ann/c1", account="ann", mailbox="ann@contoso.com", calendar="c1")

    fits("subscription", wish_for(look, "https://tandem.contoso.com", b"secret", START))
