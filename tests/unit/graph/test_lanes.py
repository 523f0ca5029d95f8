"""Turns at a mailbox: how many at a time, and what becomes of who waits too long."""

import asyncio
from datetime import UTC, datetime

import pytest

from graph.asking.lanes import Lanes
from graph.errors import CrowdedError

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def lanes(patience: float) -> Lanes:
    return Lanes(lambda: NOON, width=1, patience=patience)


async def test_who_waits_too_long_for_a_turn_is_turned_away_unasked() -> None:
    turns = lanes(patience=0)

    async with turns.turn("ann"):
        with pytest.raises(CrowdedError) as turned_away:
            async with turns.turn("Ann"):
                pytest.fail("there is one turn at a time")

    assert (turned_away.value.asked, turned_away.value.until) == (False, NOON)


async def test_who_was_turned_away_takes_nobodys_turn() -> None:
    turns = lanes(patience=0)
    async with turns.turn("ann"):
        with pytest.raises(CrowdedError):
            await turns.turn("ann").__aenter__()

    async with turns.turn("ann"):
        pass


async def test_another_mailbox_has_turns_of_its_own() -> None:
    turns = lanes(patience=0)

    async with turns.turn("ann"), turns.turn("bob"), turns.turn(""), turns.turn(""):
        pass


async def test_whoever_waits_has_the_turn_as_soon_as_it_is_free() -> None:
    turns, order = lanes(patience=60), list[str]()

    async def take(name: str) -> None:
        async with turns.turn("ann"):
            order.append(name)

    async with asyncio.TaskGroup() as waiting, turns.turn("ann"):
        for name in ("first", "second"):
            waiting.create_task(take(name))
        await asyncio.sleep(0)
        order.append("holder")

    assert order == ["holder", "first", "second"]
