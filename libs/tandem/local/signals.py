"""Ctrl-C and its relatives, turned into one orderly end.

A stop takes seconds, and people press Ctrl-C twice. The first signal cancels the work, whose contexts then clean up; the
later ones change nothing, because a clean-up that is interrupted leaves processes behind.
"""

import asyncio
import contextlib
import signal
from collections.abc import Coroutine
from typing import Any

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def until_stopped(work: Coroutine[Any, Any, None]) -> bool:
    """Do the work to its end, or until a signal; answer whether it came to its own end. Raises what the work raises."""
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in STOPPING:
        loop.add_signal_handler(number, told.set)
    task = asyncio.create_task(work, name="work")
    stop = asyncio.create_task(told.wait(), name="signal")
    try:
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
            return True
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return False
    finally:
        stop.cancel()
        for number in STOPPING:
            loop.remove_signal_handler(number)
