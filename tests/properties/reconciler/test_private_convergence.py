"""M18: whatever happens between, a private event's words are neither in EspoCRM nor in the link, and nothing is made twice.

The world of the convergence tests, where somebody also marks the event in Outlook as private and takes the mark off again.
"""

from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.changes import EspoSeen, OutlookSeen, OutlookSkipped
from contracts.events import Private
from reconciler.core import landing, privacy
from reconciler.core.link import Link
from reconciler.core.rules import Rules
from reconciler.core.side import SideName, Verb
from support.links import event
from support.world import System, World

SECRET = "secret"
SIDES = st.sampled_from(["outlook", "espo"])


@dataclass(slots=True)
class PrivateOutlook(System):
    """Outlook's side; of a private event it is only read what may be told."""

    private: bool = False

    def read(self, now: object) -> OutlookSeen | EspoSeen | None:
        seen = System.read(self, now)  # type: ignore[arg-type]
        if not isinstance(seen, OutlookSeen) or not self.private:
            return seen
        return seen.model_copy(update={"busy_only": True, "event": seen.event.as_busy_time()})


class PrivateWorld(World):
    """One link, whose event may be private, and its connectors, which tell no more than the setting allows."""

    def __init__(self, private: Private) -> None:
        super().__init__(Rules(private=private), outlook=PrivateOutlook("outlook"))

    @property
    def is_private(self) -> bool:
        return isinstance(self.outlook, PrivateOutlook) and self.outlook.private

    @property
    def is_silent(self) -> bool:
        """Whether nothing may be told of Outlook's event."""
        return self.is_private and self.rules.private is Private.SKIP

    def mark(self, *, private: bool) -> None:
        if isinstance(self.outlook, PrivateOutlook) and self.outlook.holds is not None:
            self.pass_time(1)
            self.outlook.private = private
            self.outlook.store(self.outlook.holds, self.now)

    def look(self, name: SideName) -> None:
        if name == "outlook" and self.is_silent:
            skipped = OutlookSkipped(
                account="ann",
                outlook_id="x",
                reason="private",
                modified_at=self.outlook.modified_at,
                read_at=self.now,
            )
            self.late.append(skipped)  # type: ignore[arg-type]
        else:
            super().look(name)

    def deliver(self, which: int) -> None:
        told = self.late[which % len(self.late)] if self.late else None
        if isinstance(told, OutlookSkipped):
            self.late.remove(told)
            if self.link is not None:
                self._settle(privacy.hidden(self.link, told))
        else:
            super().deliver(which)

    def carry_out(self, *, lose_answer: bool = False) -> None:
        if not self.writes:
            return
        write_id, wish, _ = self.writes[0]
        if wish.verb is Verb.DELETE:
            self.pass_time(1)
            self.written += self.espo.holds is not None
            self.espo.holds = None
            if not lose_answer:
                self.writes.pop(0)
                if self.link is not None and self._open(write_id, "espo"):
                    self._settle(landing.done(self.link, "espo", None, self.now))
        elif wish.side == "outlook" and self.is_silent:
            self.pass_time(1)
            self.writes.pop(0)
            if self.link is not None and self._open(write_id, "outlook"):
                self._settle(landing.refused(self.link, "outlook", "it has become private", self.now))
        else:
            super().carry_out(lose_answer=lose_answer)

    def _settle(self, link: Link) -> None:
        if privacy.record_is_out(link):
            # The record's id has a link of its own from now on, which late sights of it go to.
            self.late = [told for told in self.late if not isinstance(told, EspoSeen)]
            link = privacy.without_record(link)
        super()._settle(link)


class KeptPrivate(RuleBasedStateMachine):
    """Two people edit one event, and its owner now and then keeps it private, while everything comes in any order."""

    world: PrivateWorld
    edits: int = 0

    @initialize(born=SIDES, private=st.sampled_from([Private.SKIP, Private.BUSY]))
    def somebody_creates_an_event(self, born: SideName, private: Private) -> None:
        self.world = PrivateWorld(private)
        self.born = born
        title = f"{SECRET} plan" if born == "outlook" else "Plan"
        self.world.system(born).store(event(title=title, online=False, join_url=""), self.world.now)
        self.world.look(born)

    @rule(private=st.booleans())
    def the_owner_marks_the_event(self, private: bool) -> None:
        self.world.mark(private=private)

    @rule()
    def rename_in_outlook(self) -> None:
        self.edits += 1
        kept = self.world.is_private or self.born == "outlook"
        self.world.edit("outlook", title=f"{SECRET if kept else 'Shared'} {self.edits}")

    @rule()
    def rename_in_espocrm(self) -> None:
        self.edits += 1
        self.world.edit("espo", title=f"Open {self.edits}")

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
    def what_is_known_to_be_private_is_not_remembered(self) -> None:
        link = self.world.link
        if link is not None and privacy.is_veiled(link) and self.born == "outlook":
            assert SECRET not in link.model_dump_json()

    @rule()
    def everything_comes_to_rest(self) -> None:
        self.world.come_to_rest()
        self._check()

    def teardown(self) -> None:
        self.world.come_to_rest()
        self._check()
        before = self.world.written
        self.world.come_to_rest()
        assert self.world.written == before

    def _check(self) -> None:
        outlook, espo = self.world.outlook.holds, self.world.espo.holds
        if self.world.is_private:
            self._check_private()
        elif outlook is not None and espo is not None:
            assert (outlook.title, outlook.span) == (espo.title, espo.span)
        else:
            assert (outlook, espo) == (None, None)

    def _check_private(self) -> None:
        espo, link = self.world.espo.holds, self.world.link
        if self.born == "espo":
            assert espo is not None
            return
        assert link is None or SECRET not in link.model_dump_json()
        if self.world.is_silent:
            assert espo is None
        else:
            assert espo is not None
            assert SECRET not in espo.title


KeptPrivate.TestCase.settings = settings(max_examples=500, stateful_step_count=30, deadline=None)
TestKeptPrivate = KeptPrivate.TestCase
