"""How a handler dies in a simulated life."""

import asyncio

import pytest

from simulation.fate import Fate, dies, task_factory


@pytest.mark.parametrize(
    ("awaits", "done"), [(1, ["began"]), (2, ["began", "went on"]), (3, ["began", "went on", "ended"])]
)
async def test_a_handler_dies_at_the_await_that_was_drawn(awaits: int, done: list[str]) -> None:
    did: list[str] = []

    async def handler() -> None:
        for what in ("began", "went on", "ended"):
            did.append(what)
            await asyncio.sleep(0)

    assert await dies(handler(), Fate(awaits))
    assert did == done


async def test_a_handler_whose_time_has_not_come_lives_to_its_end() -> None:
    assert not await dies(asyncio.sleep(0), Fate(5))


async def test_what_was_asked_of_others_is_done_before_the_handler_hears_of_its_end() -> None:
    committed = asyncio.get_running_loop().create_future()
    cleared = []

    async def handler() -> None:
        try:
            await committed
        finally:
            await asyncio.sleep(0)
            cleared.append("connection given back")

    asyncio.get_running_loop().call_soon(committed.set_result, None)
    assert await dies(handler(), Fate(1))
    assert committed.done()
    assert cleared


async def test_all_that_a_handler_began_dies_with_it() -> None:
    asyncio.get_running_loop().set_task_factory(task_factory)
    ended: list[int] = []

    async def part(number: int) -> None:
        for _ in range(number):
            await asyncio.sleep(0)
        ended.append(number)

    async def handler() -> None:
        await asyncio.gather(*(part(number) for number in (1, 50)), return_exceptions=True)

    assert await dies(handler(), Fate(20))
    assert ended == [1]


async def test_an_error_of_a_handler_is_its_own() -> None:
    async def handler() -> None:
        await asyncio.sleep(0)
        raise ValueError("not a death")

    with pytest.raises(ValueError, match="not a death"):
        await dies(handler(), Fate(5))
