"""What was on both sides before the first sync is one event, by a stated rule."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.events import Attendee, Event, Reply
from reconciler.core import absorb
from reconciler.core.decide import decide
from reconciler.core.link import Link, Meeting, State, key_of
from reconciler.core.reasons import SAME
from reconciler.core.rules import Rules
from reconciler.core.side import Side
from reconciler.core.twins import are_of_one_key, are_twins, one_sided, paired
from support.links import ANN, CARL, NOON, espo_seen, event, gone, link, outlook_seen, present

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


def test_a_record_whose_title_begins_like_a_label_keeps_it() -> None:
    rules = Rules(entities={"Meeting": "M"})
    assert not are_twins(only_in_espo(event(title="M: Kick-off")), only_in_outlook(event()), rules)
    assert are_twins(only_in_espo(event(title="M: Kick-off")), only_in_outlook(event(title="M: M: Kick-off")), rules)


def test_an_event_is_no_twin_of_itself_nor_of_another_on_its_side() -> None:
    one = only_in_espo(event())
    other = one.model_copy(update={"id": UUID(int=7)})
    assert not are_twins(one, one, BOTH)
    assert not are_twins(one, other, BOTH)


@pytest.mark.parametrize("more", [{"hidden": "category"}, {"moved_away": True}, {"meeting": Meeting(id="MSp1")}])
def test_what_is_kept_apart_is_no_twin(more: dict[str, Any]) -> None:
    apart = only_in_outlook(event()).model_copy(update=more)
    assert not one_sided(apart)
    assert not are_twins(only_in_espo(event()), apart, BOTH)
    assert not are_twins(apart, only_in_espo(event()), BOTH)


def test_a_pair_is_found_by_what_outlook_says_of_it() -> None:
    found = only_in_outlook(event()).model_copy(update={"calendar": "c", "ical_uid": "u", "guest": True})
    for joined in (paired(only_in_espo(event()), found, BOTH)[0], paired(found, only_in_espo(event()), BOTH)[0]):
        assert (joined.calendar, joined.ical_uid, joined.guest, joined.origin) == ("c", "u", True, "outlook")
        assert (joined.outlook.id, joined.espo.id) == ("o1", "m1")


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (Rules(winner="espo"), {"outlook": {"location": "Here"}}),
        (Rules(winner="outlook"), {"espo": {"location": "There"}}),
        (Rules(winner="espo", field_winners={"location": "outlook"}), {"espo": {"location": "There"}}),
        (Rules(direction="outlook_to_espo", winner="espo"), {"espo": {"location": "There"}}),
        (Rules(direction="espo_to_outlook", winner="outlook"), {"outlook": {"location": "Here"}}),
    ],
)
def test_of_two_locations_the_winners_stands(rules: Rules, told: dict[str, Any]) -> None:
    joined, lost = paired(only_in_espo(event(location="Here")), only_in_outlook(event(location="There")), rules)
    assert written(joined, rules) == told
    (conflict,) = lost
    assert (conflict.won, conflict.lost) == (("espo", "There") if "outlook" in told else ("outlook", "Here"))


def test_the_later_location_stands_where_the_later_edit_does() -> None:
    later = NOON + timedelta(hours=1)
    record, found = event(location="Here"), event(location="There")
    by_outlook, _ = paired(only_in_espo(record), only_in_outlook(found, at=later), BOTH)
    by_espo, _ = paired(only_in_espo(record, at=later), only_in_outlook(found), BOTH)
    assert written(by_outlook) == {"espo": {"location": "There"}}
    assert written(by_espo) == {"outlook": {"location": "Here"}}


@pytest.mark.parametrize(
    ("here", "there"), [("Here", ""), ("", "There"), ("Same", "Same"), (None, "There"), ("Here", None)]
)
def test_a_location_that_is_no_matter_of_dispute_loses_to_nobody(here: Any, there: Any) -> None:
    assert paired(only_in_espo(event(location=here)), only_in_outlook(event(location=there)), BOTH)[1] == ()


KEY = key_of("ann", "o1")


@pytest.mark.parametrize(
    ("of_record", "are"),
    [
        ({"born_with": KEY}, True),
        ({"born_with": KEY, "espo": _side(event(title="Renamed"), "m1")}, True),
        ({"born_with": key_of("ann", "o2")}, False),
        ({}, False),
        ({"born_with": KEY, "account": "ben"}, False),
        ({"born_with": KEY, "moved_away": True}, False),
    ],
    ids=["its key", "its key, renamed", "another key", "no key", "another calendar's", "kept apart"],
)
def test_a_record_is_of_the_event_whose_key_it_bears_whatever_it_says(of_record: dict[str, Any], are: bool) -> None:
    record = only_in_espo(event()).model_copy(update=of_record)
    assert are_of_one_key(record, only_in_outlook(event())) is are
    assert are_of_one_key(only_in_outlook(event()), record) is are


def made_of_it(**more: Any) -> Link:
    return only_in_espo(event(), **more).model_copy(update={"born_with": key_of("ann", "o1")})


@pytest.mark.parametrize(("changed_by", "stands"), [("", "Renamed"), ("Anna", "Kick-off")])
def test_a_record_that_nobody_has_changed_since_we_wrote_it_gives_way_to_its_event(
    changed_by: str, stands: str
) -> None:
    record = made_of_it(at=NOON + timedelta(hours=1))
    record = record.with_side("espo", record.espo.model_copy(update={"changed_by": changed_by}))

    joined, (lost,) = paired(only_in_outlook(event(title="Renamed")), record, BOTH)

    assert {lost.lost, stands} == {"Renamed", "Kick-off"}
    assert written(joined) == {"espo" if stands == "Renamed" else "outlook": {"title": stands}}


def bereft(found: Event, *, agreed: Event) -> Link:
    """An event whose first record said the same, and was removed since."""
    there, here = present(found, agreed=agreed, item="o1"), gone().model_copy(update={"agreed": agreed})
    return only_in_outlook(found).model_copy(update={"outlook": there, "espo": here})


@pytest.mark.parametrize("winner", ["latest", "espo", "outlook"])
def test_of_a_record_that_was_made_once_more_and_its_event_what_was_edited_stands(winner: str) -> None:
    rules = Rules.model_validate({"winner": winner})
    edited = made_of_it(at=NOON + timedelta(hours=1))
    content = event(location="Room 2", title="Kick-off")
    edited = edited.with_side("espo", edited.espo.model_copy(update={"changed_by": "Anna", "seen": content}))

    joined, lost = paired(bereft(event(title="Renamed"), agreed=event()), edited, rules)

    assert written(joined, rules) == {"espo": {"title": "Renamed"}, "outlook": {"location": "Room 2"}}
    assert {(one.field, one.won) for one in lost} == {("title", "outlook"), ("location", "espo")}


def test_a_description_that_was_edited_in_outlook_reaches_a_record_that_was_made_once_more() -> None:
    joined, _ = paired(bereft(event(description="Edited"), agreed=event()), made_of_it(), BOTH)

    assert written(joined) == {"espo": {"description": "Edited"}}


def test_of_a_record_that_was_made_once_more_and_its_event_the_later_stands_where_both_were_edited() -> None:
    edited = made_of_it(at=NOON + timedelta(hours=1))
    edited = edited.with_side(
        "espo", edited.espo.model_copy(update={"changed_by": "Anna", "seen": event(title="Ours")})
    )

    joined, _ = paired(bereft(event(title="Theirs"), agreed=event()), edited, BOTH)

    assert written(joined) == {"outlook": {"title": "Ours"}}


@pytest.mark.parametrize(
    "half",
    [
        bereft(event(), agreed=event()).with_side("espo", gone()),
        bereft(event(), agreed=event()).with_side("outlook", _side(event(), "o1")),
        bereft(event(), agreed=event()).with_side("espo", gone().model_copy(update={"agreed": event(title="Ours")})),
    ],
    ids=["of the record nothing was agreed on", "of the event nothing was", "both say what they said when they agreed"],
)
@pytest.mark.parametrize("winner", ["espo", "outlook"])
def test_where_nobody_knows_what_was_edited_of_a_record_that_was_made_once_more_the_settings_tell(
    half: Link, winner: str
) -> None:
    rules = Rules.model_validate({"winner": winner})
    edited = made_of_it()
    edited = edited.with_side(
        "espo", edited.espo.model_copy(update={"changed_by": "Anna", "seen": event(title="Ours")})
    )

    joined, (lost,) = paired(half, edited, rules)

    assert (lost.won, list(written(joined, rules))) == (winner, ["outlook" if winner == "espo" else "espo"])


def test_a_record_that_was_made_once_more_is_that_of_the_event_whose_first_one_is_gone() -> None:
    left = only_in_outlook(event()).with_side("espo", gone())

    assert are_of_one_key(left, made_of_it())
    assert are_of_one_key(made_of_it(), left)


def test_a_record_that_was_made_once_more_is_not_that_of_an_event_that_has_one() -> None:
    served = only_in_outlook(event()).with_side("espo", _side(event(), "m0"))

    assert not are_of_one_key(served, made_of_it())


def test_a_record_that_we_made_of_an_event_counts_as_born_in_outlook_and_keeps_its_type() -> None:
    record = only_in_espo(event()).model_copy(update={"born_with": KEY, "entity": "Call"})
    for joined in (
        paired(record, only_in_outlook(event()), BOTH)[0],
        paired(only_in_outlook(event()), record, BOTH)[0],
    ):
        assert (joined.origin, joined.entity, joined.born_with) == ("outlook", "Call", "")


def test_a_label_is_no_other_title() -> None:
    rules = Rules(entities={"Meeting": "M"})
    joined, lost = paired(only_in_espo(event()), only_in_outlook(event(title="M: Kick-off")), rules)
    assert (written(joined, rules), lost) == ({}, ())


def test_a_title_is_the_same_however_its_words_are_spaced() -> None:
    assert are_twins(only_in_espo(event(title="Kick  off")), only_in_outlook(event(title="kick off ")), BOTH)
    assert not are_twins(only_in_espo(event(title="Kickoff")), only_in_outlook(event(title="kick off")), BOTH)


def test_a_record_that_asks_for_teams_brings_it_to_the_event() -> None:
    record, found = event(online=True, join_url=""), event(online=False, join_url="")
    assert written(pair(record, found)) == {"outlook": {"online": True}}


def test_a_guest_of_both_who_is_taken_off_one_side_is_taken_off_the_other() -> None:
    joined = pair(event(people=(ANN,)), event(people=(ANN,)))
    later = NOON + timedelta(minutes=1)
    in_outlook = outlook_seen(event(), at=later).model_copy(update={"outlook_id": "o1"})
    in_espo = espo_seen(event(), at=later).model_copy(update={"espo_id": "m1"})
    assert list(written(absorb.seen(joined, in_outlook))) == ["espo"]
    assert list(written(absorb.seen(joined, in_espo))) == ["outlook"]


@pytest.mark.parametrize(("here", "there"), [(None, "There"), ("Here", None)])
def test_a_location_that_one_side_cannot_hold_is_at_rest(here: Any, there: Any) -> None:
    assert decide(pair(event(location=here), event(location=there)), BOTH).reason == SAME
