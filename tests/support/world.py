"""A model of the world around one link: two sides that behave as badly as the real ones, and a bus that is late.

The sides rewrite what they store, tell time in their own grain, and answer late; connectors carry writes out as ours do:
they notice edits made meanwhile, they find what a lost answer left behind. Everything random comes from the test.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from contracts.changes import EspoSeen, OutlookSeen
from contracts.events import Event
from contracts.writes import Patch
from reconciler.core import absorb, landing
from reconciler.core.decide import decide
from reconciler.core.decision import Decision, Wish
from reconciler.core.link import Link
from reconciler.core.rules import Rules
from reconciler.core.side import Side, SideName, Verb
from support.links import LINK_ID, NOON, espo_seen, outlook_seen

Observation = OutlookSeen | EspoSeen

TEAMS_LINK = "https://teams.microsoft.com/l/meetup-join/1"
"""Where Outlook's event is joined once it is a Teams meeting."""


@dataclass(slots=True)
class System:
    """One side: what it holds, and when that last changed by its own clock."""

    name: SideName
    holds: Event | None = None
    modified_at: datetime = NOON
    made: int = 0
    last_edit: dict[str, Any] = field(default_factory=dict)

    def wording(self, content: Event) -> Event:
        """The content as this side would store it."""
        if self.name == "espo":
            return content.model_copy(update={"title": content.title.replace("<", "‹").strip()})
        link = TEAMS_LINK if content.online else ""
        return content.model_copy(update={"title": content.title.strip(), "join_url": link})

    def store(self, content: Event, now: datetime) -> None:
        """Keep content, and when: Outlook's clock tells microseconds, EspoCRM's seconds."""
        self.modified_at = now.replace(microsecond=0) if self.name == "espo" else now
        self.holds = self.wording(content)

    def read(self, now: datetime) -> Observation | None:
        """What a connector would see now: that of EspoCRM reads brackets as brackets again."""
        if self.holds is None:
            return None
        if self.name == "outlook":
            return outlook_seen(self.holds, at=self.modified_at, read_at=now)
        told = self.holds.model_copy(update={"title": self.holds.title.replace("‹", "<")})
        return espo_seen(told, at=self.modified_at, read_at=now)


@dataclass(slots=True)
class World:
    """One link, both sides, and what is on its way. `now` moves only when the test says so."""

    rules: Rules
    outlook: System = field(default_factory=lambda: System("outlook"))
    espo: System = field(default_factory=lambda: System("espo"))
    link: Link | None = None
    late: list[Observation] = field(default_factory=list)
    writes: list[tuple[UUID, Wish, Side]] = field(default_factory=list)
    now: datetime = NOON
    written: int = 0
    _serial: int = 0

    def system(self, name: SideName) -> System:
        """The side of that name."""
        return self.outlook if name == "outlook" else self.espo

    def pass_time(self, milliseconds: int) -> None:
        """Let the clock go on."""
        self.now += timedelta(milliseconds=milliseconds)
        if self.link and (self.link.due_at or self.now) < self.now:
            if self.link.espo.relook_at and self.link.espo.relook_at <= self.now:
                self.link = absorb.looked_again(self.link, "espo")
                self.look("espo")
            self._settle(landing.rested(self.link, self.now))

    def edit(self, name: SideName, **changes: Any) -> None:
        """A person edits one side."""
        side = self.system(name)
        if side.holds is not None:
            self.pass_time(1)
            side.store(side.holds.model_copy(update=changes), self.now)
            side.last_edit.update(changes)

    def look(self, name: SideName) -> None:
        """A connector reads a side; what it saw may arrive late."""
        seen = self.system(name).read(self.now)
        if seen is not None:
            self.late.append(seen)

    def deliver(self, which: int) -> None:
        """One of the observations on their way arrives, in any order."""
        if self.late:
            seen = self.late.pop(which % len(self.late))
            link = self.link or Link(id=LINK_ID, account="ann", origin=absorb.side_of(seen), entity="Meeting")
            self._settle(absorb.seen(link, seen))

    def carry_out(self, *, lose_answer: bool = False) -> None:
        """A connector carries out the oldest write; its answer may be lost, then the write is delivered again."""
        if not self.writes:
            return
        write_id, wish, known = self.writes[0]
        self.pass_time(1)
        found = wish.verb is Verb.CREATE and self.system(wish.side).holds is not None
        carried_out = found or (self._create(wish) if wish.verb is Verb.CREATE else self._update(wish, known))
        if lose_answer:
            return
        self.writes.pop(0)
        answer = self.system(wish.side).read(self.now)
        if self.link is None or answer is None or not self._open(write_id, wish.side):
            return
        if wish.fields == ("online",):
            self._settle(landing.went_online(self.link, answer.event.join_url or ""))
            self.look("outlook")
        elif carried_out:
            self._settle(landing.done(self.link, wish.side, answer, self.now, found=found))
        else:
            self._settle(landing.conflicted(self.link, wish.side, answer))

    def _create(self, wish: Wish) -> bool:
        if wish.event is None:
            raise AssertionError("a creation without an event")
        target = self.system(wish.side)
        # A record does not come to ask for Teams because an event of Outlook's is held there.
        held = wish.event.model_copy(update={"online": False}) if target.name == "espo" else wish.event
        target.store(held, self.now)
        target.made += 1
        self.written += 1
        return True

    def _update(self, wish: Wish, known: Side) -> bool:
        """Write the difference, unless somebody edited meanwhile; what says it all already is left alone."""
        target = self.system(wish.side)
        if wish.patch is None or target.holds is None:
            raise AssertionError("nothing is ever removed in this world")
        scalar: dict[str, Any] = {name: getattr(wish.patch, name) for name in wish.patch.fields}
        wanted = target.wording(target.holds.model_copy(update=scalar))
        if wanted == target.holds:
            return True
        if wish.fields != ("online",) and self._edited_meanwhile(target, wish.patch, known):
            return False
        target.store(wanted, self.now)
        self.written += 1
        return True

    def come_to_rest(self) -> None:
        """Let everything arrive that is under way, with fresh looks, until nothing moves any more."""
        for _ in range(60):
            self.pass_time(2500)
            self.late.clear()
            self.look("outlook")
            self.look("espo")
            while self.late:
                self.deliver(0)
            if not self.writes:
                return
            while self.writes:
                self.carry_out()
        raise AssertionError("the two sides keep writing at each other")

    def _settle(self, link: Link) -> None:
        decision: Decision = decide(link, self.rules)
        settled = absorb.settle(link, decision)
        for wish in decision.wishes:
            self._serial += 1
            write_id = uuid5(LINK_ID, str(self._serial))
            settled = landing.took_off(settled, wish, write_id, self.now)
            self.writes.append((write_id, wish, settled.side(wish.side)))
        self.link = settled

    def _open(self, write_id: UUID, name: SideName) -> bool:
        flight = self.link.side(name).flight if self.link else None
        return flight is not None and flight.write_id == write_id

    def _edited_meanwhile(self, target: System, patch: Patch, known: Side) -> bool:
        if target.name == "outlook":
            return target.modified_at != known.modified_at
        known_there = target.wording(known.content)
        return any(getattr(target.holds, name) != getattr(known_there, name) for name in patch.fields)
