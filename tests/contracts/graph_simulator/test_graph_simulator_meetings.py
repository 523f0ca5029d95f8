"""Meetings: the guests' copies, their replies, and the mails that Exchange sends for each change."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sandbox.graph.calendars.people import Person
from sandbox.graph.config import ANN, BOB, Config

Draft = Callable[..., dict[str, Any]]
BOBS = {"type": "required", "emailAddress": {"address": "Bob@Contoso.test", "name": "Bob"}}
EVE = {"type": "optional", "emailAddress": {"address": "eve@elsewhere.test", "name": "Eve"}}
LATER = {
    "start": {"dateTime": "2026-03-02T11:00:00", "timeZone": "UTC"},
    "end": {"dateTime": "2026-03-02T12:00:00", "timeZone": "UTC"},
}
MARCH = {"startDateTime": "2026-03-01T00:00:00Z", "endDateTime": "2026-04-05T00:00:00Z"}


class Outbox:
    """The mails sent since it was last read, as (kind, to)."""

    def __init__(self, control: httpx.AsyncClient) -> None:
        self._control = control
        self._read = 0

    async def new(self) -> list[tuple[str, str]]:
        mails = (await self._control.get("outbox")).json()
        new, self._read = mails[self._read :], len(mails)
        return sorted((mail["kind"], mail["to"]) for mail in new)


@pytest.fixture
def outbox(control: httpx.AsyncClient) -> Outbox:
    return Outbox(control)


@pytest.fixture
async def meeting(ann: httpx.AsyncClient, draft: Draft) -> dict[str, Any]:
    invitation = draft(attendees=[BOBS, EVE], categories=["Blue"])
    event: dict[str, Any] = (await ann.post("events", json=invitation)).json()
    return event


async def only(mailbox: httpx.AsyncClient) -> dict[str, Any]:
    (event,) = (await mailbox.get("events")).json()["value"]
    return dict(event)


async def replies(ann: httpx.AsyncClient, meeting: dict[str, Any]) -> list[str]:
    event = (await ann.get(f"events/{meeting['id']}")).json()
    return [one["status"]["response"] for one in event["attendees"]]


async def test_guests_are_invited_at_once(outbox: Outbox, meeting: dict[str, Any]) -> None:
    assert [one["status"]["response"] for one in meeting["attendees"]] == ["none", "none"]
    assert await outbox.new() == [("invite", "Bob@Contoso.test"), ("invite", "eve@elsewhere.test")]


async def test_a_mail_names_event_and_sender(control: httpx.AsyncClient, meeting: dict[str, Any]) -> None:
    mail = (await control.get("outbox")).json()[0]
    assert (mail["from"], mail["subject"], mail["iCalUId"]) == ("ann@contoso.test", "Budget", meeting["iCalUId"])


async def test_a_guest_gets_a_copy_of_their_own(bob: httpx.AsyncClient, meeting: dict[str, Any]) -> None:
    copy = await only(bob)
    assert copy["id"] != meeting["id"]
    assert copy["iCalUId"] == meeting["iCalUId"]
    assert (copy["isOrganizer"], copy["showAs"]) == (False, "tentative")
    assert copy["responseStatus"]["response"] == "notResponded"
    assert copy["organizer"]["emailAddress"]["address"] == "ann@contoso.test"
    assert (copy["categories"], "transactionId" in copy) == ([], False)


@pytest.mark.parametrize(("action", "response"), [("accept", "accepted"), ("tentativelyAccept", "tentativelyAccepted")])
async def test_a_reply_reaches_the_organizer(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, meeting: dict[str, Any], action: str, response: str,
) -> None:  # fmt: skip
    answer = await bob.post(f"events/{(await only(bob))['id']}/{action}", json={"Comment": "", "SendResponse": True})
    assert answer.status_code == 202
    assert (await only(bob))["responseStatus"]["response"] == response
    assert await replies(ann, meeting) == [response, "none"]


async def test_a_reply_is_mailed_to_the_organizer(
    bob: httpx.AsyncClient, outbox: Outbox, meeting: dict[str, Any],
) -> None:  # fmt: skip
    del meeting
    await outbox.new()
    await bob.post(f"events/{(await only(bob))['id']}/accept")
    assert await outbox.new() == [("response", "ann@contoso.test")]


async def test_a_reply_that_is_not_sent_stays_with_the_guest(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, outbox: Outbox, meeting: dict[str, Any],
) -> None:  # fmt: skip
    await outbox.new()
    await bob.post(f"events/{(await only(bob))['id']}/accept", json={"sendResponse": False})
    assert (await only(bob))["responseStatus"]["response"] == "accepted"
    assert await replies(ann, meeting) == ["none", "none"]
    assert await outbox.new() == []


async def test_a_declined_meeting_leaves_the_guests_calendar(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, meeting: dict[str, Any],
) -> None:  # fmt: skip
    await bob.post(f"events/{(await only(bob))['id']}/decline")
    assert (await bob.get("events")).json()["value"] == []
    assert await replies(ann, meeting) == ["declined", "none"]


CAROL = Person("0a1d6c52-3f0b-4c38-9a55-6b3c1f2e7d03", "carol@contoso.test", "Carol", keeps_declined=True)


@pytest.mark.parametrize("config", [Config(people=(ANN, BOB, CAROL))])
async def test_a_guest_who_keeps_declined_meetings_still_sees_it(
    ann: httpx.AsyncClient, graph: httpx.AsyncClient, draft: Draft,
) -> None:  # fmt: skip
    await ann.post("events", json=draft(attendees=[{"emailAddress": {"address": "carol@contoso.test"}}]))
    carol = "users/carol@contoso.test/events"
    (copy,) = (await graph.get(carol)).json()["value"]
    await graph.post(f"{carol}/{copy['id']}/decline")
    (kept,) = (await graph.get(carol)).json()["value"]
    assert (kept["responseStatus"]["response"], kept["showAs"]) == ("declined", "free")


async def test_a_proposed_time_is_told_to_the_organizer_in_the_preferred_zone(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, meeting: dict[str, Any],
) -> None:  # fmt: skip
    await bob.post(f"events/{(await only(bob))['id']}/decline", json={"proposedNewTime": LATER})
    zone = {"Prefer": 'outlook.timezone="Tokyo Standard Time"'}
    event = (await ann.get(f"events/{meeting['id']}", headers=zone)).json()
    start = event["attendees"][0]["proposedNewTime"]["start"]
    assert start == {"dateTime": "2026-03-02T20:00:00.0000000", "timeZone": "Tokyo Standard Time"}


async def test_an_organizer_cannot_reply_and_a_guest_cannot_cancel(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, meeting: dict[str, Any],
) -> None:  # fmt: skip
    assert (await ann.post(f"events/{meeting['id']}/accept")).status_code == 400
    assert (await bob.post(f"events/{(await only(bob))['id']}/cancel", json={"Comment": "no"})).status_code == 400


async def test_a_changed_meeting_mails_everybody_and_reaches_the_copies(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, outbox: Outbox, meeting: dict[str, Any],
) -> None:  # fmt: skip
    await outbox.new()
    await ann.patch(f"events/{meeting['id']}", json={"subject": "Budget 2"})
    assert await outbox.new() == [("update", "Bob@Contoso.test"), ("update", "eve@elsewhere.test")]
    assert (await only(bob))["subject"] == "Budget 2"


async def test_a_new_time_asks_for_new_replies(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, meeting: dict[str, Any],
) -> None:  # fmt: skip
    await bob.post(f"events/{(await only(bob))['id']}/accept")
    await ann.patch(f"events/{meeting['id']}", json=LATER)
    assert await replies(ann, meeting) == ["none", "none"]
    assert (await only(bob))["responseStatus"]["response"] == "notResponded"


async def test_a_new_subject_keeps_the_replies(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, meeting: dict[str, Any],
) -> None:  # fmt: skip
    await bob.post(f"events/{(await only(bob))['id']}/accept")
    await ann.patch(f"events/{meeting['id']}", json={"subject": "Budget 2"})
    assert await replies(ann, meeting) == ["accepted", "none"]
    assert (await only(bob))["responseStatus"]["response"] == "accepted"


@pytest.mark.parametrize(
    "change",
    [
        {"categories": ["Red"]},
        {"showAs": "free"},
        {"isReminderOn": False},
        {"reminderMinutesBeforeStart": 5},
        {
            "singleValueExtendedProperties": [
                {"id": "String {9c0f8a4e-2b1d-4f6a-8e3c-5d7b9a1c2e4f} Name EspoId", "value": "x"},
            ],
        },
    ],
)
async def test_what_only_the_organizer_sees_mails_nobody(
    ann: httpx.AsyncClient, outbox: Outbox, meeting: dict[str, Any], change: dict[str, Any],
) -> None:  # fmt: skip
    await outbox.new()
    assert (await ann.patch(f"events/{meeting['id']}", json=change)).status_code == 200
    assert await outbox.new() == []


async def test_a_patch_of_the_guest_list_alone_mails_only_who_changed(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, outbox: Outbox, meeting: dict[str, Any],
) -> None:  # fmt: skip
    await outbox.new()
    await ann.patch(f"events/{meeting['id']}", json={"attendees": [EVE, {"emailAddress": {"address": "new@x.test"}}]})
    assert await outbox.new() == [("cancel", "Bob@Contoso.test"), ("invite", "new@x.test")]
    assert (await only(bob))["isCancelled"] is True


async def test_a_patch_of_the_guest_list_and_more_mails_everybody(
    ann: httpx.AsyncClient, outbox: Outbox, meeting: dict[str, Any],
) -> None:  # fmt: skip
    await outbox.new()
    await ann.patch(f"events/{meeting['id']}", json={"attendees": [EVE], "subject": "Budget 2"})
    assert await outbox.new() == [("cancel", "Bob@Contoso.test"), ("update", "eve@elsewhere.test")]


async def test_replies_cannot_be_written_by_a_client(ann: httpx.AsyncClient, meeting: dict[str, Any]) -> None:
    claimed = {**BOBS, "status": {"response": "accepted", "time": "2026-03-01T08:00:00Z"}}
    await ann.patch(f"events/{meeting['id']}", json={"attendees": [claimed, EVE]})
    assert await replies(ann, meeting) == ["none", "none"]


async def test_a_deleted_meeting_is_cancelled_for_its_guests(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, outbox: Outbox, meeting: dict[str, Any],
) -> None:  # fmt: skip
    await outbox.new()
    await ann.delete(f"events/{meeting['id']}")
    copy = await only(bob)
    assert await outbox.new() == [("cancel", "Bob@Contoso.test"), ("cancel", "eve@elsewhere.test")]
    assert (copy["isCancelled"], copy["subject"]) == (True, "Canceled: Budget")


async def test_a_cancelled_meeting_is_gone_for_its_organizer(ann: httpx.AsyncClient, meeting: dict[str, Any]) -> None:
    assert (await ann.post(f"events/{meeting['id']}/cancel", json={"Comment": "Sorry"})).status_code == 202
    assert (await ann.get(f"events/{meeting['id']}")).status_code == 404


async def test_a_guest_who_deletes_their_copy_tells_nobody(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, outbox: Outbox, meeting: dict[str, Any],
) -> None:  # fmt: skip
    await outbox.new()
    await bob.delete(f"events/{(await only(bob))['id']}")
    assert await outbox.new() == []
    assert await replies(ann, meeting) == ["none", "none"]


async def test_what_a_guest_changes_lasts_until_the_organizers_next_update(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, outbox: Outbox, meeting: dict[str, Any],
) -> None:  # fmt: skip
    await outbox.new()
    copy = await only(bob)
    await bob.patch(f"events/{copy['id']}", json={"subject": "Mine", "categories": ["Red"]})
    assert await outbox.new() == []
    await ann.patch(f"events/{meeting['id']}", json={"location": {"displayName": "Room 1"}})
    assert ((await only(bob))["subject"], (await only(bob))["categories"]) == ("Budget", ["Red"])


async def test_a_guest_is_known_by_any_of_their_addresses(
    ann: httpx.AsyncClient, control: httpx.AsyncClient, graph: httpx.AsyncClient, draft: Draft,
) -> None:  # fmt: skip
    await control.post("mailboxes", json={"upn": "dan@contoso.test", "name": "Dan", "aliases": ["daniel@contoso.test"]})
    await ann.post("events", json=draft(attendees=[{"emailAddress": {"address": "DANIEL@contoso.test"}}]))
    assert len((await graph.get("users/dan@contoso.test/events")).json()["value"]) == 1


async def test_hidden_guests_see_only_themselves(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, draft: Draft,
) -> None:  # fmt: skip
    await ann.post("events", json=draft(attendees=[BOBS, EVE], hideAttendees=True))
    assert [one["emailAddress"]["address"] for one in (await only(bob))["attendees"]] == ["Bob@Contoso.test"]


async def test_only_the_default_calendar_tallies_replies(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, draft: Draft,
) -> None:  # fmt: skip
    other = (await ann.post("calendars", json={"name": "Private"})).json()
    path = f"calendars/{other['id']}/events"
    meeting = (await ann.post(path, json=draft(attendees=[BOBS]))).json()
    await bob.post(f"events/{(await only(bob))['id']}/accept")
    assert await replies(ann, meeting) == ["none"]


async def test_a_guest_may_reply_to_one_occurrence(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, weekly: dict[str, Any],
) -> None:  # fmt: skip
    await ann.post("events", json={**weekly, "attendees": [BOBS]})
    second = (await bob.get("calendarView", params=MARCH)).json()["value"][1]
    await bob.post(f"events/{second['id']}/decline")
    organized = (await ann.get("calendarView", params=MARCH)).json()["value"]
    assert [one["attendees"][0]["status"]["response"] for one in organized] == ["none", "declined", "none", "none"]
    assert len((await bob.get("calendarView", params=MARCH)).json()["value"]) == 3


async def test_a_patch_on_a_series_mails_for_each_exception_too(
    ann: httpx.AsyncClient, outbox: Outbox, weekly: dict[str, Any],
) -> None:  # fmt: skip
    master = (await ann.post("events", json={**weekly, "attendees": [EVE]})).json()
    second = (await ann.get("calendarView", params=MARCH)).json()["value"][1]
    await ann.patch(f"events/{second['id']}", json={"subject": "Special"})
    await outbox.new()
    await ann.patch(f"events/{master['id']}", json={"location": {"displayName": "Room 1"}})
    assert await outbox.new() == [("update", "eve@elsewhere.test")] * 2


async def test_a_deleted_occurrence_is_cancelled_in_the_copy(
    ann: httpx.AsyncClient, bob: httpx.AsyncClient, outbox: Outbox, weekly: dict[str, Any],
) -> None:  # fmt: skip
    await ann.post("events", json={**weekly, "attendees": [BOBS]})
    await outbox.new()
    second = (await ann.get("calendarView", params=MARCH)).json()["value"][1]
    await ann.delete(f"events/{second['id']}")
    copies = (await bob.get("calendarView", params=MARCH)).json()["value"]
    assert await outbox.new() == [("cancel", "Bob@Contoso.test")]
    assert [one["isCancelled"] for one in copies] == [False, True, False, False]


async def test_an_invitation_to_a_group_reaches_its_members_and_names_the_group(
    control: httpx.AsyncClient, ann: httpx.AsyncClient, bob: httpx.AsyncClient, draft: Draft
) -> None:
    group = {"address": "Team@contoso.test", "members": [BOB.upn]}
    (await control.post("groups", json=group)).raise_for_status()
    team = {"type": "required", "emailAddress": {"address": "team@contoso.test"}}

    event = (await ann.post("events", json=draft(attendees=[team]))).json()

    copy = await only(bob)
    assert copy["iCalUId"] == event["iCalUId"]
    assert [one["emailAddress"]["address"] for one in copy["attendees"]] == ["team@contoso.test"]
    await bob.post(f"events/{copy['id']}/accept", json={"sendResponse": True})
    assert await replies(ann, event) == ["none"]
    await ann.delete(f"events/{event['id']}")
    assert (await only(bob))["isCancelled"] is True
