"""M22 to M26, M29, M31, M33: whatever two people, two systems and the bus do, everything ends as promised.

The same company lives in `make histories`, which draws hundreds of thousands of histories from a seed.
"""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from reconciler.core.rules import Direction, Rules, Winner
from support.company import promises
from support.company.company import ACTS, Act, Company
from support.company.driver import History, finish

pytestmark = pytest.mark.timeout(300)

NUMBERS = st.integers(0, 59)
HISTORIES = 800


class Lives(RuleBasedStateMachine):
    """A company, to which anything may happen. A failure prints its shortest story, act by act."""

    company: Company

    @initialize(
        direction=st.sampled_from(Direction),
        winner=st.sampled_from(Winner),
        switches=st.tuples(st.booleans(), st.booleans(), st.booleans()),
        keyed=st.booleans(),
        a=NUMBERS,
        b=NUMBERS,
    )
    def a_company_begins(
        self, direction: Direction, winner: Winner, switches: tuple[bool, bool, bool], *, keyed: bool, a: int, b: int
    ) -> None:
        remove, contacts, descriptions = switches
        self.company = Company(
            Rules(
                direction=direction,
                winner=winner,
                remove_in_outlook=remove,
                contacts_and_leads=contacts,
                description_both_ways=descriptions,
            ),
            keyed=keyed,
        )
        self.company.somebody_plans(a, b)

    @rule(act=st.sampled_from(tuple(ACTS)), a=NUMBERS, b=NUMBERS)
    def something_happens(self, act: Act, a: int, b: int) -> None:
        act(self.company, a, b)

    @invariant()
    def promises_are_kept(self) -> None:
        promises.hold_always(self.company)

    def teardown(self) -> None:
        try:
            finish(self.company)
        except AssertionError as error:
            error.add_note("\n".join(self.company.told))
            raise


Lives.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestLives = Lives.TestCase


def test_drawn_histories_end_as_promised() -> None:
    for number in range(HISTORIES):
        history = History.drawn(f"here/{number}")
        assert history.failure() is None, history.shortened().told()
