"""Starts, watches and stops the processes of a local run.

Whatever happens, nothing may be left running: not after Ctrl-C, not after a start that failed half-way, not when a part
dies. So one object owns every child, and leaving its context stops them all, last started first.
"""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from tandem.errors import CommandError
from tandem.polling import until

PATIENCE_SECONDS = 35.0
_TAIL_LINES = 15

T = TypeVar("T")


class ProcessDiedError(CommandError):
    """A process ended that nobody had asked to end."""


@dataclass(frozen=True, slots=True)
class Program:
    """A process to be: the module to run, and how to see that it is ready (asked again and again, for `patience` seconds).

    Should we be killed, the process is killed too; one that is a `parent` itself is asked to stop, and stops its own.
    """

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], Awaitable[bool]] | None = None
    patience: float = 60.0
    parent: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """A process that has been started, and the file that takes its output."""

    program: Program
    process: Process
    log: Path

    @property
    def name(self) -> str:
        """What the process is called in messages and log files."""
        return self.program.name

    def died(self) -> ProcessDiedError:
        """Say that it ended, with the last lines that it wrote."""
        return ProcessDiedError(
            f"{self.name} ended with exit code {self.process.returncode}; its log is {self.log}", self.tail()
        )

    def tail(self) -> str:
        """Give the last lines of its output."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-_TAIL_LINES:])


class Supervisor:
    """Owns child processes. Use it as a context: leaving it stops all of them, in reverse order, each within bounds.

    Every child has a process group of its own, so Ctrl-C reaches this process alone and the order of stopping is ours.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: dict[str, Running] = {}

    async def __aenter__(self) -> Self:
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in reversed(tuple(self._children)):
            await self.stop(name)

    @property
    def running(self) -> tuple[Running, ...]:
        """The children, in the order of their start."""
        return tuple(self._children.values())

    async def spawn(self, program: Program) -> Running:
        """Start a process without waiting until it is ready."""
        log = self._logs / f"{program.name}.log"
        leash = signal.SIGTERM if program.parent else signal.SIGKILL
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "tandem.local.leash", str(os.getpid()), str(int(leash)), program.module, *program.arguments),
                stdin=DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **program.environment},
                start_new_session=True,
            )
        child = Running(program, process, log)
        self._children[program.name] = child
        return child

    async def ready(self, child: Running) -> None:
        """Wait until a process is ready. Raises ProcessDiedError if one ends first, CommandError if it takes too long."""
        look = child.program.ready

        async def is_ready() -> bool | None:
            self.check()
            return (look is None or await look()) or None

        if await until(is_ready, child.program.patience) is None:
            line = f"{child.name} was not ready after {child.program.patience:.0f} s; its log is {child.log}"
            raise CommandError(line, child.tail())

    async def start(self, *programs: Program) -> None:
        """Start processes side by side and wait until all are ready."""
        for child in [await self.spawn(program) for program in programs]:
            await self.ready(child)

    async def complete(self, program: Program) -> None:
        """Run a process to its end. Raises ProcessDiedError if that is not exit code 0."""
        child = await self.spawn(program)
        await child.process.wait()
        del self._children[program.name]
        if child.process.returncode != 0:
            raise child.died()

    def check(self) -> None:
        """Raise ProcessDiedError if a child has ended."""
        for child in self._children.values():
            if child.process.returncode is not None:
                raise child.died()

    async def while_alive(self, work: Coroutine[Any, Any, T]) -> T:
        """Do some work; if a child ends meanwhile, give the work up and raise ProcessDiedError."""
        task = asyncio.create_task(work, name="work")
        ends = [asyncio.create_task(child.process.wait(), name=f"end of {child.name}") for child in self.running]
        try:
            await asyncio.wait({task, *ends}, return_when=asyncio.FIRST_COMPLETED)
            self.check()
            return await task
        finally:
            for owned in (task, *ends):
                owned.cancel()
            await asyncio.gather(task, *ends, return_exceptions=True)

    async def stop(self, name: str) -> None:
        """Ask a process to stop; what is left of its group after PATIENCE_SECONDS is killed."""
        child = self._children.pop(name)
        if child.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(child.process.wait(), PATIENCE_SECONDS)
        await self._kill_group(child)

    async def kill(self, name: str) -> Program:
        """End a process as a crash would (SIGKILL), and answer what could start it again."""
        child = self._children.pop(name)
        await self._kill_group(child)
        return child.program

    async def _kill_group(self, child: Running) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        await child.process.wait()
