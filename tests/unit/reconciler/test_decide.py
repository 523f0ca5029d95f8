"""The rules, one situation each."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.events import Event
from reconciler.core.decide import decide
from reconciler.core.decision import Conflict, Decision
from reconciler.core.link import Link, State
from reconciler.core.merge import winner
from reconciler.core.rules import Rules, Winner
from reconciler.core.side import Flight, Side, Verb
from support.links import ANN, CARL, LINK_ID, NOON, event, gone, link, present

BOTH = Rules()
TO_ESPO = Rules.model_validate({"direction": "outlook_to_espo"})
TO_OUTLOOK = Rules.model_validate({"direction": "espo_to_outlook"})


def wished(decision: Decision) -> list[tuple[str, Verb]]:
    return [(wish.side, wish.verb) for wish in decision.wishes]


def patch(decision: Decision) -> dict[str, Any]:
    (wish,) = decision.wishes
    assert wish.patch is not None
    return wish.patch.model_dump(exclude_none=True)


def edited(side: str, **changes: Any) -> Link:
    base = event()
    changed = present(event(**changes), agreed=base, at=NOON + timedelta(minutes=1))
    return link(changed, present(base)) if side == "outlook" else link(present(base), changed)


def test_two_sides_that_say_the_same_are_left_alone() -> None:
    decision = decide(link(present(event()), present(event())), BOTH)
    assert decision.state is State.IN_SYNC
    assert not decision.wishes


def test_a_field_that_never_said_anything_is_not_told_to_have_changed() -> None:
    had_an_empty_one, has_none = event(join_url=""), event(join_url=None)
    decision = decide(link(present(has_none, agreed=had_an_empty_one), present(had_an_empty_one)), BOTH)
    assert decision.state is State.IN_SYNC
    assert "join link" not in decision.reason


def test_a_record_created_in_espocrm_is_made_in_outlook() -> None:
    decision = decide(link(Side(), present(event())), BOTH)
    assert wished(decision) == [("outlook", Verb.CREATE)]


def test_an_event_created_in_outlook_is_made_in_espocrm() -> None:
    decision = decide(link(present(event()), Side(), origin="outlook"), BOTH)
    assert wished(decision) == [("espo", Verb.CREATE)]


@pytest.mark.scenario("B-02")
def test_only_the_field_that_changed_is_written() -> None:
    assert patch(decide(edited("espo", title="Kick-off II"), BOTH)) == {"title": "Kick-off II"}
    assert patch(decide(edited("outlook", location="Room 2"), BOTH)) == {"location": "Room 2"}


@pytest.mark.scenario("K-01")
def test_different_fields_changed_on_both_sides_are_both_kept() -> None:
    base = event()
    both = link(present(event(title="New"), agreed=base), present(event(location="Room 9"), agreed=base))
    decision = decide(both, BOTH)
    assert sorted(wished(decision)) == [("espo", Verb.UPDATE), ("outlook", Verb.UPDATE)]
    assert not decision.conflicts


@pytest.mark.scenario("K-02")
@pytest.mark.parametrize(
    ("rules", "loser"),
    [(BOTH, "espo"), (Rules(winner=Winner.ESPO), "outlook"), (Rules(winner=Winner.OUTLOOK), "espo")],
)
def test_the_same_field_changed_to_different_values_is_a_conflict_that_one_side_wins(rules: Rules, loser: str) -> None:
    base, later = event(), NOON + timedelta(hours=1)
    both = link(present(event(title="Late"), agreed=base, at=later), present(event(title="Early"), agreed=base))
    decision = decide(both, rules)
    assert wished(decision) == [(loser, Verb.UPDATE)]
    assert [conflict.field for conflict in decision.conflicts] == ["title"]


@pytest.mark.scenario("K-05")
def test_the_same_change_made_on_both_sides_needs_no_write() -> None:
    base = event()
    both = link(present(event(title="Same"), agreed=base), present(event(title="Same"), agreed=base))
    assert not decide(both, BOTH).wishes


@pytest.mark.scenario("L-02")
def test_a_side_that_stores_a_title_its_own_way_is_not_corrected() -> None:
    both = link(present(event(title="A <-> B")), present(event(title="A ‹-› B")))
    assert not decide(both, BOTH).wishes


def test_what_the_direction_does_not_allow_stays_until_the_source_changes_it() -> None:
    assert not decide(edited("espo", title="Only here"), TO_ESPO).wishes
    assert not decide(edited("outlook", title="Only here"), TO_OUTLOOK).wishes


@pytest.mark.scenario("A-21", "B-15")
@pytest.mark.parametrize(("origin", "side"), [("espo", "outlook"), ("outlook", "espo")])
def test_the_description_of_what_was_born_on_a_side_is_not_taken_over_from_the_other(origin: Any, side: str) -> None:
    one = edited(side, description="Notes of mine").model_copy(update={"origin": origin})
    assert not decide(one, BOTH).wishes
    assert decide(one, Rules(description_both_ways=True)).wishes


@pytest.mark.scenario("L-08")
def test_a_field_that_a_side_cannot_store_is_never_written_there() -> None:
    base = event(location=None)
    one = link(present(event(location="Room 5"), agreed=event()), present(base))
    assert not decide(one, BOTH).wishes


def test_a_location_field_that_espocrm_has_got_since_empties_no_location_in_outlook() -> None:
    """M15: it is empty because nobody has filled it in yet; what somebody does fill in is an edit like any other."""
    there = present(event(location="Room 1"))
    empty = link(there, present(event(location=""), agreed=event(location=None)))
    filled_in = link(there, present(event(location="Room 2"), agreed=event(location=None)))
    assert wished(decide(empty, BOTH)) == []
    assert patch(decide(filled_in, BOTH)) == {"location": "Room 2"}


def test_a_label_goes_in_front_of_the_subject_and_off_the_title() -> None:
    rules = Rules(entities={"Meeting": "M", "Call": "C"})
    (wish,) = decide(link(Side(), present(event())), rules).wishes
    assert isinstance(wish.event, Event)
    assert wish.event.title == "M: Kick-off"
    (back,) = decide(link(present(event(title="m: Kick-off")), Side(), origin="outlook"), rules).wishes
    assert isinstance(back.event, Event)
    assert back.event.title == "Kick-off"


@pytest.mark.scenario("T-24")
def test_contacts_are_not_invited_unless_the_owner_wants_it() -> None:
    (wish,) = decide(link(Side(), present(event(people=(ANN, CARL)))), BOTH).wishes
    assert wish.event is not None
    assert wish.event.people == (ANN,)


def test_while_a_write_is_under_way_its_echo_is_no_change_and_news_waits() -> None:
    base = event()
    flight = Flight(write_id=LINK_ID, verb=Verb.UPDATE, fields=("title",), source=event(title="2"), issued_at=NOON)
    echo = present(event(title="2"), agreed=base, at=NOON + timedelta(minutes=9)).model_copy(update={"flight": flight})
    decision = decide(link(echo, present(event(title="3"), agreed=base)), BOTH)
    assert not decision.wishes
    assert not decision.conflicts
    assert decision.state is State.PENDING


@pytest.mark.scenario("Q-12")
def test_what_was_refused_is_not_tried_again() -> None:
    one = edited("espo", title="Bad")
    refused = one.model_copy(update={"outlook": one.outlook.model_copy(update={"refused": "the title is bad"})})
    decision = decide(refused, BOTH)
    assert decision.state is State.REFUSED
    assert decision.reason == "the title is bad"


@pytest.mark.scenario("D-25")
@pytest.mark.parametrize(
    ("origin", "rules", "wish"),
    [
        ("espo", BOTH, []),  # M23
        ("outlook", BOTH, [("espo", Verb.DELETE)]),  # M24
        ("outlook", TO_OUTLOOK, []),
    ],
)
def test_removed_in_outlook(origin: Any, rules: Rules, wish: list[tuple[str, Verb]]) -> None:
    assert wished(decide(link(gone(), present(event()), origin=origin), rules)) == wish


@pytest.mark.scenario("D-01", "D-24")
@pytest.mark.parametrize(
    ("origin", "rules", "wish"),
    [
        ("espo", BOTH, [("outlook", Verb.DELETE)]),  # M25
        ("outlook", BOTH, []),  # M26
        ("outlook", Rules(remove_in_outlook=True), [("outlook", Verb.DELETE)]),  # M26
        ("espo", TO_ESPO, []),
    ],
)
def test_removed_in_espocrm(origin: Any, rules: Rules, wish: list[tuple[str, Verb]]) -> None:
    assert wished(decide(link(present(event()), gone(), origin=origin), rules)) == wish


def test_what_another_owner_took_over_is_removed_from_the_old_calendar_wherever_it_was_born() -> None:
    moved = link(present(event()), gone(), origin="outlook", moved_away=True)
    assert wished(decide(moved, BOTH)) == [("outlook", Verb.DELETE)]


def test_what_the_old_owner_edited_in_outlook_and_has_not_crossed_is_kept_when_another_took_the_record_over() -> None:
    edited = present(event(title="Ann's title"), agreed=event())
    decision = decide(link(edited, gone(), moved_away=True), BOTH)
    assert wished(decision) == [("outlook", Verb.DELETE)]
    assert decision.conflicts == (Conflict(field="title", won="espo", lost="Ann's title"),)
    assert "title changed in Outlook meanwhile, and kept in the journal" in decision.reason


def test_removed_on_both_sides_is_the_end() -> None:
    assert decide(link(gone(), gone()), BOTH).state is State.ENDED


def test_a_record_cancelled_before_it_was_ever_in_outlook_is_not_made_there() -> None:
    assert not decide(link(Side(), present(event(cancelled=True))), BOTH).wishes


@pytest.mark.parametrize(
    ("outlook", "espo", "won"),
    [
        ("09:00:05.900000", "09:00:05", "espo"),
        ("09:00:06.000001", "09:00:05", "outlook"),
        ("09:00:04", "09:00:05", "espo"),
    ],
)
def test_within_one_second_nobody_can_tell_who_was_later_and_espocrm_wins(outlook: str, espo: str, won: str) -> None:
    at = [datetime.fromisoformat(f"2026-11-23T{time}+00:00") for time in (outlook, espo)]
    assert winner(Winner.LATEST, *at) == won
