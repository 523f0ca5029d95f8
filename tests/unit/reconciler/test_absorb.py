"""What a link remembers of the news that it gets."""

from datetime import timedelta
from uuid import UUID

import pytest

from contracts.events import Attendee, PersonKind
from contracts.writes import Patch, PeopleChange
from reconciler.core import absorb
from reconciler.core.decide import decide
from reconciler.core.link import FLIGHT_TIMEOUT, Link, Presence, Side, SideName, State
from reconciler.core.rules import Rules
from support.links import ANN, CARL, NOON, espo_seen, event, link, outlook_seen, present

SECOND = timedelta(seconds=1)
WRITE = UUID(int=2)
BEN = Attendee(address="ben@contoso.test", kind=PersonKind.USER)


def in_sync() -> Link:
    return link(present(event()), present(event()))


def under_way_to(side: SideName, one: Link) -> Link:
    """Only one of the wishes has been sent so far, or the other one had to wait."""
    (wish,) = (wish for wish in decide(one, Rules(contacts_and_leads=True)).wishes if wish.side == side)
    return absorb.took_off(one, wish, WRITE, NOON)


def under_way(one: Link) -> Link:
    (wish,) = decide(one, Rules()).wishes
    return absorb.took_off(one, wish, WRITE, NOON)


@pytest.mark.scenario("M-03", "B-18")
def test_an_older_read_that_arrives_late_changes_nothing() -> None:
    later = absorb.seen(in_sync(), outlook_seen(event(title="New"), at=NOON + SECOND))
    assert absorb.seen(later, outlook_seen(event(title="Old"), at=NOON)) == later


def test_a_read_within_the_second_of_our_own_write_is_doubted_and_looked_at_again() -> None:
    doubted = absorb.seen(in_sync(), espo_seen(event(title="Before our write?"), at=NOON, read_at=NOON))
    assert doubted.espo.seen == event()
    assert doubted.espo.relook_at is not None
    assert doubted.due_at == doubted.espo.relook_at


def test_a_read_made_well_after_our_write_is_believed_although_the_second_is_the_same() -> None:
    believed = absorb.seen(in_sync(), espo_seen(event(title="After"), at=NOON, read_at=NOON + 2 * SECOND))
    assert believed.espo.seen == event(title="After")


@pytest.mark.scenario("L-01", "L-02")
def test_a_write_that_was_carried_out_is_agreed_on_in_each_sides_own_words() -> None:
    flying = under_way(link(present(event()), present(event(title="A <b>"), agreed=event())))
    stored = outlook_seen(event(title="A ‹b›"), at=NOON + SECOND)
    settled = absorb.done(flying, "outlook", stored, NOON + SECOND)
    assert not settled.outlook.busy
    assert not decide(settled, Rules()).wishes


def test_who_came_on_this_side_by_itself_is_still_told_across_after_our_own_write_to_it() -> None:
    began = event(people=(BEN,))
    one = link(present(event(people=(BEN, ANN)), agreed=began), present(event(people=(BEN, CARL)), agreed=began))
    flying = under_way_to("outlook", one)
    settled = absorb.done(flying, "outlook", outlook_seen(event(people=(BEN, ANN, CARL))), NOON + SECOND)
    (wish,) = decide(settled, Rules()).wishes
    assert (wish.side, wish.patch) == ("espo", Patch(people=PeopleChange(add=(ANN,))))


def test_who_left_on_this_side_by_himself_is_still_taken_off_across_after_our_own_write_to_it() -> None:
    began = event(people=(BEN, ANN))
    one = link(present(event(people=(BEN,)), agreed=began), present(event(people=(BEN, ANN, CARL)), agreed=began))
    flying = under_way_to("outlook", one)
    settled = absorb.done(flying, "outlook", outlook_seen(event(people=(BEN, CARL))), NOON + SECOND)
    (wish,) = decide(settled, Rules()).wishes
    assert (wish.side, wish.patch) == ("espo", Patch(people=PeopleChange(remove=(ANN.address,))))


@pytest.mark.scenario("M-01", "K-07")
def test_what_our_write_without_an_answer_did_before_somebodys_edit_is_not_taken_for_that_edit() -> None:
    asked = event(title="Ours", location="Room 2")
    flying = under_way(link(present(event()), present(asked, agreed=event())))
    later = absorb.seen(flying, espo_seen(event(title="Ours", location="Room 3"), at=NOON + SECOND))
    theirs = outlook_seen(event(title="Theirs", location="Room 2"), at=NOON + 2 * SECOND)
    decision = decide(absorb.conflicted(later, "outlook", theirs), Rules())
    assert {wish.side: wish.patch for wish in decision.wishes} == {
        "outlook": Patch(location="Room 3"),
        "espo": Patch(title="Theirs"),
    }


