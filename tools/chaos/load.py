"""People at work: a steady load of edits on both sides, each of them written down.

People are never hurt by the faults, which strike only the product; so what a person did is known for certain. What is edited by
one person on one side is done in order; both sides of an event are edited independently and often at once.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random

import httpx

from tandem.people.cast import COLLEAGUES
from tandem.people.entries import Entry, Side
from tandem.people.espo import EspoPerson
from tandem.people.stage import Calendar, Stage
from tools.chaos.deeds import Deed, History, Kind, tag_of
from tools.chaos.ideas import Ideas

_EDITS_OF_ONE = 10
"""Fewer than the write budget of the product lets through within an hour, both sides counted."""
_WORDS = ("create", "edit", "edit both", "same field", "guests", "delete", "hand over")
_HOW_OFTEN = (16, 40, 16, 6, 10, 6, 6)


@dataclass(slots=True)
class Load:
    """Acts as the sandbox's people until it is told to stop."""

    on: Stage
    rng: Random
    ideas: Ideas
    histories: list[History] = field(default_factory=list)
    _locks: defaultdict[tuple[str, Side], asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    @property
    def deeds(self) -> int:
        """How much was done."""
        return sum(len(history.deeds) for history in self.histories)

    async def work(self, stop: asyncio.Event, a_second: float) -> None:
        """Do so many deeds a second, side by side, until told to stop; what was begun is finished."""
        async with asyncio.TaskGroup() as group:
            while not stop.is_set():
                group.create_task(self.one(), name="a deed")
                await _pause(stop, self.rng.expovariate(a_second))

    async def one(self) -> None:
        """Do one deed, whatever comes to mind."""
        (word,) = self.rng.choices(_WORDS, _HOW_OFTEN)
        history = self._any_alive()
        if word == "create" or history is None:
            await self._create()
            return
        sides = [Side.OUTLOOK, Side.ESPO]
        side = self.rng.choice(sides)
        one, another = self.rng.sample(("title", "span", "location"), 2)
        match word:
            case "edit":
                await self._edit(history, side, one)
            case "edit both":
                await asyncio.gather(self._edit(history, sides[0], one), self._edit(history, sides[1], another))
            case "same field":
                await asyncio.gather(*(self._edit(history, each, one) for each in sides))
            case "guests":
                await self._edit(history, side, "people")
            case "delete":
                await self._delete(history, side)
            case _:
                await self._hand_over(history)

    def _any_alive(self) -> History | None:
        alive = [each for each in self.histories if len(each.deeds) < _EDITS_OF_ONE and not each.deleted]
        return self.rng.choice(alive) if alive else None

    async def _create(self) -> None:
        side, owner = self.rng.choice(list(Side)), self.rng.choice(COLLEAGUES)
        entry = self.ideas.event(owner)
        history = History(tag_of(entry.title) or "", side, owner)
        async with self._locks[history.tag, side]:
            history.ids[side] = await self.on.calendars[side, owner].create(entry)
            history.deeds.append(Deed(Kind.CREATE, side, after=entry))
            self.histories.append(history)

    async def _edit(self, history: History, side: Side, what: str) -> None:
        if side is Side.OUTLOOK and any(history.of(Kind.HAND_OVER)):
            return  # while it moves, a new owner who was a guest would mistake the old copy for the event
        async with self._locks[history.tag, side]:
            found = await self._find(history, side)
            if found is None:
                return
            calendar, known, before = found
            after = self.ideas.edited(before, what, history.holder)
            if await _done(calendar.change(known, before, after)):
                history.deeds.append(Deed(Kind.EDIT, side, before, after))

    async def _delete(self, history: History, side: Side) -> None:
        """Remove it; what changed hands stays, because where it then counts as born is EspoCRM's and our own affair."""
        async with self._locks[history.tag, side]:
            found = None if any(history.of(Kind.HAND_OVER)) else await self._find(history, side)
            if found is not None and await _done(found[0].remove(found[1])):
                history.deeds.append(Deed(Kind.DELETE, side, found[2]))

    async def _hand_over(self, history: History) -> None:
        async with self._locks[history.tag, Side.ESPO], self._locks[history.tag, Side.OUTLOOK]:
            found = None if history.deleted else await self._find(history, Side.ESPO)
            if found is None or not isinstance(found[0], EspoPerson):
                return
            to = self.rng.choice([each for each in COLLEAGUES if each != history.holder])
            if await _done(found[0].hand_over(found[1], to)):
                history.deeds.append(Deed(Kind.HAND_OVER, Side.ESPO, to=to))

    async def _find(self, history: History, side: Side) -> tuple[Calendar, str, Entry] | None:
        """Find the event in its owner's calendar, None while it is not there."""
        calendar = self.on.calendars[side, history.holder]
        known = history.ids.get(side)
        if known is not None:
            entry = await _read(calendar, known)
            if entry is not None and not entry.cancelled:
                return calendar, known, entry
        for found, entry in (await calendar.entries()).items():
            if tag_of(entry.title) == history.tag and not entry.cancelled:
                history.ids[side] = found
                return calendar, found, entry
        return None


async def _read(calendar: Calendar, known: str) -> Entry | None:
    try:
        return await calendar.entry(known)
    except httpx.HTTPStatusError as error:
        if error.response.status_code != HTTPStatus.NOT_FOUND:
            raise
        return None


async def _done(deed: Awaitable[None]) -> bool:
    """Carry a deed out; tell whether it was taken. What is not there any more, because the product moved it, is not."""
    try:
        await deed
    except httpx.HTTPStatusError as error:
        if error.response.status_code != HTTPStatus.NOT_FOUND:
            raise
        return False
    return True


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
