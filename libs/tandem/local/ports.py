"""Which port each part of a local run listens on.

Addresses that stay the same from run to run can be kept in a browser tab or a script, so the ports count up from a base
that everybody can remember. A second run beside the first takes whatever is free.
"""

import contextlib
from dataclasses import dataclass, fields

from sandbox.ports import free_ports, hold
from tandem.errors import UnusableError

HOST = "127.0.0.1"
DEFAULT_BASE = 8100


@dataclass(frozen=True, slots=True)
class Ports:
    """One port a part."""

    reconciler: int
    outlook_connector: int
    espo_connector: int
    graph: int
    espo: int
    postgres: int
    kafka: int
    teams_meeting: int
    console: int
    sandbox_page: int


def choose(base: int) -> Ports:
    """Take the ports from `base` up, or free ones where `base` is 0. Raises UnusableError, naming the port that is in use."""
    parts = [part.name for part in fields(Ports)]
    if base == 0:
        return Ports(*free_ports(len(parts), HOST))
    with contextlib.ExitStack() as held:
        for port, part in enumerate(parts, base):
            _take(held, port, part)
    return Ports(*range(base, base + len(parts)))


def _take(held: contextlib.ExitStack, port: int, part: str) -> None:
    try:
        hold(held, port, HOST)
    except OSError as error:
        raise UnusableError(
            f"port {port} (for {part}) cannot be used: {error.strerror}; stop what listens there, or choose other ports "
            "with --port-base N (0 takes free ones)"
        ) from error
