"""Free ports, for servers that have to be told theirs before they start.

A port that the system picks comes from the range that it also lends to outgoing connections, and may be lent again
between choosing and listening. So these are picked from below that range.
"""

import contextlib
import errno
import random
import socket

_ANYWHERE = range(20000, 32000)


def free_port(host: str = "127.0.0.1") -> int:
    """Give a port that nobody listens on just now. Raises OSError where there is none."""
    return free_ports(1, host)[0]


def free_ports(count: int, host: str = "127.0.0.1") -> list[int]:
    """Give so many different ports that nobody listens on just now. Raises OSError where there are not so many."""
    found: list[int] = []
    with contextlib.ExitStack() as held:
        for port in random.sample(_ANYWHERE, len(_ANYWHERE)):
            with contextlib.suppress(OSError):
                hold(held, port, host)
                found.append(port)
            if len(found) == count:
                return found
    raise OSError(errno.EADDRNOTAVAIL, f"there are no {count} free ports from {_ANYWHERE.start} to {_ANYWHERE.stop}")


def hold(held: contextlib.ExitStack, port: int, host: str) -> None:
    """Bind a port for as long as `held` is open. Raises OSError where somebody else has it."""
    sock = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
