"""Where stories are played: every colleague's two calendars, read and written as their owner would."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import httpx

from tandem.addresses import Addresses
from tandem.people.cast import COLLEAGUES, Colleague
from tandem.people.entries import Entry, Side
from tandem.people.espo import EspoPerson
from tandem.people.outlook import OutlookPerson, SignedIn
from tandem.people.seed import Directory


class Calendar(Protocol):
    """One person's calendar on one side. Ids are the side's own."""

    async def entries(self) -> dict[str, Entry]:
        """Read everything."""

    async def entry(self, entry_id: str, /) -> Entry:
        """Read one entry."""

    async def create(self, entry: Entry) -> str:
        """Make an entry; gives its id."""

    async def change(self, entry_id: str, before: Entry, after: Entry, /) -> None:
        """Change what differs."""

    async def remove(self, entry_id: str, /) -> None:
        """Delete an entry."""


Place = tuple[Side, Colleague]


@dataclass(frozen=True, slots=True)
class Stage:
    """All calendars, by side and owner, and the client to reach the rest with."""

    http: httpx.AsyncClient
    addresses: Addresses
    calendars: dict[Place, Calendar]

    async def entries(self) -> dict[Place, list[Entry]]:
        """Read every calendar."""
        return {place: [*(await calendar.entries()).values()] for place, calendar in self.calendars.items()}


@asynccontextmanager
async def stage(at: Addresses, directory: Directory) -> AsyncIterator[Stage]:
    """Sign the people in on both sides."""
    async with httpx.AsyncClient(timeout=10) as http:
        signed_in = SignedIn(at.graph)
        calendars: dict[Place, Calendar] = {}
        for colleague in COLLEAGUES:
            calendars[Side.OUTLOOK, colleague] = OutlookPerson(http, at.graph, signed_in, colleague)
            calendars[Side.ESPO, colleague] = EspoPerson(http, at.espo, colleague, directory)
        yield Stage(http, at, calendars)
