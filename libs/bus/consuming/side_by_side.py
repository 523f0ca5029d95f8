"""Handles the messages of one poll at once, where nearly all of their time is spent waiting for somebody else.

What belongs together keeps its order; a failure of one does not stop the others half-way through theirs.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import TypeVar

from bus.consuming.delivery import Delivery
from bus.telling.story import telling

M = TypeVar("M")


async def side_by_side(
    deliveries: Sequence[Delivery[M]], *, together: Callable[[M], Hashable], handle: Callable[[M], Awaitable[None]]
) -> None:
    """Handle each message to its end, those that belong `together` one after another; then raise the first failure."""
    lanes: defaultdict[Hashable, list[Delivery[M]]] = defaultdict(list)
    for delivery in deliveries:
        lanes[together(delivery.message)].append(delivery)
    ended = await asyncio.gather(*(_in_order(lane, handle) for lane in lanes.values()), return_exceptions=True)
    for failure in ended:
        if failure is not None:
            raise failure


async def _in_order(deliveries: Sequence[Delivery[M]], handle: Callable[[M], Awaitable[None]]) -> None:
    for delivery in deliveries:
        with telling(delivery):
            await handle(delivery.message)
