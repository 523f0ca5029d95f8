"""The command line as a person runs it, and a look at what it leaves running."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path


def command(*words: str) -> list[str]:
    """Write a `tandem` command for a process."""
    return [sys.executable, "-m", "tandem.main", *words]


def tandem(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder of its own, with further environment variables."""
    return subprocess.run(  # noqa: S603  # our own command
        command(*words),
        cwd=folder,
        env={**os.environ, "COLUMNS": "200", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def alive(pid: int) -> bool:
    """Tell whether a process exists and is not just waiting to be buried."""
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def left_running(folder: Path) -> list[int]:
    """List the processes that work in a folder."""
    return [
        int(process.name)
        for process in Path("/proc").iterdir()
        if process.name.isdigit() and _works_in(process, folder) and alive(int(process.name))
    ]


def _works_in(process: Path, folder: Path) -> bool:
    with contextlib.suppress(OSError):
        return (process / "cwd").readlink().is_relative_to(folder)
    return False
