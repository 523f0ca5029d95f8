"""What we made before a backup was restored is found again, where title or time leaves no choice (M31)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4, uuid5

import pytest

from contracts.events import Event, Timed
from reconciler.core.decide import decide
from reconciler.core.link import Link
from reconciler.core.rules import Rules
from reconciler.core.side import Side
from reconciler.core.survivors import bears_our_mark, survivors
from reconciler.core.twins import paired
from support.links import NOON, event, link, present

RULES = Rules(entities={"Meeting": "M"})
LATER = Timed(start=NOON + timedelta(hours=3), end=NOON + timedelta(hours=4))
EVEN_LATER = Timed(start=NOON + timedelta(hours=5), end=NOON + timedelta(hours=6))


def _alone(outlook: Side, espo: Side, *, ours: bool) -> Link:
    return link(outlook, espo).model_copy(update={"id": uuid4(), "ours": ours})


def in_outlook(content: Event, *, ours: bool = False, **more: Any) -> Link:
    seen = present(content, item=str(uuid4()), **more).model_copy(update={"agreed": None})
    return _alone(seen, Side(), ours=ours)


def in_espo(content: Event, *, ours: bool = False, **more: Any) -> Link:
    seen = present(content, item=str(uuid4()), **more).model_copy(update={"agreed": None})
    return _alone(Side(), seen, ours=ours)


@pytest.mark.parametrize("made_in", ["outlook", "espo"])
@pytest.mark.parametrize("edited", [event(title="M: Renamed"), event(title="M: Kick-off", span=LATER)])
def test_one_edit_does_not_hide_what_we_made(made_in: str, edited: Event) -> None:
    there, here = in_outlook(edited, ours=made_in == "outlook"), in_espo(event(), ours=made_in == "espo")
    others = [in_outlook(event(title="Another", span=EVEN_LATER))]
    assert survivors([here, *others, there], RULES) == [(there, here)]


def test_what_we_did_not_make_is_not_paired() -> None:
    assert survivors([in_outlook(event(title="Renamed")), in_espo(event())], RULES) == []


def test_two_that_we_made_are_two() -> None:
    both = [in_outlook(event(title="Renamed"), ours=True), in_espo(event(), ours=True)]
    assert survivors(both, RULES) == []


def test_where_there_is_a_choice_nothing_is_guessed() -> None:
    links = [in_outlook(event(title="Renamed"), ours=True), in_espo(event()), in_espo(event(title="Other"))]
    assert survivors(links, RULES) == []


def test_another_title_and_another_time_is_another_event() -> None:
    assert survivors([in_outlook(event(title="Renamed", span=LATER), ours=True), in_espo(event())], RULES) == []


def test_another_type_is_another_event() -> None:
    call = in_espo(event()).model_copy(update={"entity": "Call"})
    assert survivors([in_outlook(event(title="Renamed"), ours=True), call], RULES) == []


@pytest.mark.parametrize(
    ("later", "side", "title"), [("outlook", "espo", "Renamed"), ("espo", "outlook", "M: Kick-off")]
)
def test_the_later_of_two_titles_stands_and_the_other_is_kept(later: str, side: str, title: str) -> None:
    rules = Rules(entities={"Meeting": "M"}, winner="latest")
    at = {"outlook": NOON, "espo": NOON} | {later: NOON + timedelta(minutes=5)}
    there = in_outlook(event(title="M: Renamed"), ours=True, at=at["outlook"])
    here = in_espo(event(), at=at["espo"])
    pair, lost = paired(there, here, rules)
    (wish,) = decide(pair, rules).wishes
    assert wish.patch is not None
    assert (wish.side, wish.patch.title) == (side, title)
    assert [(conflict.field, conflict.won) for conflict in lost] == [("title", later)]


@pytest.mark.parametrize(("later", "side"), [("outlook", "espo"), ("espo", "outlook")])
def test_of_two_times_the_later_edit_stands(later: str, side: str) -> None:
    at = {"outlook": NOON, "espo": NOON} | {later: NOON + timedelta(minutes=5)}
    there = in_outlook(event(title="M: Kick-off", span=LATER), ours=True, at=at["outlook"])
    pair, lost = paired(there, in_espo(event(), at=at["espo"]), RULES)
    (wish,) = decide(pair, RULES).wishes
    assert wish.patch is not None
    assert (wish.side, wish.patch.span) == (side, LATER if later == "outlook" else event().span)
    assert [(conflict.field, conflict.won) for conflict in lost] == [("span", later)]


def test_our_mark_is_a_transaction_id_made_from_a_name() -> None:
    assert bears_our_mark(str(uuid5(uuid4(), "link/0")))
    assert not bears_our_mark(str(uuid4()))
    assert not bears_our_mark("whatever")
    assert not bears_our_mark(None)
