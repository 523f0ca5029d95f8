"""Four at a time: Exchange refuses the fifth simultaneous request to one mailbox, and then asks to be left alone.

Graph documentation, "Microsoft Graph service-specific throttling limits", Outlook service: for each pair of
application and mailbox 4 concurrent requests, and 10,000 in ten minutes.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from weakref import WeakValueDictionary

from graph.errors import CrowdedError, ThrottledError

WIDTH = 4
"""How many requests one mailbox takes at a time."""

PATIENCE = 20
"""Seconds that a request waits for its turn: when Graph hangs, those in hand must not add up to more than a stop waits for."""


class Lanes:
    """A lane for each mailbox, inside this process. A mailbox that throttled us is not asked again before its time."""

    def __init__(self, clock: Callable[[], datetime], width: int = WIDTH, patience: float = PATIENCE) -> None:
        self._clock = clock
        self._width = width
        self._patience = patience
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._closed_until: dict[str, datetime] = {}

    @asynccontextmanager
    async def turn(self, mailbox: str) -> AsyncIterator[None]:
        """Wait for a turn, hold it; the empty name is no mailbox and never waits.

        Raises:
            ThrottledError: the mailbox is closed.
            CrowdedError: others are before it for too long.

        """
        if not mailbox:
            yield
            return
        key = mailbox.lower()
        turns = self._turns.get(key)
        if turns is None:
            turns = self._turns[key] = asyncio.Semaphore(self._width)
        await self._wait(turns)
        try:
            self._check(key)
            yield
        except ThrottledError as throttled:
            self._closed_until[key] = throttled.until
            raise
        finally:
            turns.release()

    async def _wait(self, turns: asyncio.Semaphore) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await turns.acquire()
        except TimeoutError:
            raise CrowdedError("other requests to this mailbox took too long", self._clock()) from None

    def _check(self, key: str) -> None:
        until = self._closed_until.get(key)
        if until is None:
            return
        if self._clock() < until:
            raise ThrottledError("Microsoft asked for a pause with this mailbox", until, asked=False)
        del self._closed_until[key]
