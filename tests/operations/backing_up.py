"""What docs/backup.md tells an operator to do, done with PostgreSQL's own programs and Tandem's own commands."""

import asyncio
from dataclasses import replace
from pathlib import Path

from sandbox.postgres import bundled
from support.whole import Whole
from tandem.local import programs
from tandem.local.processes import Program

_WRITERS = ("console", "reconciler", "outlook_connector", "espo_connector", "teams_meeting")


async def back_up(whole: Whole, file: Path) -> None:
    """Dump the one database."""
    await _postgres("pg_dump", "--format=custom", f"--file={file}", whole.system.addresses.postgres)


async def stop_all(whole: Whole) -> dict[str, Program]:
    """Stop every service that runs; answer what could start each again."""
    running = {child.name for child in whole.system.supervisor.running}
    return {name: await whole.system.supervisor.kill(name) for name in _WRITERS if name in running}


async def restore(whole: Whole, file: Path, database: str) -> str:
    """Restore a dump into a new database and bring its schema up to date; answer its address."""
    at = whole.system.addresses
    await _postgres("createdb", f"--maintenance-db={at.postgres}", database)
    address = f"{at.postgres.rpartition('/')[0]}/{database}"
    await _postgres("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={address}", str(file))
    await whole.system.supervisor.complete(programs.migration(replace(at, postgres=address)))
    return address


async def start_on(whole: Whole, stopped: dict[str, Program], address: str) -> None:
    """Start the reconciler alone on this database, have every account read anew, then start the others."""
    reconciler = stopped["reconciler"]
    environment = {**reconciler.environment, "TANDEM_POSTGRES": address}
    await whole.system.supervisor.start(replace(reconciler, environment=environment))
    for account in await whole.reconciler.accounts():
        await whole.reconciler.resync(account["id"], "the operator")
    await whole.system.supervisor.start(*(program for name, program in stopped.items() if name != "reconciler"))


async def _postgres(program: str, *words: str) -> None:
    process = await asyncio.create_subprocess_exec(bundled(program), *words, stderr=asyncio.subprocess.PIPE)
    _, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()
