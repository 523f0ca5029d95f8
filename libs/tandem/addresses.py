"""Where everything is, and the keys to it: what one part of a local run must know of the others.

Gathered once, handed to whoever needs it, printed for people and, as JSON, for scripts.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Graph:
    """Microsoft Graph and its login, simulated or real, and the app that Tandem is there.

    `url` is the host's root, without the API's version.
    """

    url: str
    login: str
    tenant: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Espo:
    """EspoCRM, simulated or real, and the key of its API user. `url` is where its users open it."""

    url: str
    api_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Every part's address. `postgres` is a URL that may hold a password: it is printed only where it is our own."""

    kafka: str
    postgres: str = field(repr=False)
    graph: Graph
    espo: Espo
    reconciler: str
    outlook_connector: str
    espo_connector: str
    teams_meeting: str
    console: str
    sandbox_page: str
    service_secret: str = field(repr=False)
