"""What can go wrong on the command line, as types.

The person at the terminal needs one line that says what is wrong and what to do, and a script needs an exit code that
tells a mistake in the request from an outside system that does not answer. Both live in the exception, so that every
command ends in the same way.
"""

from enum import IntEnum


class Exit(IntEnum):
    """What the exit codes mean; every command's help quotes this."""

    DONE = 0
    FAILED = 1
    UNUSABLE = 2
    UNREACHABLE = 3


class CommandError(Exception):
    """Something failed that the person at the terminal must know of. `detail` is shown below the line, if there is any."""

    exit_code: int = Exit.FAILED

    def __init__(self, line: str, detail: str = "") -> None:
        super().__init__(line)
        self.detail = detail


class UnusableError(CommandError):
    """The request cannot be carried out on this machine: a setting, a port or a tool is wrong or missing."""

    exit_code = Exit.UNUSABLE


class UnreachableError(CommandError):
    """A system that we were told to use does not answer."""

    exit_code = Exit.UNREACHABLE
