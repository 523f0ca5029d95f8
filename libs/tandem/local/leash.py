"""Runs a module so that it does not outlive the command that started it.

A supervisor that is killed outright cannot stop its children. On Linux the kernel can: it sends SIGTERM to a process whose
parent died (prctl(2), PR_SET_PDEATHSIG), and every part of Tandem stops clean on SIGTERM. Elsewhere this is a plain
`python -m`.
"""

import ctypes
import os
import runpy
import signal
import sys

_PR_SET_PDEATHSIG = 1


def tie_to_parent(parent: int) -> None:
    """Ask the kernel to end this process with its parent; exit at once if that parent is gone already."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit(1)


def main() -> None:
    """Run `python -m tandem.local.leash PARENT_PID MODULE [ARGUMENT ...]`."""
    parent, module, *arguments = sys.argv[1:]
    tie_to_parent(int(parent))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
