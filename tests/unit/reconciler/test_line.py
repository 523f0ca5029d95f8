"""The line of a calendar: an import of thousands of events leaves room for what others write."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.core import absorb, landing
from reconciler.core.decide import decide
from reconciler.core.line import AT_ONCE, AT_THE_LATEST, WAITING, called, in_turn
from reconciler.core.link import Link, State
from reconciler.core.rules import Rules
from support.links import NOON, event, link, present

EDITED = link(present(event(title="New"), agreed=event()), present(event()))
BOTH_EDITED = link(present(event(title="A"), agreed=event()), present(event(location="B"), agreed=event()))


def in_line(subject: Link) -> Link:
    waiting, decision = in_turn(subject, decide(subject, Rules()), AT_ONCE, NOON)
    return absorb.settle(waiting, decision)


def test_beside_as_many_as_are_written_at_once_an_event_waits_and_says_why() -> None:
    waiting = in_line(EDITED)

    assert (waiting.state, waiting.reason, waiting.in_line) == (State.PENDING, WAITING, ("espo",))
    assert not decide(waiting, Rules()).wishes


def test_whoever_waits_writes_nothing_yet_and_nobody_has_lost_a_conflict() -> None:
    contested = link(present(event(title="A"), agreed=event()), present(event(title="B"), agreed=event()))
    wanted = decide(contested, Rules())
    assert wanted.conflicts

    _, decision = in_turn(contested, wanted, AT_ONCE, NOON)

    assert (decision.wishes, decision.conflicts) == ((), ())


def test_an_event_that_waits_is_pending_whatever_it_was_to_be() -> None:
    held = replace(decide(EDITED, Rules()), state=State.HELD)

    assert in_turn(EDITED, held, AT_ONCE, NOON)[1].state is State.PENDING


def test_as_long_as_there_is_room_nobody_waits() -> None:
    decision = decide(EDITED, Rules())

    assert in_turn(EDITED, decision, AT_ONCE - 1, NOON) == (EDITED, decision)


def test_what_writes_nothing_does_not_stand_in_line() -> None:
    quiet = link(present(event()), present(event()))
    decision = decide(quiet, Rules())

    assert in_turn(quiet, decision, AT_ONCE, NOON) == (quiet, decision)


@pytest.mark.parametrize(("waiting", "sides"), [(EDITED, ["espo"]), (BOTH_EDITED, ["outlook", "espo"])])
def test_whoever_is_called_is_written_and_waits_no_more(waiting: Link, sides: list[str]) -> None:
    once = called(in_line(waiting))

    assert once.in_line == ()
    assert [wish.side for wish in decide(once, Rules()).wishes] == sides


def test_the_other_side_goes_on_resting_for_its_own_reasons() -> None:
    until = NOON + timedelta(hours=1)
    throttled = EDITED.with_side("outlook", EDITED.outlook.model_copy(update={"rest_until": until}))

    assert called(in_line(throttled)).outlook.rest_until == until


def test_who_is_never_called_comes_by_himself() -> None:
    waiting = in_line(EDITED)
    assert waiting.due_at == NOON + AT_THE_LATEST

    once = landing.rested(waiting, NOON + AT_THE_LATEST)

    assert once.in_line == ()
    assert decide(once, Rules()).wishes
