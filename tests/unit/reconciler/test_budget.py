"""L-04: an event that something keeps changing back is not written to for ever."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from reconciler.core import budget, landing
from reconciler.core.decide import decide
from reconciler.core.decision import Decision
from reconciler.core.link import Link, State
from reconciler.core.rules import Rules
from support.links import NOON, event, link, present

EDITED = link(present(event(title="New"), agreed=event()), present(event()))
CONTESTED = link(present(event(title="A"), agreed=event()), present(event(location="B"), agreed=event()))


def spent(subject: Link, writes: int) -> tuple[Link, list[Decision]]:
    """So many decisions in a row, a second apart, each as if the writes before it had changed nothing."""
    decisions = []
    for second in range(writes):
        subject, decision = budget.granted(subject, decide(subject, Rules()), NOON + timedelta(seconds=second), 0)
        decisions.append(decision)
    return subject, decisions


@pytest.mark.scenario("L-04")
def test_what_is_written_over_and_over_rests_until_the_hour_is_over_and_says_why() -> None:
    resting, decisions = spent(EDITED, budget.WRITES + 1)
    assert [len(decision.wishes) for decision in decisions] == [1] * budget.WRITES + [0]
    assert (decisions[-1].state, decisions[-1].reason) == (State.PENDING, budget.EXHAUSTED)
    assert resting.due_at == NOON + budget.WITHIN
    assert not decide(resting, Rules()).wishes


@pytest.mark.scenario("L-04")
def test_when_the_hour_is_over_the_last_state_is_written() -> None:
    resting, _ = spent(EDITED, budget.WRITES + 1)
    over = NOON + budget.WITHIN
    _, decision = budget.granted(landing.rested(resting, over), decide(landing.rested(resting, over), Rules()), over, 0)
    assert [wish.side for wish in decision.wishes] == ["espo"]


@pytest.mark.scenario("L-04")
def test_writes_to_both_sides_are_charged_together() -> None:
    _, decisions = spent(CONTESTED, budget.WRITES)
    assert sum(len(decision.wishes) for decision in decisions) == budget.WRITES


def test_an_hour_without_a_write_gives_the_whole_budget_back() -> None:
    used, _ = spent(EDITED, budget.WRITES)
    again, decision = budget.granted(used, decide(used, Rules()), NOON + budget.WITHIN, 0)
    assert (again.spending.writes, len(decision.wishes)) == (1, 1)


def test_what_a_throttled_mailbox_puts_off_costs_nothing_however_often() -> None:
    throttled = EDITED
    for _ in range(2 * budget.WRITES):
        throttled, decision = budget.granted(throttled, decide(throttled, Rules()), NOON, 0)
        (wish,) = decision.wishes
        flying = landing.took_off(throttled, wish, uuid4(), NOON)
        throttled = landing.rested(landing.deferred(flying, wish.side, NOON, attempted=False), NOON)
    assert throttled.spending.writes == 0


def test_what_writes_nothing_costs_nothing() -> None:
    quiet = link(present(event()), present(event()))
    assert budget.granted(quiet, decide(quiet, Rules()), NOON, 0) == (quiet, decide(quiet, Rules()))


@pytest.mark.scenario("L-04")
def test_while_a_whole_mailbox_is_mirrored_each_of_its_events_is_written_to_a_few_times_only() -> None:
    restless, _ = spent(EDITED, budget.RESTLESS)
    resting, decision = budget.granted(restless, decide(restless, Rules()), NOON, budget.MANY)
    assert (decision.wishes, decision.reason, decision.state) == ((), budget.CROWDED, State.PENDING)
    assert resting.due_at == NOON + budget.WITHIN


def test_a_few_restless_events_leave_each_its_own_budget() -> None:
    restless, _ = spent(EDITED, budget.RESTLESS)
    _, decision = budget.granted(restless, decide(restless, Rules()), NOON, budget.MANY - 1)
    assert decision.wishes


def test_a_first_write_is_never_put_off_whatever_the_others_do() -> None:
    _, decision = budget.granted(EDITED, decide(EDITED, Rules()), NOON, 10 * budget.MANY)
    assert decision.wishes


def test_an_event_is_restless_from_its_fifth_write_until_the_hour_is_over() -> None:
    calm, _ = spent(EDITED, budget.RESTLESS - 1)
    restless, _ = spent(EDITED, budget.RESTLESS)
    almost = NOON + budget.WITHIN - timedelta(seconds=1)
    assert not budget.is_restless(EDITED, NOON)
    assert not budget.is_restless(calm, NOON)
    assert budget.is_restless(restless, almost)
    assert not budget.is_restless(restless, NOON + budget.WITHIN)


def test_what_rests_keeps_what_is_known_of_each_side() -> None:
    resting, _ = budget.granted(spent(CONTESTED, budget.WRITES)[0], decide(CONTESTED, Rules()), NOON, 0)
    until = {"rest_until": NOON + budget.WITHIN}
    assert resting.outlook == CONTESTED.outlook.model_copy(update=until)
    assert resting.espo == CONTESTED.espo.model_copy(update=until)


def test_while_an_event_rests_it_is_pending_and_nobody_has_lost_a_conflict() -> None:
    contested = link(present(event(title="A"), agreed=event()), present(event(title="B"), agreed=event()))
    wanted = replace(decide(contested, Rules()), state=State.HELD)
    assert wanted.conflicts
    _, decision = budget.granted(spent(contested, budget.WRITES)[0], wanted, NOON, 0)
    assert (decision.state, decision.wishes, decision.conflicts) == (State.PENDING, (), ())


def test_a_write_that_was_put_off_costs_nothing_and_those_before_it_cost_what_they_did() -> None:
    used, _ = spent(EDITED, 3)
    (wish,) = decide(EDITED, Rules()).wishes
    flying = landing.took_off(used, wish, uuid4(), NOON)
    assert landing.deferred(flying, wish.side, NOON).spending.writes == 2
