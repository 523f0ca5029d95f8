"""What one person sees and does: both of their calendars, and how the product stands to each event in them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tandem.api import Reconciler
from tandem.people.cast import Colleague
from tandem.people.stage import Calendar
from tandem.sandbox_page.wall import Typed, shown

SIDES = ("outlook", "espo")


@dataclass(frozen=True, slots=True)
class Desk:
    """A person's two calendars, by side. `account` is the person's id in EspoCRM, which is the account's.

    What a side refuses raises httpx.HTTPStatusError, with 404 for an event that is not there any more.
    """

    who: Colleague
    account: str
    calendars: Mapping[str, Calendar]
    reconciler: Reconciler

    async def read(self) -> dict[str, list[dict[str, Any]]]:
        """Read both calendars as they are now, by side."""
        found = await asyncio.gather(*(self.calendars[side].entries() for side in SIDES))
        return {
            side: [{"id": entry_id, **shown(entry, self.who.zone)} for entry_id, entry in entries.items()]
            for side, entries in zip(SIDES, found, strict=True)
        }

    async def links(self) -> dict[str, dict[str, Any]]:
        """Tell by an event's id, on either side, its link and how it stands."""
        known: dict[str, dict[str, Any]] = {}
        for event in await self.reconciler.events(self.account):
            told = {name: event[name] for name in ("link", "state", "reason", "title")}
            ids = (event["outlook_id"], event["espo_id"] and f"{event['entity']}/{event['espo_id']}")
            known |= {each: told for each in ids if each}
        return known

    async def make(self, side: str, typed: Typed) -> str:
        """Make an event; answers its id."""
        return await self.calendars[side].create(typed.entry(self.who.zone, None))

    async def change(self, side: str, entry_id: str, typed: Typed) -> None:
        """Change what differs."""
        before = await self.calendars[side].entry(entry_id)
        await self.calendars[side].change(entry_id, before, typed.entry(self.who.zone, before))

    async def remove(self, side: str, entry_id: str) -> None:
        """Delete an event."""
        await self.calendars[side].remove(entry_id)
