"""The folder of one local run: its logs, its data, and who owns it.

Two runs in one folder would tear each other apart, and a process id in a file may long belong to somebody else. So the
owner holds a lock that the kernel lets go of when the owner ends, however it ends; only its holder is ever signalled.
"""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tandem.errors import UnusableError

_STATE = "system.json"


@contextlib.contextmanager
def owned(directory: Path) -> Iterator[None]:
    """Own the folder, emptied of what an earlier run left. Raises UnusableError while another process owns it."""
    lock = _lock_of(directory)
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+") as held:
        if not _take(held.fileno()):
            raise UnusableError(f"{directory} is in use by process {owner(directory)}: stop it with `tandem down`")
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
        try:
            yield
        finally:
            (directory / _STATE).unlink(missing_ok=True)


def owner(directory: Path) -> int | None:
    """Give the process id of the folder's owner, None if there is none."""
    try:
        with _lock_of(directory).open("r+") as lock:
            return None if _take(lock.fileno()) else int(lock.read() or 0)
    except FileNotFoundError:
        return None


def write_state(directory: Path, state: dict[str, Any]) -> None:
    """Publish what is running, whole or not at all. Readable by its owner only: it holds the sandbox's passwords."""
    draft = directory / f"{_STATE}.new"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(state, indent=2))
    draft.rename(directory / _STATE)


def read_state(directory: Path) -> dict[str, Any] | None:
    """Read what is running, None if nothing is or it is not ready."""
    try:
        state: dict[str, Any] = json.loads((directory / _STATE).read_text())
    except FileNotFoundError:
        return None
    return state if owner(directory) else None


def _lock_of(directory: Path) -> Path:
    return directory.with_name(f"{directory.name}.lock")


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
