"""What comes of a wish to create a record."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.changes import EspoSeen
from contracts.events import AllDay, Attendee, PersonKind, Reply, Timed
from contracts.outcomes import Deferred, Done, Refused, Vanished
from support.espo import NOON, Bus, Espo, Writer

VERSIONS = ("9.2.7", "9.3.10", "10.0.0")
FAIR = AllDay(first=date(2026, 12, 10), last=date(2026, 12, 12))


def stored(outcome: object) -> EspoSeen:
    assert isinstance(outcome, Done)
    assert isinstance(outcome.stored, EspoSeen)
    return outcome.stored


@pytest.mark.parametrize("espo", VERSIONS, indirect=True)
@pytest.mark.parametrize("entity", ["Meeting", "Call"])
async def test_an_event_is_stored_as_wished(espo: Espo, writer: Writer, entity: str) -> None:
    event = writer.event(title="A <-> B", description="one\ntwo", location="HQ", people=(), cancelled=False)
    outcome = await writer.outcome(writer.creation(event, entity))
    assert stored(outcome).event.model_copy(update={"online": None}) == event
    assert (stored(outcome).account, stored(outcome).created_by_us) == (espo.anna, True)


@pytest.mark.parametrize("espo", VERSIONS, indirect=True)
async def test_what_is_reported_is_what_a_read_gives(espo: Espo, writer: Writer) -> None:
    event = writer.event(people=(Attendee(address="boris@corp.example", reply=Reply.ACCEPTED),), location="HQ")
    done = stored(await writer.outcome(writer.creation(event)))
    record = await espo.ask("GET", f"Meeting/{done.espo_id}")
    assert record["usersColumns"] == {espo.anna: {"status": "Accepted"}, espo.boris: {"status": "Accepted"}}
    assert (record["modifiedAt"], record["cLocation"], record["status"]) == (done.version, "HQ", "Planned")


@pytest.mark.scenario("H-02")
@pytest.mark.parametrize("espo", VERSIONS, indirect=True)
@pytest.mark.parametrize("entity", ["Meeting", "CVisit"])
async def test_whole_days_are_stored_as_dates(espo: Espo, writer: Writer, entity: str) -> None:
    done = stored(await writer.outcome(writer.creation(writer.event(span=FAIR), entity)))
    assert done.event.span == FAIR
    record = await espo.ask("GET", f"{entity}/{done.espo_id}")
    assert (record["dateStartDate"], record["dateEndDate"]) == ("2026-12-10", "2026-12-12")


async def test_a_call_of_a_whole_day_is_refused_in_words(espo: Espo, writer: Writer) -> None:
    outcome = await writer.outcome(writer.creation(writer.event(span=FAIR), "Call"))
    assert isinstance(outcome, Refused)
    assert outcome.reason == "a Call in EspoCRM cannot last whole days"
    assert await espo.requests("POST", "/Call") == []


@pytest.mark.scenario("T-11")
async def test_people_are_found_by_any_address_and_unknown_ones_are_listed(espo: Espo, writer: Writer) -> None:
    carl = await espo.add_contact("Carl Kunde", "carl@client.example", "carl@home.example")
    lee = await espo.add_lead("Lee Prospect", "lee@prospect.example")
    guests = ("boris@home.example", "Carl@Home.example", "lee@prospect.example", "nobody@else.example")
    people = tuple(Attendee(address=address) for address in guests)
    outcome = await writer.outcome(writer.creation(writer.event(people=people)))
    record = await espo.ask("GET", f"Meeting/{stored(outcome).espo_id}")
    assert set(record["usersIds"]) == {espo.anna, espo.boris}
    assert (record["contactsIds"], record["leadsIds"]) == ([carl], [lee])
    assert isinstance(outcome, Done)
    assert outcome.left_out == ("nobody@else.example",)


async def test_a_person_whose_first_address_nobody_knows_is_found_by_another(espo: Espo, writer: Writer) -> None:
    boris = Attendee(address="boris@new.example", aliases=("boris@corp.example",))
    done = stored(await writer.outcome(writer.creation(writer.event(people=(boris,)))))
    assert set((await espo.ask("GET", f"Meeting/{done.espo_id}"))["usersIds"]) == {espo.anna, espo.boris}


@pytest.mark.scenario("T-12", "T-13")
async def test_an_address_of_a_user_and_a_contact_means_the_user(espo: Espo, writer: Writer) -> None:
    await espo.add_contact("Boris as contact", "boris@corp.example")
    people = (Attendee(address="boris@corp.example"),)
    done = stored(await writer.outcome(writer.creation(writer.event(people=people))))
    assert done.event.people is not None
    assert [person.kind for person in done.event.people] == [PersonKind.USER]


@pytest.mark.scenario("T-16")
async def test_a_room_is_nobody(espo: Espo, writer: Writer) -> None:
    room = Attendee(address="boris@corp.example", resource=True)
    done = stored(await writer.outcome(writer.creation(writer.event(people=(room,)))))
    assert done.event.people == ()
    assert await espo.requests("GET", "/Contact") == []


async def test_a_custom_event_has_no_people(writer: Writer) -> None:
    outcome = await writer.outcome(
        writer.creation(writer.event(people=(Attendee(address="boris@corp.example"),)), "CVisit")
    )
    assert stored(outcome).event.people is None
    assert isinstance(outcome, Done)
    assert outcome.left_out == ("boris@corp.example",)


async def test_an_event_that_is_over_is_held_at_once(espo: Espo, writer: Writer) -> None:
    yesterday = Timed(start=NOON - timedelta(days=1), end=NOON - timedelta(hours=23))
    done = stored(await writer.outcome(writer.creation(writer.event(span=yesterday))))
    assert (await espo.ask("GET", f"Meeting/{done.espo_id}"))["status"] == "Held"


async def test_a_cancelled_event_is_stored_as_cancelled(writer: Writer) -> None:
    done = stored(await writer.outcome(writer.creation(writer.event(cancelled=True))))
    assert done.event.cancelled is True


async def test_a_location_too_long_for_its_field_is_cut(writer: Writer) -> None:
    done = stored(await writer.outcome(writer.creation(writer.event(location="x" * 400))))
    assert done.event.location
    assert set(done.event.location) == {"x"}


@pytest.mark.scenario("M-01")
@pytest.mark.parametrize("span", [None, FAIR], ids=["timed", "whole days"])
async def test_a_record_whose_answer_got_lost_is_found_and_not_made_twice(
    espo: Espo, writer: Writer, span: AllDay | None
) -> None:
    await espo.fault("POST", "/Meeting", drop="after")
    event = writer.event(span=span) if span else writer.event()
    outcome = await writer.outcome(writer.creation(event))
    assert (await espo.ask("GET", "Meeting"))["total"] == 1
    assert isinstance(outcome, Done)
    assert not outcome.found
    assert stored(outcome).event.span == event.span


async def test_a_found_record_that_was_edited_meanwhile_is_told_as_found(espo: Espo, writer: Writer) -> None:
    write = writer.creation()
    made = stored(await writer.outcome(write)).espo_id
    await espo.ask("PUT", f"Meeting/{made}", {"cLocation": "Moved by Anna"})
    outcome = await writer.outcome(write)
    assert isinstance(outcome, Done)
    assert outcome.found


async def test_a_wish_that_arrives_again_finds_its_record_although_somebody_moved_and_renamed_it(
    espo: Espo, writer: Writer
) -> None:
    write = writer.creation()
    made = stored(await writer.outcome(write)).espo_id
    moved = {"name": "Renamed", "dateStart": "2026-12-02 09:00:00", "dateEnd": "2026-12-02 10:00:00"}
    await espo.ask("PUT", f"Meeting/{made}", moved)
    assert stored(await writer.outcome(write)).espo_id == made
    assert (await espo.ask("GET", "Meeting"))["total"] == 1


async def test_a_wish_that_arrives_again_makes_nothing_after_somebody_removed_its_record(
    espo: Espo, writer: Writer
) -> None:
    write = writer.creation()
    made = stored(await writer.outcome(write)).espo_id
    await espo.ask("DELETE", f"Meeting/{made}")
    assert isinstance(await writer.outcome(write), Vanished)
    assert (await espo.ask("GET", "Meeting"))["total"] == 0


@pytest.mark.scenario("M-02", "M-03")
async def test_a_wish_that_arrives_twice_makes_one_record(espo: Espo, writer: Writer) -> None:
    write = writer.creation()
    first = stored(await writer.outcome(write))
    second = await writer.outcome(write)
    assert stored(second).espo_id == first.espo_id
    assert (await espo.ask("GET", "Meeting"))["total"] == 1


async def test_a_wish_that_arrives_twice_in_one_batch_makes_one_record(espo: Espo, writer: Writer) -> None:
    write = writer.creation()
    outcomes = await writer.outcomes(write, write)
    assert len({stored(outcome).espo_id for outcome in outcomes}) == 1
    assert (await espo.ask("GET", "Meeting"))["total"] == 1


async def test_two_equal_events_become_two_records(writer: Writer) -> None:
    outcomes = await writer.outcomes(writer.creation(), writer.creation())
    assert len({stored(outcome).espo_id for outcome in outcomes}) == 2
    third = stored(await writer.outcome(writer.creation()))
    assert third.espo_id not in {stored(outcome).espo_id for outcome in outcomes}


async def test_a_record_that_belongs_to_another_event_is_left_alone(writer: Writer) -> None:
    write = writer.creation()
    first = stored(await writer.outcome(write))
    again = write.model_copy(update={"not_these": (first.espo_id,)})
    assert stored(await writer.outcome(again)).espo_id != first.espo_id


async def test_what_anna_made_herself_is_not_taken_for_ours(espo: Espo, writer: Writer) -> None:
    hers = await espo.meeting()
    assert stored(await writer.outcome(writer.creation())).espo_id != hers


async def test_each_outcome_of_a_batch_belongs_to_the_story_of_its_write(bus: Bus, writer: Writer) -> None:
    await writer.outcomes(writer.creation(), writer.creation(entity="Call"))
    assert set(bus.stories) == {"story 0", "story 1"}


async def test_a_batch_looks_for_earlier_records_in_one_request(espo: Espo, writer: Writer) -> None:
    await writer.outcome(writer.creation())
    await espo.control("requests", method="DELETE")
    await writer.outcomes(*(writer.creation(writer.event(title=f"Meeting {number}")) for number in range(20)))
    assert len(await espo.requests("GET", "/Meeting")) == 1
    assert len(await espo.requests("POST", "/Meeting")) == 20


@pytest.mark.scenario("Q-11")
@pytest.mark.parametrize(
    "fault",
    [{"status": 503}, {"status": 500}, {"status": 504}, {"drop": "before"}],
    ids=["busy", "failing", "gateway", "connection lost"],
)
async def test_while_espocrm_is_down_a_creation_is_deferred(espo: Espo, writer: Writer, fault: dict[str, Any]) -> None:
    await espo.fault("POST", "/Meeting", **fault)
    outcome = await writer.outcome(writer.creation())
    assert isinstance(outcome, Deferred)
    assert outcome.until == NOON + timedelta(seconds=5)
    assert (await espo.ask("GET", "Meeting"))["total"] == 0


async def test_nothing_is_made_while_earlier_records_cannot_be_looked_for(espo: Espo, writer: Writer) -> None:
    await espo.fault("GET", "/Meeting", status=503)
    assert isinstance(await writer.outcome(writer.creation()), Deferred)
    assert await espo.requests("POST", "/Meeting") == []


async def test_a_call_that_cannot_be_looked_for_does_not_hold_up_a_meeting(espo: Espo, writer: Writer) -> None:
    await espo.fault("GET", "/Call", status=503)
    call, meeting = await writer.outcomes(writer.creation(entity="Call"), writer.creation())
    assert isinstance(call, Deferred)
    assert isinstance(meeting, Done)


async def test_an_owner_whom_espocrm_does_not_know_is_refused_in_words(writer: Writer) -> None:
    outcome = await writer.outcome(writer.creation(account="6b0000000000000ff"))
    assert isinstance(outcome, Refused)
    assert "User" in outcome.reason


@pytest.mark.scenario("Q-12")
async def test_a_rule_of_a_field_that_we_did_not_foresee_is_refused_with_the_fields_name(
    espo: Espo, writer: Writer
) -> None:
    body = '{"messageTranslation": {"label": "validationFailure", "data": {"field": "cCode", "type": "required"}}}'
    await espo.fault("POST", "/Meeting", status=400, body=body)
    outcome = await writer.outcome(writer.creation())
    assert isinstance(outcome, Refused)
    assert outcome.reason == "EspoCRM does not accept the field 'cCode' (rule 'required')"


async def test_a_refused_key_defers_the_write_until_somebody_mends_it(espo: Espo, writer: Writer) -> None:
    await writer.outcome(writer.creation())
    await espo.fault("POST", "/Meeting", status=401)
    outcome = await writer.outcome(writer.creation())
    assert isinstance(outcome, Deferred)
    assert outcome.until == NOON + timedelta(seconds=60)
