"""Four at a time: Exchange refuses the fifth simultaneous request to one mailbox, and then asks to be left alone.

Graph documentation, "Microsoft Graph service-specific throttling limits", Outlook service: for each pair of
application and mailbox 4 concurrent requests, and 10,000 in ten minutes.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from weakref import WeakValueDictionary

from graph.errors import ThrottledError

WIDTH = 4
"""How many requests one mailbox takes at a time."""


class Lanes:
    """A lane for each mailbox, inside this process. A mailbox that throttled us is not asked again before its time."""

    def __init__(self, clock: Callable[[], datetime], width: int = WIDTH) -> None:
        self._clock = clock
        self._width = width
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._closed_until: dict[str, datetime] = {}

    @asynccontextmanager
    async def turn(self, mailbox: str) -> AsyncIterator[None]:
        """Wait for a turn, hold it; the empty name is no mailbox and never waits. Raises ThrottledError while it is closed."""
        if not mailbox:
            yield
            return
        key = mailbox.lower()
        turns = self._turns.get(key)
        if turns is None:
            turns = self._turns[key] = asyncio.Semaphore(self._width)
        async with turns:
            self._check(key)
            try:
                yield
            except ThrottledError as throttled:
                self._closed_until[key] = throttled.until
                raise

    def _check(self, key: str) -> None:
        until = self._closed_until.get(key)
        if until is None:
            return
        if self._clock() < until:
            raise ThrottledError("Microsoft asked for a pause with this mailbox", until, asked=False)
        del self._closed_until[key]
