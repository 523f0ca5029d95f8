"""A guest's answer that was given in EspoCRM, given in Outlook: once, from the guest's own mailbox."""

from typing import Any

import pytest

from contracts.changes import OutlookSeen
from contracts.events import Reply
from contracts.outcomes import Deferred, Done, Refused, Vanished
from outlook_connector.looks import Looks
from outlook_connector.writes import Writes
from support.outlook import ANN, BOB, START, Bus, Person, Simulator, answer, look

GUEST = [{"type": "required", "emailAddress": {"address": BOB}}]


async def bobs_answer(ann: Person, event: dict[str, Any]) -> str:
    (guest,) = (await ann.reads(event["id"]))["attendees"]
    return str(guest["status"]["response"])


@pytest.mark.scenario("T-01", "T-02", "T-09")
@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (Reply.ACCEPTED, "accepted"),
        (Reply.TENTATIVE, "tentativelyAccepted"),
        (Reply.DECLINED, "declined"),
    ],
)
async def test_an_answer_reaches_the_organizers_event(
    ann: Person, writes: Writes, bus: Bus, reply: Reply, shown: str
) -> None:
    event = await ann.creates(attendees=GUEST)
    write = answer(event["iCalUId"], reply)
    await writes.carry_out(write)
    (done,) = bus.of(Done)
    assert (done.write_id, done.account, done.stored) == (write.write_id, "bob-in-espo", None)
    assert await bobs_answer(ann, event) == shown


async def test_an_answer_that_comes_twice_is_given_once(
    simulator: Simulator, ann: Person, writes: Writes, bus: Bus
) -> None:
    event = await ann.creates(attendees=GUEST)
    write = answer(event["iCalUId"])
    await writes.carry_out(write)
    await writes.carry_out(write)
    assert [type(message) for message in bus.messages] == [Done, Done]
    assert [mail["kind"] for mail in await simulator.mails()] == ["invite", "response"]


async def test_an_answer_that_nobody_is_told_of_sends_no_mail(
    simulator: Simulator, ann: Person, bob: Person, writes: Writes
) -> None:
    event = await ann.creates(attendees=GUEST)
    await writes.carry_out(answer(event["iCalUId"], tell_organizer=False))
    assert [mail["kind"] for mail in await simulator.mails()] == ["invite"]
    (copy,) = await bob.lists()
    assert copy["responseStatus"]["response"] == "accepted"


async def test_an_organizer_who_asked_for_no_answers_is_sent_none(
    simulator: Simulator, ann: Person, writes: Writes, bus: Bus
) -> None:
    event = await ann.creates(attendees=GUEST, responseRequested=False)
    await writes.carry_out(answer(event["iCalUId"]))
    assert [type(message) for message in bus.messages] == [Done]
    assert [mail["kind"] for mail in await simulator.mails()] == ["invite"]


@pytest.mark.scenario("T-08")
async def test_an_invitation_that_is_not_there_is_reported(ann: Person, bob: Person, writes: Writes, bus: Bus) -> None:
    event = await ann.creates(attendees=GUEST)
    (copy,) = await bob.lists()
    await bob.deletes(copy["id"])
    await writes.carry_out(answer(event["iCalUId"]))
    assert [type(message) for message in bus.messages] == [Vanished]


@pytest.mark.scenario("T-08")
async def test_an_invitation_that_goes_while_it_is_answered_is_reported(
    simulator: Simulator, ann: Person, writes: Writes, bus: Bus
) -> None:
    event = await ann.creates(attendees=GUEST)
    gone = {"error": {"code": "ErrorItemNotFound", "message": "gone"}}
    await simulator.fault(method="POST", path=".*/accept", times=1, status=404, body=gone)
    await writes.carry_out(answer(event["iCalUId"]))
    assert [type(message) for message in bus.messages] == [Vanished]


async def test_a_meeting_that_was_called_off_is_not_answered(ann: Person, writes: Writes, bus: Bus) -> None:
    event = await ann.creates(attendees=GUEST)
    await ann.deletes(event["id"])
    await writes.carry_out(answer(event["iCalUId"]))
    assert [message.reason for message in bus.of(Refused)] == ["the meeting was called off"]


