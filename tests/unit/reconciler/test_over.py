"""Nobody is mailed about what is over (M33)."""

from datetime import timedelta

import pytest

from contracts.events import AllDay, Event
from reconciler.core import ending
from reconciler.core.decide import decide
from reconciler.core.link import Link, State
from reconciler.core.rules import Rules
from support.links import ANN, NOON, UPCOMING, event, gone, link, present

END = UPCOMING + timedelta(hours=1)


def edited(record: Event, base: Event) -> Link:
    return link(present(base), present(record, agreed=base), over=True)


def test_an_edit_in_espocrm_of_what_is_over_does_not_reach_the_guests() -> None:
    decision = decide(edited(event(title="Minutes", people=(ANN,)), event(people=(ANN,))), Rules())
    assert (decision.state, decision.wishes) == (State.IN_SYNC, ())
    assert "mailed" in decision.reason


def test_an_edit_of_what_is_over_crosses_where_there_are_no_guests() -> None:
    assert len(decide(edited(event(title="Minutes"), event()), Rules()).wishes) == 1


def test_nobody_is_invited_afterwards() -> None:
    decision = decide(edited(event(people=(ANN,)), event()), Rules())
    assert decision.wishes == ()
    assert "mailed" in decision.reason


def test_an_edit_in_outlook_of_what_is_over_reaches_espocrm() -> None:
    base = event(people=(ANN,))
    over = link(present(event(title="Minutes", people=(ANN,)), agreed=base), present(base), over=True)
    assert [wish.side for wish in decide(over, Rules()).wishes] == ["espo"]


def test_a_record_removed_after_the_meeting_takes_nothing_from_the_guests() -> None:
    decision = decide(link(present(event(people=(ANN,))), gone(), over=True), Rules())
    assert (decision.state, decision.wishes) == (State.DETACHED, ())
    assert "mailed" in decision.reason


@pytest.mark.parametrize(("now", "over"), [(END - timedelta(minutes=1), False), (END + timedelta(minutes=1), True)])
def test_an_event_is_over_once_it_has_ended(now: object, over: bool) -> None:
    assert ending.at(link(present(event()), present(event())), now).over is over  # type: ignore[arg-type]


def test_an_event_that_was_moved_into_the_past_on_one_side_is_not_over() -> None:
    past = event(span=event().span.model_copy(update={"start": NOON, "end": NOON}))
    assert not ending.at(link(present(event()), present(past)), NOON + timedelta(days=1)).over


def test_a_whole_day_is_over_when_it_is_over_everywhere() -> None:
    day = event(span=AllDay(first=UPCOMING.date(), last=UPCOMING.date()))
    both = link(present(day), present(day))
    assert not ending.at(both, UPCOMING + timedelta(hours=24)).over
    assert ending.at(both, UPCOMING + timedelta(hours=48)).over


def test_what_nothing_is_known_of_has_no_end_and_is_not_over() -> None:
    unknown = link(gone(), gone())
    assert ending.ends_at(unknown) is None
    assert not ending.at(unknown, NOON).over


def test_in_the_very_moment_of_its_end_an_event_is_not_over_yet() -> None:
    assert not ending.at(link(present(event()), present(event())), END).over
