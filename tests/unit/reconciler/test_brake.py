"""M32: many removals at once are held."""

import pytest

from reconciler.core.brake import Brake, concerns, held
from reconciler.core.decide import decide
from reconciler.core.link import State, Word
from reconciler.core.rules import Rules
from support.links import event, gone, link, present


@pytest.mark.parametrize(
    ("removed", "links", "allowed"),
    [(0, 0, True), (19, 0, True), (20, 0, False), (20, 1000, True), (99, 1000, True), (100, 1000, False)],
)
def test_so_many_removals_are_let_through(removed: int, links: int, allowed: bool) -> None:
    assert Brake(removals=20, share=0.1).allows(removed, links) is allowed


def test_the_brake_has_no_say_in_what_is_no_removal() -> None:
    kept = link(present(event(title="New"), agreed=event()), present(event()))
    assert not concerns(kept, decide(kept, Rules()))


def test_a_removal_is_held_until_somebody_approves_it() -> None:
    removed = link(present(event()), gone())
    decision = decide(removed, Rules())
    assert concerns(removed, decision)
    assert held(decision).state is State.HELD
    assert not held(decision).wishes
    approved = removed.model_copy(update={"removal": Word.APPROVED})
    assert not concerns(approved, decide(approved, Rules()))


@pytest.mark.parametrize("born", ["outlook", "espo"])
def test_a_refused_removal_leaves_the_event_where_it_is(born: str) -> None:
    removed = link(gone(), present(event()), origin="outlook") if born == "outlook" else link(present(event()), gone())
    refused = removed.model_copy(update={"removal": Word.REFUSED})
    decision = decide(refused, Rules())
    assert (decision.state, decision.wishes) == (State.DETACHED, ())


def test_what_another_owner_took_over_is_removed_without_asking() -> None:
    moved = link(present(event()), gone(), moved_away=True)
    assert not concerns(moved, decide(moved, Rules()))
