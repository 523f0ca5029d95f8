"""What comes of a wish to change or to remove a record."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.changes import EspoSeen
from contracts.events import AllDay, Attendee, Reply, Timed
from contracts.outcomes import Conflicted, Deferred, Done, Refused, Vanished
from contracts.writes import NewReply, Patch, PeopleChange
from support.espo import NOON, Espo, Sweeper, Writer

VERSIONS = ("9.2.7", "9.3.10", "10.0.0")
FAIR = AllDay(first=date(2026, 12, 10), last=date(2026, 12, 12))
TWO = Timed(start=datetime(2026, 12, 1, 14, tzinfo=UTC), end=datetime(2026, 12, 1, 15, tzinfo=UTC))


def stored(outcome: object) -> EspoSeen:
    assert isinstance(outcome, Done), outcome
    assert isinstance(outcome.stored, EspoSeen)
    return outcome.stored


async def made(espo: Espo, sweeper: Sweeper, entity: str = "Meeting", **attributes: Any) -> EspoSeen:
    """Have a record made by somebody, and see it."""
    if entity != "Meeting":
        sweeper.cursor = None
        await sweeper.sweep(entity)
    await espo.meeting(entity, **attributes)
    (seen,) = await sweeper.sweep(entity)
    return seen


async def put_bodies(espo: Espo) -> int:
    return len(await espo.requests("PUT"))


@pytest.mark.scenario("B-04", "M-17")
async def test_a_new_title_is_written_and_nothing_else(espo: Espo, sweeper: Sweeper, writer: Writer) -> None:
    seen = await made(espo, sweeper, description="kept")
    done = stored(await writer.outcome(writer.update(seen, Patch(title="Renamed = better"))))
    assert done.event == seen.event.model_copy(update={"title": "Renamed = better"})
    assert (await espo.ask("GET", f"Meeting/{seen.espo_id}"))["description"] == "kept"


async def test_a_wish_that_is_fulfilled_already_writes_nothing(espo: Espo, sweeper: Sweeper, writer: Writer) -> None:
    seen = await made(espo, sweeper, name="A ﹤ B", cLocation="HQ", description="text")
    patch = Patch(
        title="A < B",
        span=seen.event.span,
        location="HQ",
        description="text\r\n",
        cancelled=False,
        people=PeopleChange(remove=("nobody@else.example",)),
    )
    assert stored(await writer.outcome(writer.update(seen, patch))).event == seen.event
    assert await put_bodies(espo) == 0


async def test_a_write_that_arrives_twice_changes_once(espo: Espo, sweeper: Sweeper, writer: Writer) -> None:
    seen = await made(espo, sweeper)
    write = writer.update(seen, Patch(title="Renamed"))
    first, second = await writer.outcomes(write, write)
    assert stored(first).event == stored(second).event
    assert await put_bodies(espo) == 1


@pytest.mark.scenario("K-07")
async def test_a_field_that_somebody_edited_meanwhile_is_a_conflict_with_what_stands_there(
    espo: Espo, sweeper: Sweeper, writer: Writer
) -> None:
    seen = await made(espo, sweeper)
    await espo.ask("PUT", f"Meeting/{seen.espo_id}", {"name": "Anna's title"})
    outcome = await writer.outcome(writer.update(seen, Patch(title="Our title")))
    assert isinstance(outcome, Conflicted)
    assert outcome.fresh.event.title == "Anna's title"
    assert (await espo.ask("GET", f"Meeting/{seen.espo_id}"))["name"] == "Anna's title"


async def test_an_edit_of_another_field_in_the_same_second_is_no_conflict(
    espo: Espo, sweeper: Sweeper, writer: Writer
) -> None:
    seen = await made(espo, sweeper)
    await espo.ask("PUT", f"Meeting/{seen.espo_id}", {"description": "Anna's notes"})
    done = stored(await writer.outcome(writer.update(seen, Patch(title="Our title"))))
    assert (done.event.title, done.event.description) == ("Our title", "Anna's notes")


@pytest.mark.scenario("K-07")
@pytest.mark.parametrize("besides", [{}, {"description": "Anna's notes"}], ids=["", "and edited something else"])
async def test_a_write_that_comes_again_leaves_alone_whoever_has_undone_it(
    espo: Espo, sweeper: Sweeper, writer: Writer, besides: dict[str, str]
) -> None:
    seen = await made(espo, sweeper, name="As it was")
    write = writer.update(seen, Patch(title="Ours"))
    stored(await writer.outcome(write))
    espo.clock.advance(2)
    await espo.ask("PUT", f"Meeting/{seen.espo_id}", {"name": "As it was", **besides})
    assert isinstance(await writer.outcome(write), Conflicted)
    assert (await espo.ask("GET", f"Meeting/{seen.espo_id}"))["name"] == "As it was"


async def test_a_record_that_was_removed_meanwhile_has_vanished(espo: Espo, sweeper: Sweeper, writer: Writer) -> None:
    seen = await made(espo, sweeper)
    await espo.ask("DELETE", f"Meeting/{seen.espo_id}")
    assert isinstance(await writer.outcome(writer.update(seen, Patch(title="x"))), Vanished)


@pytest.mark.scenario("H-03")
@pytest.mark.parametrize("espo", VERSIONS, indirect=True)
@pytest.mark.parametrize("entity", ["Meeting", "CVisit"])
async def test_hours_become_whole_days_and_hours_again(
    espo: Espo, sweeper: Sweeper, writer: Writer, entity: str
) -> None:
    seen = await made(espo, sweeper, entity)
    days = stored(await writer.outcome(writer.update(seen, Patch(span=FAIR))))
    assert days.event.span == FAIR
    hours = stored(await writer.outcome(writer.update(days, Patch(span=TWO))))
    assert hours.event.span == TWO
    record = await espo.ask("GET", f"{entity}/{seen.espo_id}")
    assert (record["dateStart"], record["dateEnd"]) == ("2026-12-01 14:00:00", "2026-12-01 15:00:00")
    assert (record["isAllDay"], record["dateStartDate"], record["dateEndDate"]) == (False, None, None)


async def test_a_call_is_moved(espo: Espo, sweeper: Sweeper, writer: Writer) -> None:
    seen = await made(espo, sweeper, "Call")
    assert stored(await writer.outcome(writer.update(seen, Patch(span=TWO)))).event.span == TWO


async def test_a_call_cannot_be_moved_to_whole_days(espo: Espo, sweeper: Sweeper, writer: Writer) -> None:
    seen = await made(espo, sweeper, "Call")
    assert isinstance(await writer.outcome(writer.update(seen, Patch(span=FAIR))), Refused)


async def test_an_event_is_cancelled_and_takes_place_after_all(espo: Espo, sweeper: Sweeper, writer: Writer) -> None:
    seen = await made(espo, sweeper)
    off = stored(await writer.outcome(writer.update(seen, Patch(cancelled=True))))
    assert (await espo.ask("GET", f"Meeting/{seen.espo_id}"))["status"] == "Not Held"
    on = stored(await writer.outcome(writer.update(off, Patch(cancelled=False))))
    assert (off.event.cancelled, on.event.cancelled) == (True, False)
    assert (await espo.ask("GET", f"Meeting/{seen.espo_id}"))["status"] == "Planned"


@pytest.mark.scenario("B-17")
async def test_a_held_meeting_is_not_planned_again_because_it_is_not_cancelled(
    espo: Espo, sweeper: Sweeper, writer: Writer
) -> None:
    seen = await made(espo, sweeper, status="Held")
    await writer.outcome(writer.update(seen, Patch(cancelled=False, title="Renamed")))
    assert (await espo.ask("GET", f"Meeting/{seen.espo_id}"))["status"] == "Held"


async def test_a_location_and_a_description_are_emptied(espo: Espo, sweeper: Sweeper, writer: Writer) -> None:
    seen = await made(espo, sweeper, cLocation="HQ", description="text")
    done = stored(await writer.outcome(writer.update(seen, Patch(location="", description=""))))
    assert (done.event.location, done.event.description) == ("", "")


@pytest.mark.scenario("T-17")
@pytest.mark.parametrize("espo", VERSIONS, indirect=True)
async def test_people_come_and_go_and_those_whom_outlook_does_not_know_stay(
    espo: Espo, sweeper: Sweeper, writer: Writer
) -> None:
    carl = await espo.add_contact("Carl Kunde", "carl@client.example")
    mute = await espo.add_contact("Nobody Reachable")
    seen = await made(espo, sweeper, usersIds=[espo.anna, espo.boris], contactsIds=[mute])
    change = PeopleChange(
        add=(Attendee(address="carl@client.example", reply=Reply.TENTATIVE), Attendee(address="x@else.example")),
        remove=("boris@home.example",),
    )
    outcome = await writer.outcome(writer.update(seen, Patch(people=change)))
    people = stored(outcome).event.people
    assert people is not None
    assert [(person.address, person.reply) for person in people] == [("carl@client.example", Reply.TENTATIVE)]
    record = await espo.ask("GET", f"Meeting/{seen.espo_id}")
    assert record["usersIds"] == [espo.anna]
    assert set(record["contactsIds"]) == {carl, mute}
    assert isinstance(outcome, Done)
    assert outcome.left_out == ("x@else.example",)


@pytest.mark.scenario("T-04", "T-05")
async def test_a_reply_is_recorded_and_the_others_keep_theirs(espo: Espo, sweeper: Sweeper, writer: Writer) -> None:
    clara = await espo.add_user("Clara", "clara@corp.example")
    seen = await made(
        espo,
        sweeper,
        usersIds=[espo.anna, espo.boris, clara],
        usersColumns={espo.anna: {"status": "Accepted"}, espo.boris: {"status": "Tentative"}},
    )
    change = PeopleChange(replies=(NewReply(address="clara@corp.example", reply=Reply.DECLINED),))
    done = stored(await writer.outcome(writer.update(seen, Patch(people=change))))
    assert done.event.people is not None
    assert [person.reply for person in done.event.people] == [Reply.TENTATIVE, Reply.DECLINED]
    record = await espo.ask("GET", f"Meeting/{seen.espo_id}")
    assert {user: column["status"] for user, column in record["usersColumns"].items()} == {
        espo.anna: "Accepted",
        espo.boris: "Tentative",
        clara: "Declined",
    }


async def test_somebody_who_comes_back_does_not_get_his_old_reply_back(
    espo: Espo, sweeper: Sweeper, writer: Writer
) -> None:
    seen = await made(
        espo, sweeper, usersIds=[espo.anna, espo.boris], usersColumns={espo.boris: {"status": "Declined"}}
    )
    gone = stored(await writer.outcome(writer.update(seen, Patch(people=PeopleChange(remove=("boris@corp.example",))))))
    back = PeopleChange(add=(Attendee(address="boris@corp.example"),))
    done = stored(await writer.outcome(writer.update(gone, Patch(people=back))))
    assert done.event.people is not None
    assert [person.reply for person in done.event.people] == [Reply.NONE]


async def test_a_change_of_people_that_somebody_else_changed_meanwhile_is_a_conflict(
    espo: Espo, sweeper: Sweeper, writer: Writer
) -> None:
    seen = await made(espo, sweeper)
    await espo.ask("PUT", f"Meeting/{seen.espo_id}", {"usersIds": [espo.anna, espo.boris]})
    await espo.add_contact("Carl Kunde", "carl@client.example")
    change = PeopleChange(add=(Attendee(address="carl@client.example"),))
    assert isinstance(await writer.outcome(writer.update(seen, Patch(people=change))), Conflicted)


async def test_a_locked_record_is_refused_in_words(espo: Espo, sweeper: Sweeper, writer: Writer) -> None:
    seen = await made(espo, sweeper)
    await espo.fault("PUT", "/Meeting", status=409, headers={"X-Status-Reason": "cannotModifyLockedRecord"})
    outcome = await writer.outcome(writer.update(seen, Patch(title="x")))
    assert isinstance(outcome, Refused)
    assert outcome.reason == "the record is locked in EspoCRM"


@pytest.mark.scenario("M-01", "Q-11")
async def test_a_lost_answer_is_deferred_and_the_next_attempt_finds_the_wish_fulfilled(
    espo: Espo, sweeper: Sweeper, writer: Writer
) -> None:
    seen = await made(espo, sweeper)
    await espo.fault("PUT", "/Meeting", drop="after")
    write = writer.update(seen, Patch(title="Renamed"))
    first = await writer.outcome(write)
    assert isinstance(first, Deferred)
    assert first.until == NOON + timedelta(seconds=5)
    assert stored(await writer.outcome(write)).event.title == "Renamed"
    assert await put_bodies(espo) == 1


async def test_a_record_is_removed(espo: Espo, sweeper: Sweeper, writer: Writer) -> None:
    seen = await made(espo, sweeper)
    outcome = await writer.outcome(writer.deletion(seen.espo_id))
    assert isinstance(outcome, Done)
    assert outcome.stored is None
    assert (await espo.ask("GET", "Meeting"))["total"] == 0


async def test_a_record_that_is_gone_already_is_what_a_removal_wished_for(
    espo: Espo, sweeper: Sweeper, writer: Writer
) -> None:
    seen = await made(espo, sweeper)
    for _ in range(2):
        outcome = await writer.outcome(writer.deletion(seen.espo_id))
        assert isinstance(outcome, Done)
        assert outcome.stored is None


async def test_an_entity_type_that_is_not_there_is_refused_in_words(writer: Writer) -> None:
    outcome = await writer.outcome(writer.deletion("m1", "CNothing"))
    assert isinstance(outcome, Refused)
    assert "CNothing" in outcome.reason
