"""A short life of the whole system, so that `make lives` keeps working."""

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


async def test_a_life_is_lived_to_its_end_and_judged() -> None:
    """Whether it breaks a law is for `make lives` to say: a change of the code draws other lives, and defects are still open."""
    _, said = await lived("--count", "1", "--steps", "150", "--seed", "1")
    counted = re.search(
        r"1 lives: [01] broke a law, .* known double.*; (\d+) deeds, \d+ writes, (\d+) deaths of handlers, (\d+) messages",
        said,
    )
    assert counted, said
    assert min(int(number) for number in counted.groups()) > 0
    assert "nothing unforeseen" not in said
