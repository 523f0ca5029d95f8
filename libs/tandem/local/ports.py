"""Which port each part of a local run listens on.

Addresses that stay the same from run to run can be kept in a browser tab or a script, so the ports count up from a base
that everybody can remember. A second run beside the first takes whatever is free.
"""

import contextlib
import random
import socket
from dataclasses import dataclass, fields

from tandem.errors import UnusableError

HOST = "127.0.0.1"
DEFAULT_BASE = 8100

_ANYWHERE = range(20000, 32000)
"""Below the ports that systems lend to outgoing connections: one of those may be lent between choosing and listening."""


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


def choose(base: int) -> Ports:
    """Take the ports from `base` up, or free ones where `base` is 0. Raises UnusableError, naming the port that is in use."""
    parts = [part.name for part in fields(Ports)]
    if base == 0:
        return Ports(*_free(len(parts)))
    with contextlib.ExitStack() as held:
        for port, part in enumerate(parts, base):
            _take(held, port, part)
    return Ports(*range(base, base + len(parts)))


def _free(count: int) -> list[int]:
    """Find ports that nobody uses, all different."""
    found: list[int] = []
    with contextlib.ExitStack() as held:
        for port in random.sample(_ANYWHERE, len(_ANYWHERE)):
            with contextlib.suppress(UnusableError):
                _take(held, port, "any part")
                found.append(port)
            if len(found) == count:
                return found
    raise UnusableError(f"there are no {count} free ports from {_ANYWHERE.start} to {_ANYWHERE.stop}")


def _take(held: contextlib.ExitStack, port: int, part: str) -> None:
    """Bind a port until all are chosen."""
    sock = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
    except OSError as error:
        raise UnusableError(
            f"port {port} (for {part}) cannot be used: {error.strerror}; stop what listens there, or choose other ports "
            "with --port-base N (0 takes free ones)"
        ) from error
