"""M32: many removals at once are held."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.brake import Brake, concerns, held
from reconciler.core.decide import decide
from reconciler.core.decision import Decision
from reconciler.core.link import Meeting, State, Word
from reconciler.core.rules import Direction, Rules
from reconciler.core.side import Side
from support.links import event, gone, link, present


@pytest.mark.parametrize(
    ("removed", "links", "allowed"),
    [
        # A person tidies up a small calendar by hand.
        (0, 1, True),
        (3, 4, True),
        (4, 6, True),
        # A small calendar is not emptied.
        (5, 6, False),
        (5, 10, False),
        (5, 12, True),
        (6, 12, False),
        (10, 22, True),
        (11, 22, False),
        # Nor are many removed from one of a usual size.
        (19, 40, True),
        (20, 40, False),
        (20, 200, False),
        # In a very large one more are usual.
        (20, 1000, True),
        (99, 1000, True),
        (100, 1000, False),
    ],
)
def test_so_many_removals_are_let_through(removed: int, links: int, allowed: bool) -> None:
    assert Brake().allows(removed, links) is allowed


@given(st.integers(11, 5000))
def test_no_calendar_of_more_than_ten_events_loses_more_than_half_of_them_unasked(links: int) -> None:
    let_through = next(removed for removed in range(links + 1) if not Brake().allows(removed, links))
    assert let_through <= links / 2


@given(st.integers(0, 5000), st.integers(0, 200))
def test_a_larger_calendar_is_never_held_sooner(links: int, removed: int) -> None:
    assert Brake().allows(removed, links + 1) or not Brake().allows(removed, links)


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


def test_a_teams_meeting_whose_record_was_removed_waits_as_well() -> None:
    stands = link(Side(), gone(), meeting=Meeting(id="t1", join_url="https://teams.test/1"))
    decision = decide(stands, Rules(direction=Direction.NONE))
    assert decision.meeting is not None
    assert concerns(stands, decision)
    assert (held(decision).state, held(decision).meeting) == (State.HELD, None)
    refused = decide(stands.model_copy(update={"removal": Word.REFUSED}), Rules(direction=Direction.NONE))
    assert refused.meeting is None


def test_a_teams_meeting_that_was_switched_off_is_no_removal_of_an_event() -> None:
    meeting = Meeting(id="t1", join_url="https://teams.test/1", told="https://teams.test/1")
    off = link(Side(), present(event(online=False, join_url="")), meeting=meeting)
    assert not concerns(off, decide(off, Rules(direction=Direction.NONE)))


def test_what_privacy_takes_out_is_removed_without_asking() -> None:
    private = link(present(event()), present(event()), origin="outlook", exposed=True)
    assert not concerns(private, decide(private, Rules()))


def test_what_another_owner_took_over_is_removed_without_asking() -> None:
    moved = link(present(event()), gone(), moved_away=True)
    assert not concerns(moved, decide(moved, Rules()))


def test_what_is_held_says_so_and_wishes_for_nothing() -> None:
    base = event()
    edited = link(present(event(title="New"), agreed=base), gone(), origin="espo")
    removal = decide(edited, Rules())
    assert removal.conflicts
    assert held(removal) == Decision(
        State.HELD, f"{removal.reason}; many removals at once are held until somebody approves them"
    )
