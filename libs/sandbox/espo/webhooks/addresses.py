"""Where webhooks may point and where their names lead, by the simulator's own DNS.

Since 9.3.2 EspoCRM accepts public addresses and names that resolve to public addresses only; the administrator may
list exceptions as `host:port`, the port being part of them also where it is the scheme's own.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


@dataclass(slots=True)
class Addresses:
    """The exceptions that the administrator lists, and the names that DNS knows. Both may change while it runs."""

    allowed: set[str] = field(default_factory=set)
    dns: dict[str, str] = field(default_factory=dict)

    def may_register(self, url: str) -> bool:
        """Say whether a webhook may point to this URL."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or _PORTS.get(parts.scheme, 0)
        if f"{host}:{port}" in self.allowed:
            return True
        address = host if is_literal(host) else self.dns.get(host)
        return address is not None and ipaddress.ip_address(address).is_global

    def resolve(self, host: str, *, hosts_file: bool) -> str | None:
        """Give the address of a host; None where DNS does not know it. `hosts_file` adds the machine's own name."""
        if is_literal(host):
            return host
        if hosts_file and host == "localhost":
            return "127.0.0.1"
        return self.dns.get(host)


def addresses(allowed: tuple[str, ...], dns: Mapping[str, str]) -> Addresses:
    """Set up the addresses of a config."""
    return Addresses(set(allowed), dict(dns))


def is_literal(host: str) -> bool:
    """Say whether a host is an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
