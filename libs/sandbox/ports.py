"""Free ports, for servers that have to be told theirs before they start."""

import socket


def free_port(host: str = "127.0.0.1") -> int:
    """Give a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
