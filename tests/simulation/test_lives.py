"""A few lives of the whole system, from a fixed seed: the short form of `make lives`."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

pytestmark = pytest.mark.timeout(300)


async def lived(*words: str) -> tuple[int, str]:
    """Run the verb; give its exit code and what it says."""
    # The order of sets must be the same in every run, and a process decides about it when it begins.
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": str(TESTS)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulation", *words, cwd=TESTS.parent, env=environment, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_whatever_comes_late_twice_or_in_another_order_and_whoever_dies_both_sides_agree_in_the_end() -> None:
    code, said = await lived("--count", "2", "--steps", "200", "--seed", "1")
    assert code == 0, said
    counted = re.search(
        r"2 lives: 0 broke a law; (\d+) deeds, (\d+) writes, (\d+) deaths of handlers, (\d+) messages", said
    )
    assert counted, said
    assert min(int(number) for number in counted.groups()) > 5
