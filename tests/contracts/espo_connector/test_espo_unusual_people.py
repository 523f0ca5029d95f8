"""Guests of whom EspoCRM knows too little or too much, and records that are over: nobody else is held up by them."""

import pytest

from contracts.events import Attendee
from contracts.outcomes import Done
from contracts.writes import Patch
from support.espo import Espo, Sweeper, Writer


@pytest.mark.scenario("A-02", "T-18")
async def test_a_guest_without_an_address_is_left_out_and_everything_else_is_told(espo: Espo, sweeper: Sweeper) -> None:
    nameless = await espo.add_contact("Nameless")
    carl = await espo.add_contact("Carl", "carl@client.example")
    await espo.meeting(name="First", usersIds=[espo.boris], contactsIds=[nameless, carl])
    await espo.meeting(name="Second")

    told = {seen.event.title: seen.event for seen in await sweeper.sweep()}

    assert set(told) == {"First", "Second"}
    assert [guest.address for guest in told["First"].people or ()] == ["boris@corp.example", "carl@client.example"]


@pytest.mark.scenario("T-13")
async def test_of_two_contacts_with_one_address_it_is_always_the_same_one(espo: Espo, writer: Writer) -> None:
    await espo.add_contact("One", "shared@client.example")
    await espo.add_contact("Other", "shared@client.example")
    guest = Attendee(address="shared@client.example")

    chosen = []
    for number in range(3):
        done = await writer.outcome(writer.creation(writer.event(title=f"Number {number}", people=(guest,))))
        assert isinstance(done, Done)
        assert done.stored is not None
        assert done.stored.kind == "espo_seen"
        chosen.append((await espo.ask("GET", f"Meeting/{done.stored.espo_id}"))["contactsIds"])

    assert len(chosen[0]) == 1
    assert chosen == [chosen[0]] * 3


@pytest.mark.scenario("A-06", "T-11")
async def test_an_address_in_other_letters_is_the_same_person_and_nobody_is_made_up(espo: Espo, writer: Writer) -> None:
    carl = await espo.add_contact("Carl", "carl@client.example")
    people = (Attendee(address="CARL@Client.Example"), Attendee(address="nobody@client.example"))

    done = await writer.outcome(writer.creation(writer.event(people=people)))

    assert isinstance(done, Done)
    assert done.stored is not None
    assert done.stored.kind == "espo_seen"
    assert (await espo.ask("GET", f"Meeting/{done.stored.espo_id}"))["contactsIds"] == [carl]
    assert done.left_out == ("nobody@client.example",)
    assert (await espo.ask("GET", "Contact"))["total"] == 1


@pytest.mark.scenario("B-17")
async def test_a_meeting_that_was_held_takes_a_later_edit_and_stays_held(
    espo: Espo, sweeper: Sweeper, writer: Writer
) -> None:
    meeting = await espo.meeting(status="Held")
    (seen,) = await sweeper.sweep()

    await writer.outcome(writer.update(seen, Patch(title="Renamed afterwards")))

    record = await espo.ask("GET", f"Meeting/{meeting}")
    assert (record["name"], record["status"]) == ("Renamed afterwards", "Held")
