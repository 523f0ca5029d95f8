"""What a process and those that it started have used, as Linux counts it (proc(5), `/proc/PID/stat` and `/proc/PID/statm`)."""

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tandem.local.processes import Running

_TICK = os.sysconf("SC_CLK_TCK")
_PARENT, _USER_TIME, _SYSTEM_TIME = 1, 11, 12
"""Places behind the name, which may itself hold spaces and ends with a parenthesis."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Processor seconds since the start, and resident memory in bytes."""

    seconds: float
    memory: int


def usage(pid: int) -> Usage:
    """Read what a process has used. Raises FileNotFoundError where it is gone, or this is not Linux."""
    fields = _stat(pid)
    pages = int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1])
    return Usage((int(fields[_USER_TIME]) + int(fields[_SYSTEM_TIME])) / _TICK, pages * os.sysconf("SC_PAGE_SIZE"))


def usages(running: tuple[Running, ...]) -> dict[str, Usage]:
    """Read what each of these processes has used, by name, with the processes that it started: PostgreSQL's and Kafka's own."""
    children = _children()
    return {child.name: _together(child.process.pid, children) for child in running}


def _together(pid: int, children: Mapping[int, Sequence[int]]) -> Usage:
    whole = usage(pid)
    for child in children.get(pid, ()):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended since it was listed
            part = _together(child, children)
            whole = Usage(whole.seconds + part.seconds, whole.memory + part.memory)
    return whole


def _children() -> Mapping[int, Sequence[int]]:
    """List the processes of this machine by the one that started them."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            children[int(_stat(int(folder.name))[_PARENT])].append(int(folder.name))
    return children


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()


class Meter:
    """Processor time of processes from its making on."""

    def __init__(self, running: tuple[Running, ...]) -> None:
        self._running = running
        self._before = usages(running)

    def seconds(self) -> dict[str, float]:
        """Give the seconds since then, by name."""
        now = usages(self._running)
        return {name: now[name].seconds - before.seconds for name, before in self._before.items()}
