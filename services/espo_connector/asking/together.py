"""Waiting for several things at once, to the end.

When one of several requests fails, the others are on their way: EspoCRM carries them out whether we listen or not. So all
are awaited before the failure is told, and none is left running without an owner.
"""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

T = TypeVar("T")


async def together(awaitables: Iterable[Awaitable[T]]) -> list[T]:
    """Await all of them and give their results in order, or raise the first error once the last has ended."""
    ended = await asyncio.gather(*awaitables, return_exceptions=True)
    results: list[T] = []
    for result in ended:
        if isinstance(result, BaseException):
            raise result
        results.append(result)
    return results
