"""Owns a server that is a program of its own: starts it, waits until it answers, and stops it for sure.

Embedded PostgreSQL and Apache Kafka are alike in this. A server that dies while starting has to say so at once and in
its own words, and none may outlive who started it.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

_LAST_LINES = 15
_POLL_SECONDS = 0.05


class ChildFailed(Exception):  # noqa: N818  # it states what happened
    """The program ended, or did not answer in time; quotes the end of its log."""


class Child:
    """A running program. Its output goes to `log`."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    @classmethod
    async def start(
        cls,
        command: Sequence[str | Path],
        *,
        log: Path,
        ready: Callable[[], Awaitable[bool]],
        patience: float,
        user: str | None = None,
    ) -> "Child":
        """Start `command` and return once `ready` says so. Raises ChildFailed where it ends before, or after `patience`.

        `patience` is in seconds. `user` is the system's user that it runs as. Signals of the terminal do not reach it:
        its owner decides when it stops.
        """
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                user=user,
            )
        child = cls(process, log)
        try:
            async with asyncio.timeout(patience):
                await child._wait_until(ready)
        except BaseException as error:
            await child.stop(signal.SIGKILL)
            if isinstance(error, TimeoutError):
                raise ChildFailed(f"{command[0]} did not answer within {patience} s:\n{child._last_words()}") from None
            raise
        return child

    async def stop(self, how: signal.Signals = signal.SIGTERM, patience: float = 15.0) -> None:
        """Have the program stop; kill it where it does not within `patience` seconds."""
        if self._process.returncode is None:
            self._process.send_signal(how)
        try:
            async with asyncio.timeout(patience):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _wait_until(self, ready: Callable[[], Awaitable[bool]]) -> None:
        while not await ready():
            if self._process.returncode is not None:
                raise ChildFailed(f"ended with exit code {self._process.returncode}:\n{self._last_words()}")
            await asyncio.sleep(_POLL_SECONDS)

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-_LAST_LINES:])


async def answers(host: str, port: int) -> bool:
    """Tell whether somebody listens there."""
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True
