"""What is told of an event that its owner marked as private, or kept out of the sync by a category (M18)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from contracts.changes import OutlookSeen, OutlookSkipped
from contracts.events import BUSY_TITLE, Event, Private, Timed
from outlook_connector.changes import Change, Vantage
from reconciler.core.link import Link

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
CANARY = "cardiologist-4711"
ITEM: dict[str, Any] = {
    "id": "AAMk=",
    "@odata.etag": 'W/"1"',
    "lastModifiedDateTime": "2026-03-02T08:00:00Z",
    "subject": CANARY,
    "body": {"contentType": "html", "content": f"<p>{CANARY}</p>"},
    "location": {"displayName": CANARY},
    "type": "singleInstance",
    "sensitivity": "private",
    "isOrganizer": True,
    "isOnlineMeeting": True,
    "onlineMeeting": {"joinUrl": f"https://teams.microsoft.com/{CANARY}"},
    "start": {"dateTime": "2026-03-02T09:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2026-03-02T10:00:00.0000000", "timeZone": "UTC"},
    "organizer": {"emailAddress": {"name": CANARY, "address": f"{CANARY}@clinic.test"}},
    "attendees": [{"emailAddress": {"name": CANARY, "address": f"{CANARY}@home.test"}, "type": "required"}],
}


def told(item: dict[str, Any], private: Private = Private.SKIP, *categories: str) -> Change:
    vantage = Vantage("ann", "", NINE, private, categories)
    [change] = vantage.changes([msgspec.json.encode(item)])
    return change


@pytest.mark.scenario("P-01", "P-04")
@pytest.mark.parametrize("sensitivity", ["private", "Private", "personal", "confidential"])
def test_by_default_nothing_is_told_of_a_private_event_but_that_it_is_there(sensitivity: str) -> None:
    skipped = told(ITEM | {"sensitivity": sensitivity})
    assert isinstance(skipped, OutlookSkipped)
    assert (skipped.reason, skipped.detail) == ("private", "")
    assert skipped.modified_at == NINE - timedelta(hours=1)
    assert CANARY not in skipped.model_dump_json()


@pytest.mark.scenario("P-01", "P-04")
@pytest.mark.parametrize("sensitivity", ["private", "Private", "personal", "confidential"])
def test_as_busy_time_a_private_event_has_a_span_and_no_word_of_its_own(sensitivity: str) -> None:
    seen = told(ITEM | {"sensitivity": sensitivity}, Private.BUSY)
    assert isinstance(seen, OutlookSeen)
    assert seen.busy_only
    assert seen.event == Event(title=BUSY_TITLE, span=Timed(start=NINE, end=NINE + timedelta(hours=1)))
    assert CANARY not in seen.model_dump_json()


@pytest.mark.scenario("P-01")
def test_in_full_a_private_event_is_told_like_any_other() -> None:
    private, ordinary = told(ITEM, Private.FULL), told(ITEM | {"sensitivity": "normal"}, Private.FULL)
    assert private == ordinary
    assert isinstance(private, OutlookSeen)
    assert (private.event.title, private.busy_only) == (CANARY, False)


@pytest.mark.scenario("P-03")
@pytest.mark.parametrize("private", list(Private))
def test_an_event_that_is_not_private_is_told_whole_whatever_the_setting(private: Private) -> None:
    seen = told(ITEM | {"sensitivity": "normal"}, private)
    assert isinstance(seen, OutlookSeen)
    assert (seen.event.title, seen.busy_only) == (CANARY, False)


@pytest.mark.scenario("P-01")
def test_a_private_invitation_that_was_called_off_takes_up_no_time() -> None:
    seen = told(ITEM | {"isOrganizer": False, "isCancelled": True}, Private.BUSY)
    assert isinstance(seen, OutlookSeen)
    assert (seen.organizer, seen.event.cancelled) == (None, True)


@pytest.mark.scenario("P-06")
@pytest.mark.parametrize(
    ("borne", "reason"), [(["CRM"], None), (["crm", "Red"], None), (["Red"], "category"), ([], "category")]
)
def test_only_events_of_a_chosen_category_are_told(borne: list[str], reason: str | None) -> None:
    change = told(ITEM | {"sensitivity": "normal", "categories": borne}, Private.SKIP, "CRM", "Clients")
    assert getattr(change, "reason", None) == reason
    assert (CANARY in change.model_dump_json()) is (reason is None)


@pytest.mark.scenario("P-06")
def test_an_event_that_we_made_ourselves_needs_no_category() -> None:
    ours = Link.model_validate({"id": "00000000-0000-0000-0000-000000000001", **_ANN}).transaction_id
    item = ITEM | {"sensitivity": "normal", "categories": []}
    assert isinstance(told(item | {"transactionId": ours}, Private.SKIP, "CRM"), OutlookSeen)
    others = ["localevent:1", "1b4e28ba-2fa1-41d2-883f-0016d3cca427", "", None]
    assert {type(told(item | {"transactionId": other}, Private.SKIP, "CRM")) for other in others} == {OutlookSkipped}


@pytest.mark.scenario("P-04", "P-06")
def test_a_private_event_stays_private_whatever_category_it_bears() -> None:
    skipped = told(ITEM | {"categories": ["CRM"]}, Private.SKIP, "CRM")
    assert getattr(skipped, "reason", None) == "private"


_ANN = {"account": "ann", "origin": "espo", "entity": "Meeting"}
