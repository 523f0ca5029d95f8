"""What was on both sides before the first sync is one event, by a stated rule."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.events import Attendee, Event, Reply
from reconciler.core.decide import decide
from reconciler.core.link import Link, Side, State
from reconciler.core.rules import Rules
from reconciler.core.twins import are_twins, paired
from support.links import ANN, CARL, NOON, event, link, present

BOTH = Rules()


def _side(content: Event, item: str, **more: Any) -> Side:
    return present(content, item=item, **more).model_copy(update={"agreed": None})


def only_in_espo(content: Event, **more: Any) -> Link:
    return link(Side(), _side(content, "m1", **more))


def only_in_outlook(content: Event, **more: Any) -> Link:
    guest = more.pop("guest", False)
    return link(_side(content, "o1", **more), Side(), origin="outlook", guest=guest).model_copy(
        update={"id": UUID(int=2)}
    )


def pair(record: Event, found: Event, rules: Rules = BOTH, **more: Any) -> Link:
    return paired(only_in_espo(record), only_in_outlook(found, **more), rules)[0]


def written(joined: Link, rules: Rules = BOTH) -> dict[str, Any]:
    """What would be written to each side now."""
    return {wish.side: wish.patch.model_dump(exclude_none=True) for wish in decide(joined, rules).wishes if wish.patch}


@pytest.mark.scenario("M-18")
@pytest.mark.parametrize("title", ["Kick-off", "kick-OFF", " Kick-off "])
def test_the_same_title_at_the_same_time_is_the_same_event(title: str) -> None:
    assert are_twins(only_in_espo(event()), only_in_outlook(event(title=title)), BOTH)


def test_the_label_of_the_outlook_subject_does_not_count() -> None:
    rules = Rules(entities={"Meeting": "M"})
    assert are_twins(only_in_espo(event()), only_in_outlook(event(title="M: Kick-off")), rules)


def test_another_time_is_another_event() -> None:
    span = event().span.model_copy(update={"end": event().span.end + timedelta(minutes=5)})
    assert not are_twins(only_in_espo(event()), only_in_outlook(event(span=span)), BOTH)


def test_another_type_is_another_event() -> None:
    call = only_in_outlook(event()).model_copy(update={"entity": "Call"})
    assert not are_twins(only_in_espo(event()), call, BOTH)


def test_two_events_of_one_side_are_two() -> None:
    other = only_in_espo(event()).model_copy(update={"id": UUID(int=3)})
    assert not are_twins(only_in_espo(event()), other, BOTH)


def test_what_is_being_made_on_the_other_side_has_no_twin() -> None:
    wish = decide(only_in_espo(event()), BOTH).wishes[0]
    assert wish.verb == "create"
    there_already = only_in_espo(event()).model_copy(update={"outlook": present(event())})
    assert not are_twins(there_already, only_in_outlook(event()), BOTH)


def test_equal_twins_need_nothing_written() -> None:
    decision = decide(pair(event(), event()), BOTH)
    assert (decision.state, decision.wishes) == (State.IN_SYNC, ())


def test_twins_that_spell_their_title_differently_keep_their_spelling() -> None:
    assert written(pair(event(), event(title="KICK-OFF"))) == {}


def test_what_one_side_lacks_is_filled_from_the_other() -> None:
    assert written(pair(event(location=""), event(description=""))) == {
        "espo": {"location": "Room 1"},
        "outlook": {"description": "Agenda"},
    }


def test_two_descriptions_are_left_as_they_are() -> None:
    assert written(pair(event(description="Ours"), event(description="Theirs"))) == {}


@pytest.mark.parametrize(("direction", "side"), [("espo_to_outlook", "outlook"), ("outlook_to_espo", "espo")])
def test_where_twins_disagree_one_way_the_source_stands(direction: str, side: str) -> None:
    rules = Rules.model_validate({"direction": direction})
    joined = pair(event(location="Here"), event(location="There"), rules)
    assert written(joined, rules) == {side: {"location": "Here" if side == "outlook" else "There"}}


def test_where_twins_disagree_the_later_stands_and_the_other_value_is_kept() -> None:
    later = only_in_outlook(event(location="There"), at=NOON + timedelta(hours=1))
    joined, lost = paired(only_in_espo(event(location="Here")), later, BOTH)
    assert written(joined) == {"espo": {"location": "There"}}
    assert [(conflict.field, conflict.won, conflict.lost) for conflict in lost] == [("location", "outlook", "Here")]


def test_people_of_either_side_are_people_of_both() -> None:
    patches = written(pair(event(people=(ANN,)), event(people=(CARL,))), Rules(contacts_and_leads=True))
    assert [person["address"] for person in patches["outlook"]["people"]["add"]] == [ANN.address]
    assert [person["address"] for person in patches["espo"]["people"]["add"]] == [CARL.address]


def test_what_guests_have_answered_in_outlook_is_recorded() -> None:
    answered = ANN.model_copy(update={"reply": Reply.ACCEPTED})
    assert written(pair(event(people=(ANN,)), event(people=(answered,))))["espo"]["people"]["replies"] == (
        {"address": ANN.address, "reply": Reply.ACCEPTED},
    )


def test_people_known_by_another_address_are_the_same() -> None:
    alias = Attendee(address="a.nother@contoso.test")
    known = ANN.model_copy(update={"aliases": ("a.nother@contoso.test",)})
    assert written(pair(event(people=(known,)), event(people=(alias,)))) == {}


def test_twins_count_as_born_in_espocrm_but_for_somebody_elses_meeting() -> None:
    assert pair(event(), event()).origin == "espo"
    assert pair(event(), event(), guest=True).origin == "outlook"


def test_a_teams_meeting_of_one_side_becomes_that_of_both() -> None:
    there = event(online=True, join_url="https://teams.microsoft.com/l/meetup-join/1")
    assert written(pair(event(online=False, join_url=""), there)) == {"espo": {"join_url": there.join_url}}


def test_a_pair_reads_nothing_new_into_its_second_look() -> None:
    joined = pair(event(location=""), event())
    decision = decide(joined, BOTH)
    assert replace(decision, wishes=()).conflicts == ()