def test_an_edit_made_while_the_write_was_under_way_is_written_next() -> None:
    flying = under_way(link(present(event()), present(event(title="2"), agreed=event())))
    edited = absorb.seen(flying, espo_seen(event(title="3"), at=NOON + SECOND))
    settled = absorb.done(edited, "outlook", outlook_seen(event(title="2"), at=NOON + SECOND), NOON + SECOND)
    (wish,) = decide(settled, Rules()).wishes
    assert wish.patch is not None
    assert wish.patch.title == "3"


def test_an_edit_of_another_field_that_the_answer_brings_along_is_news() -> None:
    flying = under_way(link(present(event()), present(event(title="2"), agreed=event())))
    answer = outlook_seen(event(title="2", location="Moved by a person"), at=NOON + SECOND)
    (wish,) = decide(absorb.done(flying, "outlook", answer, NOON + SECOND), Rules()).wishes
    assert wish.side == "espo"
    assert wish.patch is not None
    assert wish.patch.location == "Moved by a person"


def test_an_edit_made_before_a_lost_creation_was_found_is_news() -> None:
    flying = under_way(link(Side(), present(event())))
    found = outlook_seen(event(title="Edited since"), at=NOON + SECOND)
    (wish,) = decide(absorb.done(flying, "outlook", found, NOON + SECOND, found=True), Rules()).wishes
    assert wish.side == "espo"


def test_a_refusal_is_forgotten_when_the_source_says_something_else() -> None:
    flying = under_way(link(present(event()), present(event(title="2"), agreed=event())))
    refused = absorb.refused(flying, "outlook", "no", NOON)
    assert decide(refused, Rules()).state is State.REFUSED
    edited = absorb.seen(refused, espo_seen(event(title="3"), at=NOON + SECOND))
    assert decide(edited, Rules()).wishes


def test_a_refusal_is_forgotten_when_the_refusing_side_has_changed_since() -> None:
    flying = under_way(link(present(event()), present(event(title="2"), agreed=event())))
    private_then = absorb.refused(flying, "outlook", "private", NOON + SECOND)
    ordinary_again = absorb.seen(private_then, outlook_seen(event(), at=NOON + 2 * SECOND))
    assert decide(ordinary_again, Rules()).wishes


def test_a_refusal_stands_while_the_refusing_side_is_read_as_it_was() -> None:
    flying = under_way(link(present(event()), present(event(title="2"), agreed=event())))
    refused = absorb.refused(flying, "outlook", "no", NOON + SECOND)
    read_again = absorb.seen(refused, outlook_seen(event(), at=NOON + SECOND, read_at=NOON + 2 * SECOND))
    assert decide(read_again, Rules()).state is State.REFUSED


def test_a_deferred_write_rests_until_its_time_has_come() -> None:
    until = NOON + timedelta(minutes=1)
    resting = absorb.deferred(under_way(link(Side(), present(event()))), "outlook", until)
    assert resting.due_at == until
    assert not decide(resting, Rules()).wishes
    assert decide(absorb.rested(resting, until), Rules()).wishes


@pytest.mark.scenario("M-02")
def test_a_write_whose_outcome_never_came_is_wished_for_again_under_the_same_transaction() -> None:
    flying = under_way(link(Side(), present(event())))
    again = absorb.rested(flying, NOON + FLIGHT_TIMEOUT)
    assert decide(again, Rules()).wishes
    assert again.transaction_id == flying.transaction_id


@pytest.mark.scenario("D-11")
def test_a_read_from_before_the_removal_does_not_bring_an_event_back() -> None:
    removed = absorb.gone(in_sync(), "outlook", NOON + SECOND)
    stale = absorb.seen(removed, outlook_seen(event(title="Ghost"), at=NOON, read_at=NOON))
    assert stale.outlook.presence is Presence.GONE


def test_an_event_restored_from_the_bin_is_there_again() -> None:
    removed = absorb.gone(in_sync(), "outlook", NOON)
    restored = absorb.seen(removed, outlook_seen(event(), at=NOON + SECOND, read_at=NOON + SECOND))
    assert restored.outlook.presence is Presence.PRESENT
