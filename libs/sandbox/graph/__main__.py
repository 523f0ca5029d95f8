"""Runs the simulator alone: `python -m sandbox.graph --port 8025 --mailbox 'ann@contoso.test=Ann Lee'`.

Prints one line when it is ready, and ends clean on SIGINT and SIGTERM.
"""

import argparse
import asyncio
import signal
import uuid
from dataclasses import replace

from sandbox.graph.app import create_app
from sandbox.graph.calendars.people import Person
from sandbox.graph.config import Config
from sandbox.serve import serving


def main() -> None:
    """Read the command line and serve until told to stop."""
    arguments = argparse.ArgumentParser(prog="python -m sandbox.graph", description="A simulated Microsoft Graph.")
    arguments.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--latency-ms", type=int, default=0, help="how long each answer takes")
    arguments.add_argument(
        "--mailbox", action="append", default=[], type=_person, metavar="ADDRESS=NAME", help="a mailbox; repeatable"
    )
    chosen = arguments.parse_args()
    config = Config(latency_ms=chosen.latency_ms)
    if chosen.mailbox:
        config = replace(config, people=tuple(chosen.mailbox))
    asyncio.run(_serve(config, chosen.host, chosen.port))


async def _serve(config: Config, host: str, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serving(create_app(config), host=host, port=port) as base_url:
        print(f"simulated Microsoft Graph ready at {base_url}/v1.0", flush=True)  # noqa: T201
        await stop.wait()


def _person(text: str) -> Person:
    """Read `ADDRESS=NAME`; the object id follows from the address, so that it is the same at every start."""
    address, _, name = text.partition("=")
    if "@" not in address:
        raise argparse.ArgumentTypeError(f"'{address}' is not an address")
    return Person(str(uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{address.lower()}")), address, name or address)


if __name__ == "__main__":
    main()
