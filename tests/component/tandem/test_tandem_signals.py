"""The first signal ends the work in order; a second one does not disturb the end."""

import asyncio
import os
import signal

import pytest

from tandem.local.signals import STOPPING, until_stopped


@pytest.mark.parametrize("number", STOPPING, ids=lambda number: number.name)
async def test_a_signal_ends_the_work(number: signal.Signals) -> None:
    async def work() -> None:
        os.kill(os.getpid(), number)
        await asyncio.Event().wait()

    assert not await until_stopped(work())


async def test_a_second_signal_leaves_the_clean_up_alone() -> None:
    cleaned = []

    async def work() -> None:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.Event().wait()
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(10):
                await asyncio.sleep(0)
            cleaned.append(True)

    await until_stopped(work())
    assert cleaned


async def test_work_may_come_to_its_own_end() -> None:
    assert await until_stopped(asyncio.sleep(0))


async def test_what_the_work_raises_is_raised() -> None:
    async def work() -> None:
        raise LookupError("lost")

    with pytest.raises(LookupError, match="lost"):
        await until_stopped(work())
