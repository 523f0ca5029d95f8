"""A short life of the whole system, so that `make lives` keeps working."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

pytestmark = pytest.mark.timeout(300)


def environment_of_a_run() -> dict[str, str]:
    """The order of sets must be the same in every run, and a process decides about it when it begins."""
    return {"PYTHONHASHSEED": "0", "PYTHONPATH": str(TESTS)}


async def lived(*words: str) -> tuple[int, str]:
    """Run the verb to its end; give its exit code and what it says."""
    environment = {**os.environ, **environment_of_a_run()}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulation", *words, cwd=TESTS.parent, env=environment, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


def test_a_run_that_is_asked_to_end_leaves_no_database_behind(tmp_path: Path) -> None:
    environment = {**os.environ, **environment_of_a_run(), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "simulation", "--count", "1000", "--steps", "20", "--whole"]
    with subprocess.Popen(command, cwd=TESTS.parent, env=environment, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own
        assert process.stdout is not None
        process.stdout.readline()
        (server,) = (int(file.read_text().split()[0]) for file in tmp_path.rglob("postmaster.pid"))
        process.terminate()
        assert process.wait() == 128 + signal.SIGTERM

    assert not Path(f"/proc/{server}").exists()
    assert list(tmp_path.iterdir()) == []


async def test_lives_are_lived_to_their_ends_and_judged() -> None:
    """Whether one breaks a law is for `make lives` to say: a change of the code draws other lives, and defects are still open.

    They are several, because a single one may be spared by fate.
    """
    _, said = await lived("--count", "4", "--steps", "150", "--seed", "1")
    counted = re.search(
        r"4 lives: [0-4] broke a law, .* known double.*; (\d+) deeds, \d+ writes, (\d+) deaths of handlers, (\d+) messages",
        said,
    )
    assert counted, said
    assert min(int(number) for number in counted.groups()) > 0
    assert "nothing unforeseen" not in said
