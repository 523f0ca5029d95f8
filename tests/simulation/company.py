"""What people do in a life, and what both systems tell the product of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from tools.chaos.load import Load

from contracts.notices import CalendarTouched, RecordTouched
from contracts.topics import ESPO_NOTICES, OUTLOOK_NOTICES
from reconciler.store.feeds import calendar_feed
from simulation.bus import Bus
from simulation.diary import Diary
from tandem.people.entries import Side

_TOLD = 0.5
"""How often a change, or none, leads to a notice."""


@dataclass(slots=True)
class Company:
    """The people of `tools.chaos`, one deed at a time. `users` are their ids in EspoCRM."""

    load: Load
    users: list[str]
    bus: Bus
    rng: Random
    diary: Diary

    async def deed(self) -> None:
        """Let somebody do something."""
        before = {history.tag: len(history.deeds) for history in self.load.histories}
        await self.load.one()
        for history in self.load.histories:
            for deed in history.deeds[before.get(history.tag, 0) :]:
                self.diary.note(f"#{history.tag} {history.holder.name}, {deed}")

    async def act(self) -> None:
        """Let somebody do something, and perhaps tell of it."""
        await self.deed()
        await self.hint()

    async def hint(self) -> None:
        """Tell of a change, or of none, as both systems' own pushes do: in time, late, or never."""
        received_at, user = datetime.now(UTC), self.rng.choice(self.users)
        if self.rng.random() < _TOLD:
            notice = CalendarTouched(feed=calendar_feed(user, ""), account=user, received_at=received_at)
            await self.bus.publish(OUTLOOK_NOTICES.name, user, notice)
        known = [history.ids[Side.ESPO] for history in self.load.histories if Side.ESPO in history.ids]
        if known and self.rng.random() < _TOLD:
            entity, _, record = self.rng.choice(known).partition("/")
            touched = RecordTouched(entity=entity, espo_id=record, what="update", received_at=received_at)
            await self.bus.publish(ESPO_NOTICES.name, record, touched)
