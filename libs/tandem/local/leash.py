"""Runs a module so that it does not outlive the command that started it.

A supervisor that is killed outright cannot stop its children. On Linux the kernel can: it sends a process whose parent
died a signal of its choice (prctl(2), PR_SET_PDEATHSIG). Elsewhere this is a plain `python -m`.
"""

import ctypes
import os
import runpy
import sys

_PR_SET_PDEATHSIG = 1


def tie_to_parent(parent: int, number: int) -> None:
    """Ask the kernel for this signal when the parent dies; exit at once if it is gone already."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        raise SystemExit(1)


def main() -> None:
    """Run `python -m tandem.local.leash PARENT_PID SIGNAL MODULE [ARGUMENT ...]`."""
    parent, number, module, *arguments = sys.argv[1:]
    tie_to_parent(int(parent), int(number))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
