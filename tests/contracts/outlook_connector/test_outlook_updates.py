"""Changing events in Outlook: only what is meant, only if nobody edited them meanwhile, and without harm to anybody else's."""

from typing import Any

import pytest

from contracts.events import AllDay, Attendee, Reply
from contracts.outcomes import Conflicted, Deferred, Done, Refused, Vanished
from contracts.writes import NewReply, Patch, PeopleChange
from outlook_connector.writes import Writes
from sandbox.graph.config import Config
from support.outlook import ANN, BOB, Bus, Person, Simulator, change, timed

EVENT = r"/events/[^/]+$"


def invited(*people: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"type": kind, "emailAddress": {"address": address}} for address, kind in people]


@pytest.mark.scenario("B-02", "B-11", "M-17")
async def test_a_renaming_costs_one_request_and_sends_the_subject_alone(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    event = await ann.creates(subject="Old", categories=["Red category"], reminderMinutesBeforeStart=7)

    await writes.carry_out(change(event, Patch(title="New")))

    assert bus.of(Done)[0].stored.event.title == "New"
    assert [one["method"] for one in await simulator.requests()] == ["PATCH"]
    stored = await ann.reads(event["id"])
    assert (stored["categories"], stored["reminderMinutesBeforeStart"]) == (["Red category"], 7)
    assert stored["@odata.etag"] == bus.of(Done)[0].stored.version


async def test_a_new_time_is_written_in_the_owners_zone(writes: Writes, bus: Bus, ann: Person) -> None:
    event = await ann.creates()

    await writes.carry_out(change(event, Patch(span=timed(26))))

    assert bus.of(Done)[0].stored.event.span == timed(26)
    assert (await ann.reads(event["id"]))["start"]["dateTime"] == "2026-03-03T11:00:00.0000000"


@pytest.mark.scenario("H-03")
async def test_an_event_becomes_all_day_and_timed_again(writes: Writes, bus: Bus, ann: Person) -> None:
    event = await ann.creates()
    span = AllDay.model_validate({"first": "2026-03-02", "last": "2026-03-02"})

    await writes.carry_out(change(event, Patch(span=span)))
    await writes.carry_out(change(await ann.reads(event["id"]), Patch(span=timed(3))))

    assert [one.stored.event.span for one in bus.of(Done)] == [span, timed(3)]


@pytest.mark.scenario("B-13", "K-07")
async def test_an_edit_made_meanwhile_is_not_overwritten(writes: Writes, bus: Bus, ann: Person) -> None:
    event = await ann.creates(subject="Old")
    await ann.edits(event["id"], subject="Ann's")

    await writes.carry_out(change(event, Patch(title="Ours")))

    [outcome] = bus.of(Conflicted)
    assert outcome.fresh.event.title == "Ann's"
    assert (await ann.reads(event["id"]))["subject"] == "Ann's"


async def test_an_edit_made_meanwhile_is_noticed_before_people_are_written(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    event = await ann.creates()
    await ann.edits(event["id"], subject="Ann's")

    await writes.carry_out(change(event, Patch(people=PeopleChange(add=(Attendee(address=BOB),)))))

    assert len(bus.of(Conflicted)) == 1
    assert await simulator.requests("PATCH") == []


@pytest.mark.scenario("B-12", "U-01")
async def test_an_update_of_an_event_that_is_gone_says_so(writes: Writes, bus: Bus, ann: Person) -> None:
    event = await ann.creates()
    await ann.deletes(event["id"])

    await writes.carry_out(change(event, Patch(title="New")))

    assert isinstance(bus.messages[0], Vanished)


@pytest.mark.scenario("T-15", "T-16", "T-20")
async def test_a_newcomer_is_added_and_everybody_else_kept(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    event = await ann.creates(
        attendees=invited((BOB, "required"), ("guest@elsewhere.test", "optional"), ("room@contoso.test", "resource"))
    )

    newcomer = Attendee(address="new@contoso.test", name="New One")
    await writes.carry_out(change(event, Patch(people=PeopleChange(add=(newcomer,)))))

    stored = await ann.reads(event["id"])
    assert {(one["emailAddress"]["address"].lower(), one["type"]) for one in stored["attendees"]} == {
        (BOB, "required"),
        ("guest@elsewhere.test", "optional"),
        ("room@contoso.test", "resource"),
        ("new@contoso.test", "required"),
    }
    assert "new@contoso.test" in {one.address for one in bus.of(Done)[0].stored.event.people}
    told = [mail for mail in await simulator.mails() if mail["kind"] == "invite"]
    assert told[-1]["to"] == "new@contoso.test" or told[-1]["to"] == ["new@contoso.test"]


@pytest.mark.scenario("T-17")
async def test_somebody_who_leaves_is_taken_off_in_whatever_letters(writes: Writes, ann: Person) -> None:
    event = await ann.creates(attendees=invited((BOB, "required"), ("guest@elsewhere.test", "required")))

    await writes.carry_out(change(event, Patch(people=PeopleChange(remove=("Guest@Elsewhere.test",)))))

    stored = await ann.reads(event["id"])
    assert [one["emailAddress"]["address"] for one in stored["attendees"]] == [BOB]


@pytest.mark.scenario("T-17")
async def test_the_last_guest_who_leaves_is_taken_off_and_told_so(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    event = await ann.creates(attendees=invited((BOB, "required")))

    await writes.carry_out(change(event, Patch(title="Alone", people=PeopleChange(remove=(BOB,)))))

    assert bus.of(Done)[0].stored.event.people == ()
    assert (await ann.reads(event["id"]))["attendees"] == []
    assert [mail["kind"] for mail in await simulator.mails()][-1] == "cancel"


@pytest.mark.scenario("T-32")
async def test_somebody_who_is_there_under_another_address_is_not_invited_twice(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    event = await ann.creates(attendees=invited((BOB, "required")))

    twin = Attendee(address="bob.ray@home.test", aliases=(BOB,))
    await writes.carry_out(change(event, Patch(people=PeopleChange(add=(twin,)))))

    assert len(bus.of(Done)) == 1
    assert await simulator.requests("PATCH") == []


async def test_replies_are_never_sent_to_graph(writes: Writes, bus: Bus, ann: Person, simulator: Simulator) -> None:
    event = await ann.creates(attendees=invited((BOB, "required")))

    replies = (NewReply(address=BOB, reply=Reply.ACCEPTED),)
    await writes.carry_out(change(event, Patch(people=PeopleChange(replies=replies))))

    assert bus.of(Done)[0].stored.event.people[0].reply is Reply.NONE
    assert await simulator.requests("PATCH") == []


@pytest.mark.scenario("A-21", "L-02")
async def test_what_stands_like_that_already_is_not_written(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    event = await ann.creates(subject="Same", body={"contentType": "html", "content": "One<br>Two"})

    await writes.carry_out(change(event, Patch(title="Same", description="One\nTwo")))

    assert bus.of(Done)[0].stored.version == event["@odata.etag"]
    assert await simulator.requests("PATCH") == []


@pytest.mark.scenario("B-15")
async def test_a_new_description_reads_back_as_written(writes: Writes, bus: Bus, ann: Person) -> None:
    event = await ann.creates()
    text = "Agenda <draft> & more\n\n  indented  twice\nlast"

    await writes.carry_out(change(event, Patch(description=text)))

    assert bus.of(Done)[0].stored.event.description == text


async def test_a_new_description_keeps_the_teams_meeting(writes: Writes, bus: Bus, ann: Person) -> None:
    event = await ann.creates(
        isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness", body={"contentType": "html", "content": "Old"}
    )
    event = await ann.reads(event["id"])

    await writes.carry_out(change(event, Patch(description="New")))

    stored = await ann.reads(event["id"])
    assert stored["isOnlineMeeting"] is True
    assert event["onlineMeeting"]["joinUrl"] in stored["body"]["content"]
    assert "Old" not in stored["body"]["content"]
    assert bus.of(Done)[0].stored.event.description == "New"


async def test_a_lost_answer_to_an_update_is_settled_by_reading(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    event = await ann.creates()
    await simulator.fault(method="PATCH", path=EVENT, drop="after")

    await writes.carry_out(change(event, Patch(title="New")))

    assert bus.of(Done)[0].stored.event.title == "New"
    assert len(await simulator.requests("PATCH")) == 1


async def test_an_update_that_comes_again_is_done_and_not_taken_for_an_edit(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    event = await ann.creates(attendees=invited((BOB, "required")))
    again = change(event, Patch(title="New", location="Room 2", people=PeopleChange(remove=(BOB,))))

    await writes.carry_out(again)
    await writes.carry_out(again)

    first, second = bus.of(Done)
    assert first.stored.version == second.stored.version
    assert len(await simulator.requests("PATCH")) == 1


async def test_an_update_that_never_arrived_is_deferred(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    event = await ann.creates(subject="Old")
    await simulator.fault(method="PATCH", path=EVENT, drop="before")

    await writes.carry_out(change(event, Patch(title="New")))

    assert isinstance(bus.messages[0], Deferred)
    assert (await ann.reads(event["id"]))["subject"] == "Old"


async def test_a_conflict_that_exchange_only_imagines_is_deferred(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    event = await ann.creates()
    await simulator.fault(method="PATCH", path=EVENT, status=412, body={"error": {"code": "ErrorIrresolvableConflict"}})

    await writes.carry_out(change(event, Patch(title="New")))

    assert isinstance(bus.messages[0], Deferred)


@pytest.mark.parametrize("status", [503, 504])
async def test_an_update_during_an_outage_is_deferred(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator, status: int
) -> None:
    event = await ann.creates()
    await simulator.fault(method="PATCH", path=EVENT, status=status)

    await writes.carry_out(change(event, Patch(title="New")))

    assert isinstance(bus.messages[0], Deferred)


@pytest.mark.scenario("P-01")
async def test_an_event_that_became_private_gives_nothing_away(writes: Writes, bus: Bus, ann: Person) -> None:
    event = await ann.creates(subject="Innocent")
    await ann.edits(event["id"], subject="A secret", sensitivity="private")

    await writes.carry_out(change(event, Patch(title="New")))

    [outcome] = bus.of(Refused)
    assert "private" in outcome.reason
    assert "secret" not in outcome.model_dump_json()


async def test_a_refused_update_is_said_in_words(writes: Writes, bus: Bus, ann: Person, simulator: Simulator) -> None:
    event = await ann.creates()
    await simulator.fault(method="PATCH", path=EVENT, status=403, body={"error": {"code": "ErrorAccessDenied"}})

    await writes.carry_out(change(event, Patch(title="New")))

    assert bus.of(Refused)[0].reason == "Microsoft does not allow us this mailbox or calendar (403 ErrorAccessDenied)"


async def test_the_mailbox_of_the_request_is_the_one_named(writes: Writes, ann: Person, simulator: Simulator) -> None:
    event = await ann.creates()

    await writes.carry_out(change(event, Patch(title="New")))

    assert all(ANN.replace("@", "%40") in one["path"] for one in await simulator.requests())


@pytest.mark.parametrize("config", [Config(join_url_after=3600)])
async def test_a_new_description_waits_until_teams_has_written_its_block(writes: Writes, bus: Bus, ann: Person) -> None:
    event = await ann.creates(isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness")

    await writes.carry_out(change(event, Patch(description="New")))

    assert bus.of(Deferred)[0].reason == "Teams has not put its invitation into this event yet"
    assert (await ann.reads(event["id"]))["isOnlineMeeting"] is True


async def test_a_new_description_is_refused_where_the_teams_block_has_a_form_of_its_own(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    event = await ann.creates(isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness")
    unknown = {**event, "body": {"contentType": "html", "content": "<p>Join by magic</p>"}}
    await simulator.fault(method="GET", path=r"/events/", status=200, body=unknown)

    await writes.carry_out(change(event, Patch(description="New")))

    assert "might destroy it" in bus.of(Refused)[0].reason
    assert (await ann.reads(event["id"]))["isOnlineMeeting"] is True


async def test_a_text_is_not_written_into_a_body_that_is_nested_without_end(
    writes: Writes, bus: Bus, ann: Person
) -> None:
    event = await ann.creates(body={"contentType": "html", "content": "<div>x" * 10_000})

    await writes.carry_out(change(event, Patch(description="New")))

    assert "elements deep" in bus.of(Refused)[0].reason
