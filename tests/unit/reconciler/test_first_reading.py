"""Nothing is made on a side before that side has been read once."""

from dataclasses import replace

import pytest

from reconciler.core.decide import decide
from reconciler.core.decision import Decision, MeetingWish, Wish
from reconciler.core.first_reading import NO_WORD_YET, Awaited, held_back
from reconciler.core.link import Link, State
from reconciler.core.rules import Rules
from reconciler.core.side import Side, Verb
from support.links import event, link, present

NEW_IN_ESPO = link(Side(), present(event()))
NEW_IN_OUTLOOK = link(present(event()), Side(), origin="outlook")
EDITED = link(present(event()), present(event(title="New"), agreed=event()))


@pytest.mark.parametrize(("new", "unread"), [(NEW_IN_ESPO, Awaited.OUTLOOK), (NEW_IN_OUTLOOK, Awaited.ESPO)])
def test_a_creation_waits_until_its_side_has_been_read(new: object, unread: Awaited) -> None:
    decision = held_back(decide(new, Rules()), frozenset((unread,)))  # type: ignore[arg-type]
    assert (decision.state, decision.wishes) == (State.PENDING, ())
    assert "read first" in decision.reason


@pytest.mark.parametrize(("new", "unread"), [(NEW_IN_ESPO, Awaited.ESPO), (NEW_IN_OUTLOOK, Awaited.OUTLOOK)])
def test_a_creation_does_not_wait_for_the_side_that_it_comes_from(new: object, unread: Awaited) -> None:
    assert len(held_back(decide(new, Rules()), frozenset((unread,))).wishes) == 1  # type: ignore[arg-type]


def test_what_is_on_both_sides_already_does_not_wait_for_a_reading() -> None:
    assert len(held_back(decide(EDITED, Rules()), frozenset((Awaited.OUTLOOK, Awaited.ESPO))).wishes) == 1


@pytest.mark.parametrize("any_link", [NEW_IN_ESPO, NEW_IN_OUTLOOK, EDITED])
def test_nothing_at_all_is_written_before_the_owners_word(any_link: object) -> None:
    decision = held_back(decide(any_link, Rules()), frozenset((Awaited.WORD,)))  # type: ignore[arg-type]
    assert (decision.state, decision.wishes, decision.conflicts) == (State.PENDING, (), ())
    assert "its owner" in decision.reason


def test_what_needs_nothing_is_in_sync_all_the_same() -> None:
    quiet = decide(link(present(event()), present(event())), Rules())
    assert held_back(quiet, frozenset((Awaited.WORD,))) == quiet


CONFLICT = link(present(event(title="A"), agreed=event()), present(event(title="B"), agreed=event()))


def test_what_waits_for_a_word_is_kept_for_later_whole() -> None:
    decision = replace(decide(CONFLICT, Rules()), state=State.IN_SYNC, meeting=MeetingWish(Verb.CREATE))
    assert decision.conflicts
    waiting = held_back(decision, frozenset((Awaited.WORD,)))
    assert waiting == Decision(State.PENDING, f"{decision.reason}; {NO_WORD_YET}", settled=decision.settled)


@pytest.mark.parametrize(
    ("new", "unread", "words"),
    [
        (NEW_IN_ESPO, Awaited.OUTLOOK, "created in EspoCRM, on its way to Outlook; Outlook is being read first"),
        (NEW_IN_OUTLOOK, Awaited.ESPO, "created in Outlook, on its way to EspoCRM; EspoCRM is being read first"),
    ],
)
def test_what_waits_for_a_reading_says_of_which_side(new: Link, unread: Awaited, words: str) -> None:
    decision = replace(decide(new, Rules()), state=State.IN_SYNC)
    waiting = held_back(decision, frozenset((unread,)))
    assert (waiting.state, waiting.reason) == (State.PENDING, f"{words}, in case it is there already")


def test_of_two_creations_only_that_of_the_unread_side_waits() -> None:
    both = Decision(State.PENDING, "new", wishes=(Wish("outlook", Verb.CREATE), Wish("espo", Verb.CREATE)))
    waiting = held_back(both, frozenset((Awaited.ESPO,)))
    assert [wish.side for wish in waiting.wishes] == ["outlook"]
    assert waiting.reason == "new; EspoCRM is being read first, in case it is there already"
    none = held_back(both, frozenset((Awaited.ESPO, Awaited.OUTLOOK)))
    assert none.reason == "new; Outlook, EspoCRM is being read first, in case it is there already"
