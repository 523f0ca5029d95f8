"""How many requests at once: more while EspoCRM answers as in quiet hours, fewer when it gets slow, never fewer than four."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from espo_connector.asking.turns import LEAST, MOST, NoTurn, Turns

KIND = "POST Meeting"
ALONE = 0.033


@asynccontextmanager
async def crowded(turns: Turns) -> AsyncIterator[None]:
    """Have more ask than there can ever be turns, and none of them get an answer."""
    asking = [asyncio.create_task(_ask(turns, asyncio.Event())) for _ in range(MOST + 1)]
    await asyncio.sleep(0)
    yield
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)


async def _ask(turns: Turns, answered: asyncio.Event) -> None:
    async with turns.turn():
        await answered.wait()


async def _one(turns: Turns) -> None:
    async with turns.turn():
        return


@asynccontextmanager
async def all_taken(turns: Turns) -> AsyncIterator[None]:
    """Hold every turn that there is."""
    async with AsyncExitStack() as held:
        for _ in range(turns.limit):
            await held.enter_async_context(turns.turn())
        yield


async def grown(answers: int, seconds: float) -> Turns:
    turns = Turns()
    turns.answered(KIND, ALONE, quiet=True)
    async with crowded(turns):
        for _ in range(answers):
            turns.answered(KIND, seconds, quiet=False)
    return turns


async def test_it_grows_while_answers_are_as_quick_as_alone() -> None:
    assert (await grown(100, ALONE * 1.1)).limit > 2 * LEAST


async def test_a_burst_on_an_instance_that_bears_it_is_met_within_two_rounds_of_answers() -> None:
    assert (await grown(LEAST + 2 * LEAST, ALONE * 1.1)).limit == 4 * LEAST


async def test_it_grows_carefully_to_where_answers_were_slow_before() -> None:
    turns = await grown(MOST, ALONE)
    turns.answered(KIND, ALONE * 3, quiet=False)
    slow_at = turns.limit

    async with crowded(turns):
        turns.answered(KIND, ALONE, quiet=False)

    assert turns.limit == slow_at


async def test_it_never_grows_beyond_the_most() -> None:
    assert (await grown(100_000, ALONE)).limit == MOST


async def test_it_goes_one_beyond_four_where_four_at_once_take_as_long_as_on_the_measured_instance() -> None:
    assert (await grown(1000, 0.056)).limit == LEAST + 1


async def test_on_that_instance_eight_at_once_become_fewer() -> None:
    turns = await grown(LEAST, ALONE)
    before = turns.limit

    for _ in range(4):
        turns.answered(KIND, 0.114, quiet=False)

    assert turns.limit < before == 2 * LEAST


async def test_it_shrinks_when_answers_become_slow() -> None:
    turns = await grown(500, ALONE)
    before = turns.limit

    for _ in range(10):
        turns.answered(KIND, ALONE * 3, quiet=False)

    assert before > turns.limit
    for _ in range(5000):
        turns.answered(KIND, ALONE * 3, quiet=False)
    assert turns.limit == LEAST


async def test_it_does_not_grow_while_nobody_waits() -> None:
    turns = Turns()
    for _ in range(100):
        turns.answered(KIND, ALONE, quiet=True)

    assert turns.limit == LEAST


async def test_what_is_slow_under_load_is_never_taken_for_usual() -> None:
    turns = await grown(500, ALONE)
    for _ in range(5000):
        turns.answered(KIND, ALONE * 3, quiet=False)

    async with crowded(turns):
        for _ in range(1000):
            turns.answered(KIND, ALONE * 3, quiet=False)

    assert turns.limit == LEAST


async def test_after_a_failure_it_begins_again_with_little() -> None:
    turns = await grown(500, ALONE)

    turns.failed()

    assert turns.limit == LEAST


async def test_no_more_than_the_limit_are_under_way_and_all_get_their_turn() -> None:
    turns = Turns()
    under_way, most, done = 0, 0, 0

    async def ask() -> None:
        nonlocal under_way, most, done
        async with turns.turn():
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1
        done += 1

    await asyncio.gather(*(ask() for _ in range(50)))

    assert (most, done) == (LEAST, 50)


@pytest.mark.parametrize("given", [False, True], ids=["while waiting", "when it has just been given a turn"])
async def test_who_gives_up_takes_no_turn_from_the_others(given: bool) -> None:
    turns = Turns()
    held = AsyncExitStack()
    for _ in range(LEAST):
        await held.enter_async_context(turns.turn())
    leaver = asyncio.create_task(_one(turns))
    await asyncio.sleep(0)

    if given:
        await held.aclose()
    leaver.cancel()
    await asyncio.gather(leaver, return_exceptions=True)
    await held.aclose()

    await asyncio.wait_for(asyncio.gather(*(_one(turns) for _ in range(2 * LEAST))), 5)
    async with AsyncExitStack() as all_of_them:
        for _ in range(LEAST):
            await asyncio.wait_for(all_of_them.enter_async_context(turns.turn()), 5)


async def test_who_waits_too_long_is_turned_away_and_takes_nobodys_turn() -> None:
    turns = Turns(patience=0)
    async with all_taken(turns):
        for _ in range(LEAST):
            with pytest.raises(NoTurn):
                await _one(turns)

    async with all_taken(turns):
        pass


async def test_who_only_reads_goes_before_those_who_write_and_among_each_the_first_comes_first() -> None:
    turns, order = Turns(), list[str]()

    async def ask(name: str, *, reads: bool) -> None:
        async with turns.turn(reads=reads):
            order.append(name)

    async with asyncio.TaskGroup() as asking, all_taken(turns):
        for name in ("write 1", "read 1", "write 2", "read 2"):
            asking.create_task(ask(name, reads=name.startswith("read")))
        await asyncio.sleep(0)

    assert order == ["read 1", "read 2", "write 1", "write 2"]
