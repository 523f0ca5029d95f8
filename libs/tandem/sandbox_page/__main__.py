"""Runs the sandbox page: `python -m tandem.sandbox_page`, started by `tandem up` with what it must know in its environment."""

import asyncio
import contextlib
import signal
import sys

import httpx

from sandbox.serve import serving
from tandem.api import Reconciler
from tandem.people.cast import COLLEAGUES
from tandem.people.espo import EspoPerson
from tandem.people.outlook import OutlookPerson, SignedIn
from tandem.sandbox_page.app import SandboxPage
from tandem.sandbox_page.desk import Desk
from tandem.sandbox_page.known import Known, read
from tandem.sandbox_page.mischief import Mischief


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(read()))


async def _serve(known: Known) -> None:
    stopping = asyncio.Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(wanted, stopping.set)
    at = known.addresses
    async with httpx.AsyncClient(timeout=10) as http, Reconciler(at.reconciler, at.service_secret) as reconciler:
        signed_in = SignedIn(at.graph)
        desks = {
            who.login: Desk(
                who=who,
                account=known.directory[who.address].id,
                calendars={
                    "outlook": OutlookPerson(http, at.graph, signed_in, who),
                    "espo": EspoPerson(http, at.espo, who, known.directory),
                },
                reconciler=reconciler,
            )
            for who in COLLEAGUES
        }
        page = SandboxPage(desks, Mischief(http, at), at.console, stopping)
        async with serving(page.app(), host=known.host, port=known.port) as address:
            sys.stdout.write(f"sandbox page at {address}\n")
            sys.stdout.flush()
            await stopping.wait()


if __name__ == "__main__":
    main()
