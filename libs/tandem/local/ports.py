"""Which port each part of a local run listens on.

Addresses that stay the same from run to run can be kept in a browser tab or a script, so the ports count up from a base
that everybody can remember. A second run beside the first takes whatever is free.
"""

import contextlib
import socket
from dataclasses import dataclass, fields

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


def choose(base: int) -> Ports:
    """Take the ports from `base` up, or free ones where `base` is 0. Raises UnusableError, naming the port that is in use."""
    with contextlib.ExitStack() as held:
        chosen = [_take(held, base + offset if base else 0, part.name) for offset, part in enumerate(fields(Ports))]
    return Ports(*chosen)


def _take(held: contextlib.ExitStack, port: int, part: str) -> int:
    """Bind a port until all are chosen, so that no two parts are given the same one."""
    sock = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
    except OSError as error:
        raise UnusableError(
            f"port {port} (for {part}) cannot be used: {error.strerror}; stop what listens there, or choose other ports "
            "with --port-base N (0 takes free ones)"
        ) from error
    number: int = sock.getsockname()[1]
    return number
