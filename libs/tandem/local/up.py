"""`tandem up`: everything running, and a line for every change that gets synced, until somebody stops it.

Detached, the very same command runs in the background and this one waits until it is ready: there is one way to run, so
there is one way to stop.
"""

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console

from tandem.addresses import Addresses
from tandem.api import Reconciler
from tandem.errors import CommandError, Exit
from tandem.local.browser import show_in_browser
from tandem.local.describe import show, state
from tandem.local.follow import line, synced
from tandem.local.rundir import owner, read_state, write_state
from tandem.local.signals import until_stopped
from tandem.local.system import running
from tandem.local.wanted import Wanted

_LOOK_SECONDS = 0.1


def up(wanted: Wanted, console: Console, *, look: bool) -> None:
    """Run until a signal; with `look`, open the sandbox page where there is a display.

    Raises CommandError when something does not start or dies; everything is stopped then, too.
    """
    asyncio.run(_stopped_in_order(wanted, console, look=look))


async def _stopped_in_order(wanted: Wanted, console: Console, *, look: bool) -> None:
    if not await until_stopped(_run(wanted, console, look=look)):
        console.print("stopped")


async def _run(wanted: Wanted, console: Console, *, look: bool) -> None:
    console.print("starting …")
    async with running(wanted) as system:
        now = state(system)
        write_state(wanted.directory, now)
        show(console, now)
        if look and (page := now["addresses"].get("sandbox_page")):
            await show_in_browser(page)
        console.print("Following what gets synced; Ctrl-C stops everything.")
        await system.supervisor.while_alive(_follow(system.addresses, console))


async def _follow(at: Addresses, console: Console) -> None:
    async with Reconciler(at.reconciler, at.service_secret) as reconciler:
        async for change in synced(reconciler):
            console.print(line(change), markup=False, soft_wrap=True)


def detached(wanted: Wanted, arguments: list[str]) -> dict[str, Any]:
    """Run `tandem up` with these arguments in the background; answer what runs once all is ready.

    Raises CommandError, with the words of the command in the background, when it ends before that.
    """
    if (pid := owner(wanted.directory)) is not None:
        raise CommandError(f"{wanted.directory} is in use by process {pid}: stop it with `tandem down`")
    log = wanted.directory.with_name(f"{wanted.directory.name}.log")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  # ourselves, with our own arguments
            [sys.executable, "-m", "tandem.main", "up", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        return _when_ready(process, wanted.directory, log)
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise


def _when_ready(process: subprocess.Popen[bytes], directory: Path, log: Path) -> dict[str, Any]:
    while process.poll() is None:
        if (now := read_state(directory)) is not None:
            return now
        time.sleep(_LOOK_SECONDS)
    error = CommandError("nothing is running: the start failed", log.read_text(errors="replace").strip())
    error.exit_code = process.returncode or Exit.FAILED
    raise error
