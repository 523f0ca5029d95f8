"""M27, M29, M31: whatever happens between, both sides end up saying the same, and then nothing is written any more."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from reconciler.core.rules import Rules
from reconciler.core.side import SideName
from support.links import event
from support.world import TEAMS_LINK, World

SIDES = st.sampled_from(["outlook", "espo"])
OTHER_LINK = "https://zoom.example/j/1"
STYLES = st.sampled_from(["Title {}", " spaced {} ", "a < b {}"])


class TwoSides(RuleBasedStateMachine):
    """Two people edit one event on both sides while looks, deliveries, writes and answers come in any order."""

    world: World
    edits: int = 0

    @initialize(born=SIDES)
    def somebody_creates_an_event(self, born: SideName) -> None:
        self.world = World(Rules())
        self.world.system(born).store(event(online=False, join_url=""), self.world.now)
        self.world.look(born)

    @rule(side=SIDES, style=STYLES)
    def rename(self, side: SideName, style: str) -> None:
        self.edits += 1
        self.world.edit(side, title=style.format(self.edits))

    @rule(side=SIDES)
    def move_to_another_place(self, side: SideName) -> None:
        self.edits += 1
        self.world.edit(side, location=f"Place {self.edits}")

    @rule(wanted=st.booleans())
    def ask_for_teams_in_espocrm_or_no_longer(self, wanted: bool) -> None:
        self.world.edit("espo", online=wanted)

    @rule()
    def store_the_link_of_another_provider(self) -> None:
        self.world.edit("espo", join_url=OTHER_LINK)

    @rule(side=SIDES)
    def look(self, side: SideName) -> None:
        self.world.look(side)

    @rule(which=st.integers(0, 9))
    def an_observation_arrives(self, which: int) -> None:
        self.world.deliver(which)

    @rule(lost=st.booleans())
    def a_write_is_carried_out(self, lost: bool) -> None:
        self.world.carry_out(lose_answer=lost)

    @rule(milliseconds=st.integers(1, 3000))
    def time_passes(self, milliseconds: int) -> None:
        self.world.pass_time(milliseconds)

    @invariant()
    def nothing_is_made_twice(self) -> None:
        assert self.world.outlook.made + self.world.espo.made <= 1

    def teardown(self) -> None:
        self.world.come_to_rest()
        outlook, espo = self.world.outlook.holds, self.world.espo.holds
        assert outlook is not None
        assert espo is not None
        assert _as_espo_stores(outlook.title) == espo.title
        assert outlook.location == espo.location
        assert espo.title in self._last_edits("title")
        assert espo.location in self._last_edits("location")
        if espo.online:
            assert outlook.online
        if outlook.online:
            assert espo.join_url == self.world.espo.last_edit.get("join_url", TEAMS_LINK)
        before = self.world.written
        self.world.come_to_rest()
        assert self.world.written == before

    def _last_edits(self, field: str) -> set[str]:
        """What may stand at the end: the last edit of either side, or the beginning where nobody edited."""
        edits = {
            _as_espo_stores(side.last_edit[field])
            for side in (self.world.outlook, self.world.espo)
            if field in side.last_edit
        }
        return edits or {getattr(event(), field)}


def _as_espo_stores(title: str) -> str:
    return title.replace("<", "‹").strip()


TwoSides.TestCase.settings = settings(max_examples=300, stateful_step_count=30, deadline=None)
TestTwoSides = TwoSides.TestCase
