"""`tandem down`: stops what `tandem up` runs, by asking the one process that owns all the others."""

import os
import signal
import time
from pathlib import Path

from tandem.errors import CommandError
from tandem.local.rundir import owner

_PATIENCE_SECONDS = 150.0
_LOOK_SECONDS = 0.1


def down(directory: Path) -> int | None:
    """Stop the run in this folder and wait for its end; answer its process id, None if nothing ran.

    Raises CommandError if it is still there after _PATIENCE_SECONDS, more than its own bounds allow.
    """
    pid = owner(directory)
    if pid is None:
        return None
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while owner(directory) == pid:
        if time.monotonic() > deadline:
            raise CommandError(f"process {pid} does not end; its log is {directory.with_name(f'{directory.name}.log')}")
        time.sleep(_LOOK_SECONDS)
    return pid
