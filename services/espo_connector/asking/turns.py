"""How many requests EspoCRM is asked at a time: as many as it answers as quickly as one alone.

What a company's EspoCRM bears is between four at once (two processors) and dozens, and nobody can be asked for the number. But
it shows: a request that takes much longer than it does in quiet hours stands in a queue there, behind or before
EspoCRM's own users. So the limit grows while it is used up and hardly any wait there, and shrinks when more do
(the idea of TCP Vegas); it doubles from round to round up to where answers were not slow before, and goes on carefully
from there (TCP's slow start). On a real 10.0.0 a create took 33 ms alone, 56 ms beside three others and 114 ms beside seven,
at no more a second.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LEAST = 4
"""So many are always asked at once: fewer leave EspoCRM idle while answers travel."""

MOST = 48

PATIENCE = 20
"""Seconds that a request waits for its turn: when EspoCRM hangs, those in hand must not add up to more than a stop waits for."""

_QUIET = 2
"""A request that begins with at most so many under way, itself among them, tells how long its kind takes in quiet hours."""

_FEW, _MANY = 2.0, 3.0
"""So many requests may stand in EspoCRM's queue before the limit stops to grow, and before it shrinks. How many do, is told by
how much longer than in quiet hours an answer takes: of eight at once that take twice as long, four wait."""

_UP, _UP_CAREFULLY, _DOWN = 1.0, 0.25, 0.5
"""What one quick answer adds to the limit, far from where it was slow and near there, and what one slow answer takes away."""

_NEW_SHARE = 0.2
"""How much one answer counts in the mean of those of quiet hours."""


class NoTurn(Exception):  # noqa: N818  # a statement about who waits
    """Others were before it for too long."""


class Turns:
    """Turns to ask. Those who only read go first, for a sweep is everybody's; beyond that in the order of coming."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._limit = float(LEAST)
        self._careful_from = float(MOST)
        self._under_way = 0
        self._reading: deque[asyncio.Future[None]] = deque()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._quiet_seconds: dict[str, float] = {}

    @property
    def limit(self) -> int:
        """How many turns there are at a time by now."""
        return int(self._limit)

    @asynccontextmanager
    async def turn(self, *, reads: bool = False) -> AsyncIterator[bool]:
        """Wait for a turn and hold it; gives whether few others are under way. Raises NoTurn."""
        try:
            async with asyncio.timeout(self._patience):
                await self._enter(self._reading if reads else self._waiting)
        except TimeoutError:
            raise NoTurn from None
        try:
            yield self._under_way <= _QUIET
        finally:
            self._leave()

    def answered(self, kind: str, seconds: float, *, quiet: bool) -> None:
        """Learn from an answer to a request of this kind, all of which cost EspoCRM about the same."""
        usual = self._quiet_seconds.get(kind)
        if quiet:
            self._quiet_seconds[kind] = seconds if usual is None else usual + (seconds - usual) * _NEW_SHARE
        if usual is None:
            return
        queue = self._limit * (1 - usual / seconds)
        if queue > _MANY:
            self._limit = self._careful_from = max(LEAST, self._limit - _DOWN)
        elif queue < _FEW and (self._waiting or self._reading):
            self._limit = min(MOST, self._limit + (_UP if self._limit < self._careful_from else _UP_CAREFULLY))
            self._admit()

    def failed(self) -> None:
        """Learn that EspoCRM is not able to answer: begin again with little, and be careful from half of what it bore."""
        self._careful_from = max(LEAST, self._limit / 2)
        self._limit = float(LEAST)

    async def _enter(self, waiting: deque[asyncio.Future[None]]) -> None:
        if self._under_way < self.limit:
            self._under_way += 1
            return
        turn = asyncio.get_running_loop().create_future()
        waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self._leave()
            raise

    def _leave(self) -> None:
        self._under_way -= 1
        self._admit()

    def _admit(self) -> None:
        while (waiting := self._reading or self._waiting) and self._under_way < self.limit:
            turn = waiting.popleft()
            if not turn.done():
                self._under_way += 1
                turn.set_result(None)
