"""The judge of a chaos run, given an end in which something is wrong: each lie is told apart and by name."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from tools.chaos.deeds import Deed, History, Kind
from tools.chaos.ideas import Ideas
from tools.chaos.invariants import Mail, Seen, Violation, standing, violations

from contracts.events import Timed
from tandem.people.cast import ANN, BEN, COLLEAGUES, DANA, EMIL, Colleague
from tandem.people.entries import Entry, Side

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
PLANNED = Entry(
    "Budget #e1", Timed(start=START, end=START + timedelta(hours=1)), "Room 1", frozenset({BEN.address, DANA.address})
)
RENAMED = replace(PLANNED, title="Budget, again #e1")
MOVED = replace(RENAMED, location="Room 2")

Calendars = dict[tuple[Side, Colleague], dict[str, Entry]]


def lived() -> History:
    """Ann plans in EspoCRM with two guests, renames there, and moves in Outlook."""
    deeds = [
        Deed(Kind.CREATE, Side.ESPO, after=PLANNED),
        Deed(Kind.EDIT, Side.ESPO, PLANNED, RENAMED),
        Deed(Kind.EDIT, Side.OUTLOOK, RENAMED, MOVED),
    ]
    return History("e1", Side.ESPO, ANN, deeds)


def calendars(**changes: Entry | None) -> Calendars:
    """What both systems hold when all is well; `outlook`, `espo` and `copy` say what stands there instead."""
    held = {"outlook": MOVED, "espo": MOVED, "copy": MOVED} | changes
    seen: Calendars = {(side, colleague): {} for side in Side for colleague in COLLEAGUES}
    places = {"outlook": (Side.OUTLOOK, ANN), "espo": (Side.ESPO, ANN), "copy": (Side.OUTLOOK, BEN)}
    for name, place in places.items():
        entry = held[name]
        seen[place] = {} if entry is None else {name: entry}
    return seen


def mails(**more: int) -> tuple[Mail, ...]:
    """Each guest is invited once and told of both edits; `more` mails of a kind go to Dana."""
    usual = [Mail(kind, MOVED.title, to) for to in PLANNED.people for kind in ("invite", "update", "update")]
    return (*usual, *(Mail(kind, MOVED.title, DANA.address) for kind, count in more.items() for _ in range(count)))


def laws(found: list[Violation]) -> set[str]:
    return {violation.law for violation in found}


def test_an_end_in_which_all_is_well_breaks_no_law() -> None:
    assert violations([lived()], Seen(calendars(), mails())) == []


@pytest.mark.parametrize("place", [(Side.OUTLOOK, ANN), (Side.ESPO, ANN), (Side.OUTLOOK, BEN)])
def test_an_event_that_is_there_twice_is_seen(place: tuple[Side, Colleague]) -> None:
    seen = calendars()
    seen[place]["once more"] = MOVED
    assert laws(violations([lived()], Seen(seen, mails()))) == {"nothing twice"}


@pytest.mark.parametrize("missing", ["outlook", "espo", "copy"])
def test_an_event_that_nobody_deleted_and_is_gone_is_seen(missing: str) -> None:
    assert "nothing lost" in laws(violations([lived()], Seen(calendars(**{missing: None}), mails())))


def test_an_event_that_nobody_made_is_seen() -> None:
    seen = calendars()
    seen[Side.OUTLOOK, ANN]["stray"] = replace(MOVED, title="Where does this come from?")
    assert laws(violations([lived()], Seen(seen, mails()))) == {"nothing out of nowhere"}


def test_sides_that_differ_are_seen() -> None:
    found = violations([lived()], Seen(calendars(espo=RENAMED), mails()))
    assert laws(found) == {"both sides equal", "no edit lost"}


@pytest.mark.parametrize(
    "lost",
    [replace(MOVED, title=PLANNED.title), replace(MOVED, location="Room 1"), replace(MOVED, people=frozenset())],
    ids=["title", "location", "guests"],
)
def test_an_edit_that_both_sides_forgot_is_seen(lost: Entry) -> None:
    copy = lost if BEN.address in lost.people else None
    found = violations([lived()], Seen(calendars(outlook=lost, espo=lost, copy=copy), mails()))
    assert laws(found) == {"no edit lost"}


@pytest.mark.parametrize("kind", ["invite", "update", "cancel"])
def test_a_guest_who_is_told_once_too_often_is_seen(kind: str) -> None:
    found = violations([lived()], Seen(calendars(), mails(**{kind: 1})))
    assert [(violation.law, violation.tag) for violation in found] == [("one mail a change", "e1")]


def test_what_was_removed_where_it_was_born_and_lives_on_is_seen() -> None:
    removed = lived()
    removed.deeds.append(Deed(Kind.DELETE, Side.ESPO, MOVED))
    found = violations([removed], Seen(calendars(espo=None, copy=None), mails()))
    assert "removed is removed" in laws(found)


def test_what_was_removed_across_from_where_it_was_born_stays_where_it_was_born() -> None:
    removed = lived()
    removed.deeds.append(Deed(Kind.DELETE, Side.OUTLOOK, MOVED))
    assert violations([removed], Seen(calendars(outlook=None, copy=None), mails())) == []


@pytest.mark.parametrize("stands", ["Ann's title #e1", "Ben's title #e1"])
def test_of_two_edits_that_did_not_know_of_each_other_either_may_stand(stands: str) -> None:
    history = lived()
    for side, title in ((Side.OUTLOOK, "Ann's title #e1"), (Side.ESPO, "Ben's title #e1")):
        history.deeds.append(Deed(Kind.EDIT, side, MOVED, replace(MOVED, title=title)))
    entry = replace(MOVED, title=stands)
    mailed = mails(update=1)
    assert violations([history], Seen(calendars(outlook=entry, espo=entry, copy=entry), mailed)) == []


def test_an_edit_by_somebody_who_had_the_other_one_before_his_eyes_must_stand() -> None:
    history = lived()
    later = replace(MOVED, title="Known better #e1")
    history.deeds.append(Deed(Kind.EDIT, Side.OUTLOOK, MOVED, later))
    found = violations([history], Seen(calendars(), mails()))
    assert laws(found) == {"no edit lost"}


def test_what_changed_hands_is_its_new_owners_and_nobody_elses() -> None:
    moved = lived()
    moved.deeds.append(Deed(Kind.HAND_OVER, Side.ESPO, to=BEN))
    mine = replace(MOVED, people=frozenset({ANN.address, EMIL.address}))
    seen = calendars(outlook=mine, espo=None, copy=mine)
    seen[Side.ESPO, BEN] = {"record": mine}
    assert violations([moved], Seen(seen, mails())) == []

    seen[Side.ESPO, ANN] = {"the old record": mine}
    assert laws(violations([moved], Seen(seen, mails()))) == {"nothing twice"}


def test_an_edit_in_outlook_on_its_way_to_a_record_that_is_given_away_is_told_of_by_the_new_owners_event_once_more() -> (
    None
):
    moved = lived()
    mine = replace(MOVED, people=frozenset({ANN.address, EMIL.address}))
    seen = calendars(outlook=mine, espo=None, copy=mine)
    seen[Side.ESPO, BEN] = {"record": mine}
    moved.deeds.append(Deed(Kind.HAND_OVER, Side.ESPO, to=BEN))
    assert violations([moved], Seen(seen, mails(update=1))) == []
    assert laws(violations([moved], Seen(seen, mails(update=2)))) == {"one mail a change"}

    del moved.deeds[2]  # the edit in Outlook
    one_more = laws(violations([moved], Seen(seen, mails(update=0))))
    assert "one mail a change" in one_more


def test_an_edit_in_the_mailbox_of_which_the_event_was_taken_may_go_with_it_and_one_in_espocrm_may_not() -> None:
    moved = History("e1", Side.ESPO, ANN, [Deed(Kind.CREATE, Side.ESPO, after=PLANNED)])
    moved.deeds.append(Deed(Kind.EDIT, Side.OUTLOOK, PLANNED, RENAMED))
    moved.deeds.append(Deed(Kind.EDIT, Side.ESPO, PLANNED, replace(PLANNED, location="Room 3")))
    moved.deeds.append(Deed(Kind.HAND_OVER, Side.ESPO, to=BEN))
    assert set(standing(moved, "title")) == {RENAMED.title, PLANNED.title}
    assert set(standing(moved, "location")) == {"Room 3"}


def test_of_two_edits_in_the_mailbox_of_which_the_event_was_taken_the_first_may_be_all_that_crossed() -> None:
    moved = History("e1", Side.OUTLOOK, ANN, [Deed(Kind.CREATE, Side.OUTLOOK, after=PLANNED)])
    again = replace(RENAMED, title="Budget, once more #e1")
    moved.deeds.append(Deed(Kind.EDIT, Side.OUTLOOK, PLANNED, RENAMED))
    moved.deeds.append(Deed(Kind.EDIT, Side.OUTLOOK, RENAMED, again))
    assert set(standing(moved, "title")) == {again.title}
    moved.deeds.append(Deed(Kind.HAND_OVER, Side.ESPO, to=BEN))
    assert set(standing(moved, "title")) == {PLANNED.title, RENAMED.title, again.title}


def test_of_the_edits_where_it_was_removed_in_the_end_the_last_ones_may_have_gone_with_the_removal() -> None:
    born_in_outlook = History("e1", Side.OUTLOOK, ANN, [Deed(Kind.CREATE, Side.OUTLOOK, after=PLANNED)])
    crossed, behind = replace(PLANNED, title="Crossed #e1"), replace(PLANNED, title="Did not #e1")
    born_in_outlook.deeds.append(Deed(Kind.EDIT, Side.ESPO, PLANNED, crossed))
    born_in_outlook.deeds.append(Deed(Kind.EDIT, Side.ESPO, crossed, behind))
    assert standing(born_in_outlook, "title") == [behind.title]
    born_in_outlook.deeds.append(Deed(Kind.DELETE, Side.ESPO, behind))
    assert standing(born_in_outlook, "title") == [PLANNED.title, crossed.title, behind.title]


def thought_of(seed: int) -> list[Entry]:
    ideas = Ideas(Random(seed), date(2026, 3, 2))
    made: list[Callable[[], Entry]] = [
        lambda: ideas.event(ANN),
        *(lambda what=what: ideas.edited(PLANNED, what, ANN) for what in ("title", "span", "location", "people")),
    ]
    return [one() for one in made for _ in range(5)]


def test_the_same_seed_thinks_of_the_same_things() -> None:
    assert thought_of(7) == thought_of(7)
    assert thought_of(7) != thought_of(8)
