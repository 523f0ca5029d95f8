"""Users who are known by id, records that belong to who organizes the meeting, and records that change hands."""

import pytest

from contracts.changes import EspoSeen
from contracts.events import Attendee, PersonKind, Reply
from contracts.outcomes import Done
from contracts.writes import Patch, PeopleChange
from support.espo import Espo, Sweeper, Writer


def stored(outcome: object) -> EspoSeen:
    assert isinstance(outcome, Done)
    assert isinstance(outcome.stored, EspoSeen)
    return outcome.stored


def organizer(address: str) -> Attendee:
    return Attendee(address=address, reply=Reply.ACCEPTED, organizer=True)


def herself(espo: Espo) -> Attendee:
    return Attendee(address="anna@mail.example", kind=PersonKind.USER, user=espo.anna, reply=Reply.TENTATIVE)


@pytest.mark.scenario("T-30")
async def test_a_connected_user_is_related_whatever_the_address(espo: Espo, writer: Writer) -> None:
    boris = Attendee(address="boris@mail.example", user=espo.boris, kind=PersonKind.USER)
    done = await writer.outcome(writer.creation(writer.event(people=(boris,))))
    record = await espo.ask("GET", f"Meeting/{stored(done).espo_id}")
    assert set(record["usersIds"]) == {espo.anna, espo.boris}
    assert isinstance(done, Done)
    assert done.left_out == ()


@pytest.mark.scenario("T-30")
async def test_a_user_who_was_deactivated_meanwhile_holds_up_nobody(espo: Espo, writer: Writer) -> None:
    await espo.ask("PUT", f"User/{espo.boris}", {"isActive": False})
    carl = await espo.add_contact("Carl", "carl@client.example")
    boris = Attendee(address="boris@mail.example", user=espo.boris, kind=PersonKind.USER)
    people = (boris, Attendee(address="carl@client.example"))
    done = await writer.outcome(writer.creation(writer.event(people=people)))
    record = await espo.ask("GET", f"Meeting/{stored(done).espo_id}")
    assert (record["usersIds"], record["contactsIds"]) == ([espo.anna], [carl])


@pytest.mark.scenario("T-30")
async def test_a_connected_user_who_comes_later_is_related_whatever_the_address(
    espo: Espo, sweeper: Sweeper, writer: Writer
) -> None:
    meeting = await espo.meeting()
    (seen,) = await sweeper.sweep()
    boris = Attendee(address="boris@mail.example", user=espo.boris, reply=Reply.ACCEPTED)
    await writer.outcome(writer.update(seen, Patch(people=PeopleChange(add=(boris,)))))
    record = await espo.ask("GET", f"Meeting/{meeting}")
    assert record["usersColumns"][espo.boris] == {"status": "Accepted"}


@pytest.mark.scenario("A-04")
async def test_an_invitation_by_a_colleague_becomes_the_colleagues_record_with_the_guest_in_it(
    espo: Espo, writer: Writer
) -> None:
    people = (organizer("Boris@Home.example"), herself(espo))
    seen = stored(await writer.outcome(writer.creation(writer.event(people=people))))
    record = await espo.ask("GET", f"Meeting/{seen.espo_id}")
    assert (record["assignedUserId"], seen.account) == (espo.boris, espo.boris)
    statuses = {user: column["status"] for user, column in record["usersColumns"].items()}
    assert statuses == {espo.boris: "Accepted", espo.anna: "Tentative"}


@pytest.mark.scenario("A-05")
async def test_an_invitation_by_a_contact_is_the_guests_record_with_the_contact_in_it(
    espo: Espo, writer: Writer
) -> None:
    carl = await espo.add_contact("Carl", "carl@client.example")
    people = (organizer("carl@client.example"), herself(espo))
    seen = stored(await writer.outcome(writer.creation(writer.event(people=people))))
    record = await espo.ask("GET", f"Meeting/{seen.espo_id}")
    assert (record["assignedUserId"], record["usersIds"], record["contactsIds"]) == (espo.anna, [espo.anna], [carl])


@pytest.mark.scenario("A-04", "M-01")
async def test_a_colleagues_record_whose_answer_was_lost_is_found_and_not_made_again(
    espo: Espo, writer: Writer
) -> None:
    people = (organizer("boris@corp.example"), herself(espo))
    write = writer.creation(writer.event(people=people))
    first = stored(await writer.outcome(write))
    again = await writer.outcome(write)
    assert stored(again).espo_id == first.espo_id
    assert (await espo.ask("GET", "Meeting"))["total"] == 1


@pytest.mark.scenario("T-26")
async def test_a_record_is_handed_to_its_organizer_and_the_guest_stays_in_it(
    espo: Espo, sweeper: Sweeper, writer: Writer
) -> None:
    meeting = await espo.meeting()
    (seen,) = await sweeper.sweep()
    outcome = await writer.outcome(writer.update(seen, Patch(owner=espo.boris)))
    assert stored(outcome).account == espo.boris
    record = await espo.ask("GET", f"Meeting/{meeting}")
    assert record["assignedUserId"] == espo.boris
    assert set(record["usersIds"]) == {espo.anna, espo.boris}


@pytest.mark.scenario("T-26", "M-03")
async def test_a_record_that_is_the_organizers_already_is_not_written(
    espo: Espo, sweeper: Sweeper, writer: Writer
) -> None:
    await espo.meeting()
    (seen,) = await sweeper.sweep()
    stored(await writer.outcome(writer.update(seen, Patch(owner=espo.anna))))
    assert [request["path"] for request in await espo.requests("PUT", "Meeting")] == []
