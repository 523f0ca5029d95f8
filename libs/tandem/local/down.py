"""`tandem down`: stops what `tandem up` runs, by asking the one process that owns all the others."""

import contextlib
import os
import select
import signal
from collections.abc import Iterator
from pathlib import Path

from tandem.errors import CommandError
from tandem.local.rundir import owner

_PATIENCE_SECONDS = 150.0
"""More than the owner's own bounds on stopping each of its processes allow in any likely case."""


def down(directory: Path) -> int | None:
    """Stop the run in this folder and wait for its end; answer its process id, None if nothing ran.

    Raises CommandError if it is still there after _PATIENCE_SECONDS.
    """
    pid = owner(directory)
    if pid is None:
        return None
    with contextlib.suppress(ProcessLookupError), _handle(pid) as process:
        signal.pidfd_send_signal(process, signal.SIGTERM)
        ended, _, _ = select.select([process], [], [], _PATIENCE_SECONDS)
        if not ended:
            log = directory.with_name(f"{directory.name}.log")
            raise CommandError(f"process {pid} does not end; if it was detached, its log is {log}")
    return pid


@contextlib.contextmanager
def _handle(pid: int) -> Iterator[int]:
    """Hold on to a process, so that its number cannot come to mean another one. Readable once it has ended (pidfd_open(2))."""
    handle = os.pidfd_open(pid)
    try:
        yield handle
    finally:
        os.close(handle)
