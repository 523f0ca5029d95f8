"""What a process has used, as Linux counts it (proc(5), `/proc/PID/stat` and `/proc/PID/status`)."""

import os
from dataclasses import dataclass
from pathlib import Path

from tandem.local.processes import Running

_TICK = os.sysconf("SC_CLK_TCK")
_USER_TIME, _SYSTEM_TIME = 11, 12
"""Places behind the name, which may itself hold spaces and ends with a parenthesis."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Processor seconds since the start, and resident memory in bytes."""

    seconds: float
    memory: int


def usage(pid: int) -> Usage:
    """Read what a process has used. Raises FileNotFoundError where it is gone, or this is not Linux."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    pages = int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1])
    return Usage((int(fields[_USER_TIME]) + int(fields[_SYSTEM_TIME])) / _TICK, pages * os.sysconf("SC_PAGE_SIZE"))


def usages(running: tuple[Running, ...]) -> dict[str, Usage]:
    """Read what each of these processes has used, by name."""
    return {child.name: usage(child.process.pid) for child in running}


class Meter:
    """Processor time of processes from its making on."""

    def __init__(self, running: tuple[Running, ...]) -> None:
        self._running = running
        self._before = usages(running)

    def seconds(self) -> dict[str, float]:
        """Give the seconds since then, by name."""
        now = usages(self._running)
        return {name: now[name].seconds - before.seconds for name, before in self._before.items()}
