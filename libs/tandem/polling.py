"""Waiting for a condition of the outside world, within bounds.

Processes become ready and events arrive in their own time. Asking again and again until a deadline is the one honest way
to wait for that; it is written down once, here.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

EVERY_SECONDS = 0.1


async def looks(seconds: float, every: float = EVERY_SECONDS) -> AsyncIterator[float]:
    """Yield the seconds that have passed, at once and then at a steady pace; the last time when `seconds` are over."""
    began = time.monotonic()
    passed = 0.0
    while passed < seconds:
        yield passed
        await asyncio.sleep(min(every, seconds - passed))
        passed = time.monotonic() - began
    yield passed


async def until(look: Callable[[], Awaitable[T | None]], seconds: float, every: float = EVERY_SECONDS) -> T | None:
    """Answer the first thing that `look` finds, or None if it has found nothing when `seconds` are over."""
    async for _ in looks(seconds, every):
        found = await look()
        if found is not None:
            return found
    return None
