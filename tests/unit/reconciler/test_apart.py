"""M34: as long as the sides say different things, the link says in which fields, and who changed them."""

from typing import Any

import pytest

from contracts.events import Event
from reconciler.core import absorb
from reconciler.core.decide import decide
from reconciler.core.link import Link, State
from reconciler.core.reasons import SAME
from reconciler.core.rules import Direction, Rules
from reconciler.core.side import SideName
from support.links import event, link, present

INWARD = Rules(direction=Direction.OUTLOOK_TO_ESPO)
OUTWARD = Rules(direction=Direction.ESPO_TO_OUTLOOK)
NOWHERE = Rules(direction=Direction.NONE)


def edited(known: Link, side: SideName, **changes: Any) -> Link:
    """Somebody changed something on that side, and it was read."""
    before = known.side(side)
    content = before.content.model_copy(update=changes)
    return known.with_side(side, before.model_copy(update={"seen": content}))


def at_rest(known: Link, rules: Rules) -> Link:
    """What is decided, carried out as it was wished."""
    decision = decide(known, rules)
    after = absorb.settle(known, decision)
    for wish in decision.wishes:
        changes = {field: getattr(wish.patch, field) for field in wish.fields}
        after = edited(after, wish.side, **changes)
        for side in ("outlook", "espo"):
            after = after.with_side(side, after.side(side).model_copy(update={"agreed": after.side(side).seen}))
    return absorb.settle(after, decide(after, rules))


@pytest.fixture
def known() -> Link:
    """In step."""
    return link(present(event()), present(event()))


@pytest.mark.parametrize(
    ("rules", "side", "words"),
    [
        (INWARD, "espo", "title changed in EspoCRM only"),
        (OUTWARD, "outlook", "title changed in Outlook only"),
        (NOWHERE, "outlook", "title changed in Outlook only"),
    ],
)
def test_a_change_that_may_not_cross_is_named(known: Link, rules: Rules, side: SideName, words: str) -> None:
    after = at_rest(edited(known, side, title="Hers"), rules)

    assert (after.state, after.reason) == (State.IN_SYNC, words)


def test_it_is_still_named_when_another_field_has_crossed_since(known: Link) -> None:
    apart = at_rest(edited(known, "espo", title="Hers"), INWARD)

    after = at_rest(edited(apart, "outlook", location="Room 9"), INWARD)

    assert after.reason == "title changed in EspoCRM only"
    assert after.espo.content.location == "Room 9"


def test_it_is_named_although_both_were_first_seen_together(known: Link) -> None:
    both = edited(edited(known, "espo", title="Hers"), "outlook", location="Room 9")

    assert at_rest(both, INWARD).reason == "title changed in EspoCRM only"


def test_a_later_one_is_named_beside_it(known: Link) -> None:
    apart = at_rest(edited(known, "espo", title="Hers"), INWARD)

    after = at_rest(edited(apart, "espo", location="Room 9"), INWARD)

    assert after.reason == "title, location changed in EspoCRM only"


def test_it_is_named_once_however_often_it_changes(known: Link) -> None:
    apart = at_rest(edited(known, "espo", title="Hers"), INWARD)

    assert at_rest(edited(apart, "espo", title="Hers again"), INWARD).reason == "title changed in EspoCRM only"


def test_whoever_changed_it_last_is_named(known: Link) -> None:
    apart = at_rest(edited(known, "espo", title="Hers"), NOWHERE)

    assert at_rest(edited(apart, "outlook", title="His"), NOWHERE).reason == "title changed in Outlook only"


def test_it_is_over_when_the_other_side_writes_over_it(known: Link) -> None:
    apart = at_rest(edited(known, "espo", title="Hers"), INWARD)

    after = at_rest(edited(apart, "outlook", title="His"), INWARD)

    assert (after.reason, after.espo.content.title) == (SAME, "His")


def test_it_is_over_when_the_other_side_comes_to_say_the_same(known: Link) -> None:
    apart = at_rest(edited(known, "espo", title="Hers"), INWARD)

    assert at_rest(edited(apart, "outlook", title="Hers"), INWARD).reason == SAME


def test_what_was_empty_and_is_absent_now_is_no_difference() -> None:
    empty: Event = event(description="")
    bare = link(present(empty), present(empty))

    assert at_rest(edited(bare, "espo", description=None), INWARD).reason == SAME
