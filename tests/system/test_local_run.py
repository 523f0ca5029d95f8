"""`tandem up` in the background: it tells where everything is, it is stopped whole, and it stops itself when a part dies."""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from system.commands import alive, tandem
from tandem.polling import until

pytestmark = pytest.mark.timeout(180)

PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Run:
    """A run in the background, in a folder of its own."""

    folder: Path
    told: dict[str, Any]

    @property
    def pids(self) -> list[int]:
        """Every process of the run."""
        return [self.told["pid"], *(part["pid"] for part in self.told["processes"])]

    def pid_of(self, name: str) -> int:
        """The process of one part."""
        (pid,) = [part["pid"] for part in self.told["processes"] if part["name"] == name]
        return int(pid)


@contextlib.contextmanager
def started(folder: Path) -> Iterator[Run]:
    """Everything, on the in-memory broker; stopped in the end whatever the test did."""
    try:
        ended = tandem(folder, "up", "--detach", "--port-base", "0")
        assert ended.returncode == 0, ended.stderr
        yield Run(folder, json.loads(ended.stdout))
    finally:
        tandem(folder, "down")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A run that tests only look at."""
    with started(tmp_path_factory.mktemp("run")) as run:
        yield run


@pytest.fixture
def own_run(tmp_path: Path) -> Iterator[Run]:
    """A run that a test may end."""
    with started(tmp_path) as run:
        yield run


def all_end(pids: list[int]) -> bool:
    """Wait until none of these processes is left, within bounds."""

    async def gone() -> bool | None:
        return not any(map(alive, pids)) or None

    return bool(asyncio.run(until(gone, PATIENCE)))


@pytest.mark.parametrize("service", ["reconciler", "outlook_connector", "espo_connector", "teams_meeting"])
def test_every_service_is_ready_where_the_run_says_it_is(run: Run, service: str) -> None:
    assert httpx.get(f"{run.told['addresses'][service]}/ready").is_success


def test_three_people_are_connected(run: Run) -> None:
    accounts = json.loads(tandem(run.folder, "status", "--json").stdout)["accounts"]
    assert [account["name"] for account in accounts] == ["Ann Lee", "Ben Okafor", "Cleo Marin"]


def test_every_topic_is_there(run: Run) -> None:
    assert tandem(run.folder, "topics", "--check", TANDEM_KAFKA=run.told["addresses"]["kafka"]).returncode == 0


@pytest.mark.parametrize("words", [("topics", "--check"), ("topics",), ("migrate",)])
def test_the_operators_commands_find_the_run_by_themselves_and_have_nothing_to_do(
    run: Run, words: tuple[str, ...]
) -> None:
    ended = tandem(run.folder, *words)
    assert (ended.returncode, ended.stdout.strip().removeprefix("migrate: ")) == (0, "nothing to do"), ended.stderr


def test_a_command_does_not_take_the_run_for_a_system_that_the_environment_names(run: Run) -> None:
    assert tandem(run.folder, "topics", "--check", TANDEM_KAFKA="127.0.0.1:9").returncode == 3
    assert tandem(run.folder, "migrate", TANDEM_POSTGRES="postgresql://nobody@127.0.0.1:9/none").returncode == 3


def test_a_second_run_in_the_same_folder_is_refused(run: Run) -> None:
    assert tandem(run.folder, "up", "--port-base", "0").returncode == 2
    assert all(map(alive, run.pids))


def test_after_down_nothing_is_left(own_run: Run) -> None:
    assert tandem(own_run.folder, "down").returncode == 0
    assert not any(map(alive, own_run.pids))


def test_a_part_that_dies_stops_the_whole_and_is_named(own_run: Run) -> None:
    os.kill(own_run.pid_of("espo_connector"), signal.SIGKILL)
    assert all_end(own_run.pids)
    assert "tandem: espo_connector ended with exit code -9" in (own_run.folder / ".local/run.log").read_text()


def test_nothing_outlives_a_supervisor_that_is_killed(own_run: Run) -> None:
    os.kill(own_run.told["pid"], signal.SIGKILL)
    assert all_end(own_run.pids)
