"""Graph's events as ours."""

from typing import Any

import msgspec
import pytest

from contracts.events import AllDay, Event, Reply, Timed
from graph.asking.answers import GraphEvent
from outlook_connector.fields.page import UnreadableError
from outlook_connector.translate import new_body, to_event

GRAPH: dict[str, Any] = {
    "id": "AAMk=",
    "subject": "Demo",
    "isOrganizer": True,
    "isCancelled": False,
    "start": {"dateTime": "2026-03-02T08:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2026-03-02T09:00:00.0000000", "timeZone": "UTC"},
    "body": {"contentType": "html", "content": "<html><body>Bring<br>cake</body></html>"},
    "location": {"displayName": "Room 1"},
    "organizer": {"emailAddress": {"name": "Ann", "address": "Ann@contoso.com"}},
    "attendees": [],
}


def graph_event(**other: Any) -> GraphEvent:
    return msgspec.convert(GRAPH | other, GraphEvent)


def attendee(address: str | None, response: str = "none", kind: str = "required") -> dict[str, Any]:
    return {"type": kind, "status": {"response": response}, "emailAddress": {"name": "Somebody", "address": address}}


def test_an_event_is_read_with_all_that_is_synced() -> None:
    event = to_event(graph_event())

    assert (event.title, event.location, event.description) == ("Demo", "Room 1", "Bring\ncake")
    assert isinstance(event.span, Timed)
    assert event.span.start.isoformat() == "2026-03-02T08:00:00+00:00"


def test_what_graph_leaves_out_is_empty() -> None:
    event = to_event(graph_event(subject=None, body=None, location=None, attendees=None))

    assert (event.title, event.location, event.description, event.people) == ("", "", "", ())


@pytest.mark.scenario("H-01", "H-02")
def test_an_all_day_event_is_a_span_of_dates_whatever_its_zone() -> None:
    span = to_event(
        graph_event(
            isAllDay=True,
            start={"dateTime": "2026-03-02T00:00:00.0000000", "timeZone": "Tonga Standard Time"},
            end={"dateTime": "2026-03-04T00:00:00.0000000", "timeZone": "Tonga Standard Time"},
        )
    ).span

    assert isinstance(span, AllDay)
    assert (span.first.isoformat(), span.last.isoformat()) == ("2026-03-02", "2026-03-03")


@pytest.mark.parametrize(
    ("response", "reply"),
    [
        ("none", Reply.NONE),
        ("notResponded", Reply.NONE),
        ("accepted", Reply.ACCEPTED),
        ("tentativelyAccepted", Reply.TENTATIVE),
        ("declined", Reply.DECLINED),
        ("inventedLater", Reply.NONE),
    ],
)
def test_each_reply_has_its_counterpart(response: str, reply: Reply) -> None:
    [person] = to_event(graph_event(attendees=[attendee("Bob@Contoso.com", response)])).people or ()

    assert (person.address, person.reply) == ("bob@contoso.com", reply)


@pytest.mark.scenario("T-32")
def test_the_organizer_is_no_attendee() -> None:
    listed = [
        attendee("ANN@contoso.com"),
        attendee("alias-of-ann@contoso.com", "organizer"),
        attendee("bob@contoso.com"),
    ]

    assert [one.address for one in to_event(graph_event(attendees=listed)).people or ()] == ["bob@contoso.com"]


@pytest.mark.scenario("T-16")
def test_a_room_is_marked_as_one() -> None:
    [room] = to_event(graph_event(attendees=[attendee("room@contoso.com", kind="resource")])).people or ()

    assert room.resource


@pytest.mark.scenario("T-18", "T-32")
def test_somebody_twice_is_one_person_and_somebody_without_address_nobody() -> None:
    listed = [attendee("bob@contoso.com", "accepted"), attendee("BOB@contoso.com"), attendee(None), attendee(" ")]

    [bob] = to_event(graph_event(attendees=listed)).people or ()
    assert bob.reply is Reply.ACCEPTED


@pytest.mark.parametrize(
    ("is_organizer", "is_cancelled", "cancelled"),
    [(True, False, None), (False, False, False), (False, True, True), (True, True, True)],
)
def test_an_organizers_own_event_has_no_state_of_not_being_cancelled(
    is_organizer: bool, is_cancelled: bool, cancelled: bool | None
) -> None:
    assert to_event(graph_event(isOrganizer=is_organizer, isCancelled=is_cancelled)).cancelled is cancelled


@pytest.mark.parametrize(
    "broken",
    [
        {"start": None},
        {"end": None},
        {"start": {"dateTime": "whenever", "timeZone": "UTC"}},
        {"end": {"dateTime": "2026-03-02T09:00:00", "timeZone": "tzone://Microsoft/Custom"}},
    ],
)
def test_an_event_without_usable_times_is_unreadable_and_its_content_not_quoted(broken: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError) as refused:
        to_event(graph_event(**broken))

    assert "whenever" not in str(refused.value)


@pytest.mark.parametrize(
    ("told", "online", "join_url"),
    [
        ({}, False, ""),
        ({"isOnlineMeeting": True, "onlineMeeting": None}, True, ""),
        ({"isOnlineMeeting": True, "onlineMeeting": {"joinUrl": None}}, True, ""),
        ({"isOnlineMeeting": True, "onlineMeeting": {"joinUrl": "https://t/1", "phones": []}}, True, "https://t/1"),
    ],
)
def test_whether_an_event_is_online_and_where_to_join_is_read(
    told: dict[str, Any], online: bool, join_url: str
) -> None:
    event = to_event(graph_event(**told))

    assert (event.online, event.join_url) == (online, join_url)


def test_a_teams_meeting_is_asked_for_with_a_body_even_if_it_is_empty() -> None:
    event = Event(title="Demo", span=to_event(graph_event()).span, online=True)

    written = msgspec.to_builtins(new_body(event, "Europe/Berlin", "t", "Meeting/1"))

    assert (written["isOnlineMeeting"], written["onlineMeetingProvider"]) == (True, "teamsForBusiness")
    assert written["body"] == {"contentType": "html", "content": ""}


@pytest.mark.parametrize("online", [None, False])
def test_what_is_not_to_be_online_says_nothing_of_it(online: bool | None) -> None:
    event = Event(title="Demo", span=to_event(graph_event()).span, online=online)

    assert "isOnlineMeeting" not in msgspec.to_builtins(new_body(event, "Europe/Berlin", "t", "Meeting/1"))
