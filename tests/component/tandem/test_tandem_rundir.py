"""One folder, one run: its owner is known for sure, and what an earlier run left is gone."""

import os
from pathlib import Path

import pytest

from tandem.errors import UnusableError
from tandem.local.rundir import owned, owner, read_state, write_state


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


def test_a_folder_nobody_uses_has_no_owner(folder: Path) -> None:
    assert owner(folder) is None


def test_the_owner_is_known_while_it_runs_and_forgotten_afterwards(folder: Path) -> None:
    with owned(folder):
        assert owner(folder) == os.getpid()
    assert owner(folder) is None


def test_a_second_run_is_kept_out_and_told_of_the_first(folder: Path) -> None:
    with owned(folder), pytest.raises(UnusableError, match=f"process {os.getpid()}.*tandem down"), owned(folder):
        pytest.fail("two runs own the same folder")


def test_what_an_earlier_run_left_is_removed(folder: Path) -> None:
    with owned(folder):
        (folder / "old.log").touch()
    with owned(folder):
        assert not (folder / "old.log").exists()


def test_logs_stay_for_reading_after_the_end(folder: Path) -> None:
    with owned(folder):
        (folder / "service.log").touch()
    assert (folder / "service.log").exists()


def test_what_runs_can_be_read_while_it_runs_only(folder: Path) -> None:
    with owned(folder):
        assert read_state(folder) is None
        write_state(folder, {"pid": 1})
        assert read_state(folder) == {"pid": 1}
    assert read_state(folder) is None


def test_a_state_left_by_a_run_that_was_killed_is_not_believed(folder: Path) -> None:
    folder.mkdir()
    write_state(folder, {"pid": 1})
    assert read_state(folder) is None


def test_passwords_in_the_state_are_for_their_owner_alone(folder: Path) -> None:
    with owned(folder):
        write_state(folder, {"pid": 1})
        assert (folder / "system.json").stat().st_mode & 0o077 == 0
