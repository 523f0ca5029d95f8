"""Runs the simulated EspoCRM alone: `python -m sandbox.espo --port 8090`."""

import argparse
import asyncio
import contextlib
import signal
import sys

from sandbox.espo.app import create_app
from sandbox.espo.config import EspoConfig
from sandbox.espo.releases import RELEASES
from sandbox.serve import serving


def main() -> None:
    """Serve until SIGTERM or SIGINT; print one line, the address, once requests are answered."""
    arguments = _parser().parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(_config(arguments), arguments.host, arguments.port))


async def _serve(config: EspoConfig, host: str, port: int) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wanted, stopped.set)
    async with serving(create_app(config), host=host, port=port) as address:
        sys.stdout.write(f"EspoCRM {config.version} simulated at {address}\n")
        sys.stdout.flush()
        await stopped.wait()


def _config(arguments: argparse.Namespace) -> EspoConfig:
    return EspoConfig(
        version=arguments.version,
        zone=arguments.zone,
        latency_ms=arguments.latency_ms,
        cron_seconds=arguments.cron_seconds,
        companion_extension=arguments.companion_extension,
        join_url_writable=arguments.join_url_writable,
        uid_readable=arguments.uid_readable,
        https_only_webhooks=arguments.https_only_webhooks,
        webhook_allowed_addresses=tuple(arguments.allow),
        dns=dict(each.split("=", 1) for each in arguments.dns),
        location_fields=EspoConfig().location_fields | dict(each.split("=", 1) for each in arguments.location),
        api_key=arguments.api_key,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox.espo", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090, help="0 lets the system choose")
    parser.add_argument("--version", choices=sorted(RELEASES), default="10.0.0")
    parser.add_argument("--zone", default="Europe/Berlin", help="the system time zone")
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--cron-seconds", type=float, default=0.0, help="0: the webhook job runs on request only")
    parser.add_argument("--api-key", default="tandem-api-key")
    parser.add_argument("--allow", action="append", default=[], metavar="HOST:PORT", help="an internal receiver")
    parser.add_argument("--dns", action="append", default=[], metavar="NAME=ADDRESS", help="a name that DNS knows")
    parser.add_argument("--location", action="append", default=[], metavar="ENTITY=FIELD", help="its location field")
    parser.add_argument("--companion-extension", action="store_true")
    parser.add_argument("--join-url-writable", action="store_true")
    parser.add_argument("--uid-readable", action="store_true")
    parser.add_argument("--https-only-webhooks", action="store_true")
    return parser


if __name__ == "__main__":
    main()
