"""The known doubles are forgiven: of what looks like a person's own for want of a key, and of what was removed unheard of."""

from datetime import UTC, datetime

import pytest
from tools.chaos.deeds import Deed, History, Kind
from tools.chaos.invariants import Violation

from contracts.events import Timed
from simulation.doubles import Made, told_apart
from tandem.people.cast import ANN, BEN
from tandem.people.entries import Entry, Side

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
PLANNED = Entry("Budget #e1", Timed(start=NINE, end=NINE), "Room 1", frozenset())
RENAMED = Entry("Review #e1", PLANNED.span, "Room 1", frozenset())
ELSEWHERE = Entry("Budget #e1", PLANNED.span, "Room 2", frozenset())
TWICE = Violation("nothing twice", "e1", "Ann's EspoCRM holds 2, not 1")
BORN = Deed(Kind.CREATE, Side.OUTLOOK, after=PLANNED)

HIDING = {
    "renamed": Deed(Kind.EDIT, Side.ESPO, PLANNED, RENAMED),
    "given away": Deed(Kind.HAND_OVER, Side.ESPO, PLANNED, to=BEN),
    "removed": Deed(Kind.DELETE, Side.ESPO, PLANNED),
}


def lived(*deeds: Deed) -> list[History]:
    return [History("e1", Side.OUTLOOK, ANN, [BORN, *deeds])]


@pytest.mark.parametrize("deed", HIDING.values(), ids=HIDING)
def test_a_record_that_we_made_twice_because_somebody_hid_the_first_is_the_known_double(deed: Deed) -> None:
    assert told_apart([TWICE], lived(deed), [Made("e1")] * 2, keyed=False) == ([], [TWICE])


def test_a_double_breaks_the_law_where_there_is_a_field_for_keys() -> None:
    made = [Made("e1")] * 2

    assert told_apart([TWICE], lived(HIDING["renamed"]), made, keyed=True) == ([TWICE], [])
    assert told_apart([TWICE], lived(HIDING["removed"]), made, keyed=True) == ([TWICE], [])


def test_a_record_that_was_removed_before_anybody_heard_of_it_is_the_known_double_field_or_no_field() -> None:
    made = [Made("e1", removed_unheard_of=True), Made("e1")]
    back = Violation("removed is removed", "e1", "Ann's EspoCRM holds 1, not 0")

    assert told_apart([back], lived(HIDING["removed"]), made, keyed=True) == ([], [back])
    assert told_apart([back], lived(HIDING["renamed"]), made, keyed=True) == ([back], [])
    assert told_apart([back], lived(HIDING["removed"]), made[:1], keyed=True) == ([back], [])


def test_a_double_that_we_did_not_make_breaks_the_law() -> None:
    assert told_apart([TWICE], lived(HIDING["renamed"]), [Made("e1")], keyed=False) == ([TWICE], [])


@pytest.mark.parametrize(
    "deeds",
    [(), (Deed(Kind.EDIT, Side.ESPO, PLANNED, ELSEWHERE),), (Deed(Kind.EDIT, Side.OUTLOOK, PLANNED, RENAMED),)],
    ids=["untouched", "only its place edited", "edited in Outlook alone"],
)
def test_a_double_of_a_record_that_could_be_recognised_breaks_the_law(deeds: tuple[Deed, ...]) -> None:
    assert told_apart([TWICE], lived(*deeds), [Made("e1")] * 2, keyed=False) == ([TWICE], [])


def test_what_is_wrong_with_another_event_is_not_forgiven() -> None:
    lost = Violation("nothing lost", "e2", "Ann's Outlook holds 0, not 1")
    broken, forgiven = told_apart([TWICE, lost], lived(HIDING["renamed"]), [Made("e1")] * 2, keyed=False)
    assert (broken, forgiven) == ([lost], [TWICE])