async def test_nobody_answers_a_meeting_of_his_own(ann: Person, writes: Writes, bus: Bus) -> None:
    event = await ann.creates(attendees=GUEST)
    await writes.carry_out(answer(event["iCalUId"], mailbox=ANN))
    assert ["organizes it" in message.reason for message in bus.of(Refused)] == [True]


async def test_an_answer_cannot_be_taken_back(ann: Person, writes: Writes, bus: Bus) -> None:
    event = await ann.creates(attendees=GUEST)
    await writes.carry_out(answer(event["iCalUId"], Reply.NONE))
    assert ["take an answer back" in message.reason for message in bus.of(Refused)] == [True]


async def test_an_answer_whose_outcome_was_lost_is_not_given_twice(
    simulator: Simulator, ann: Person, writes: Writes, bus: Bus
) -> None:
    event = await ann.creates(attendees=GUEST)
    await simulator.fault(method="POST", path=".*/accept", times=1, drop="after")
    write = answer(event["iCalUId"])
    await writes.carry_out(write)
    await writes.carry_out(write)
    assert [message.kind for message in bus.messages] == ["deferred", "done"]
    assert [mail["kind"] for mail in await simulator.mails()] == ["invite", "response"]


@pytest.mark.scenario("Q-01")
async def test_a_write_that_a_throttled_mailbox_never_saw_was_not_attempted(
    simulator: Simulator, ann: Person, writes: Writes, bus: Bus
) -> None:
    event = await ann.creates(attendees=GUEST)
    await simulator.fault(method="GET", path=".*/events.*", times=1, status=429, headers={"Retry-After": "60"})
    for _ in range(2):
        await writes.carry_out(answer(event["iCalUId"]))
    assert [message.attempted for message in bus.of(Deferred)] == [True, False]


@pytest.mark.scenario("T-03")
async def test_what_a_guest_answered_is_told_of_the_guests_own_copy(
    bob: Person, ann: Person, looks: Looks, bus: Bus
) -> None:
    await ann.creates(attendees=GUEST)
    (copy,) = await bob.lists()
    await bob.answers(copy["id"], "tentativelyAccept")
    await looks.carry_out(look(mailbox=BOB))
    (seen,) = bus.of(OutlookSeen)
    assert (seen.is_organizer, seen.reply) == (False, Reply.TENTATIVE)


@pytest.mark.scenario("T-22")
@pytest.mark.parametrize(("mailbox", "hidden"), [(ANN, False), (BOB, True)], ids=["the organizer", "a guest"])
async def test_hidden_guests_are_hidden_from_guests_and_not_from_the_organizer(
    ann: Person, looks: Looks, bus: Bus, mailbox: str, hidden: bool
) -> None:
    await ann.creates(attendees=GUEST, hideAttendees=True)
    await looks.carry_out(look(mailbox=mailbox))
    (seen,) = bus.of(OutlookSeen)
    assert seen.guests_hidden is hidden


@pytest.mark.scenario("T-28")
async def test_another_time_that_a_guest_proposes_is_told_and_the_time_stays(
    bob: Person, ann: Person, looks: Looks, bus: Bus
) -> None:
    event = await ann.creates(attendees=GUEST)
    (copy,) = await bob.lists()
    slot = {
        "start": {"dateTime": "2026-03-03T09:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2026-03-03T10:00:00", "timeZone": "UTC"},
    }
    proposal = {"sendResponse": True, "proposedNewTime": slot}
    answered = await bob.http.post(f"/v1.0/users/{BOB}/events/{copy['id']}/tentativelyAccept", json=proposal)
    answered.raise_for_status()
    await looks.carry_out(look())
    (seen,) = bus.of(OutlookSeen)
    assert seen.event.span.start == START
    (guest,) = seen.event.people
    assert guest.proposed.start == START.replace(day=3)
    assert (await ann.reads(event["id"]))["start"]["dateTime"].startswith("2026-03-02T09:00")
