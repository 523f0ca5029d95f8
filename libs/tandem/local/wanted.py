"""What `tandem up` was asked for, checked before anything is started.

Each outside system is simulated or embedded unless its address is given, so the same command runs the product against a
real EspoCRM, a real tenant or someone else's fake. What is missing for that is said at once, in one line.
"""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tandem.addresses import Espo, Graph
from tandem.errors import UnusableError
from tandem.local.ports import DEFAULT_BASE

MEMORY, APACHE = "memory", "apache"
RUN_DIRECTORY = Path(".local/run")
_MICROSOFT_LOGIN = "https://login.microsoftonline.com"
_APACHE_TOOLS = {"java": "a Java runtime, 17 or newer", "mvn": "Apache Maven"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of `tandem up`. `kafka` is "memory", "apache" or bootstrap servers; None means ours.

    `public_url` is where a given Graph and EspoCRM reach the connectors, through something that passes it on.
    `service_secret` is what our processes know each other by; None for a new one.
    """

    kafka: str = MEMORY
    postgres: str | None = None
    graph: Graph | None = None
    espo: Espo | None = None
    public_url: str | None = None
    service_secret: str | None = field(default=None, repr=False)
    empty: bool = False
    port_base: int = DEFAULT_BASE
    directory: Path = RUN_DIRECTORY

    @property
    def own_kafka(self) -> bool:
        """Whether the broker is one that we start."""
        return self.kafka in (MEMORY, APACHE)

    @property
    def peopled(self) -> bool:
        """Whether the run gets the sandbox's people: both sides are simulated, and nobody asked for an empty one."""
        return not self.empty and self.graph is None and self.espo is None

    def check(self) -> None:
        """Raise UnusableError, naming what is wrong or missing and what to do."""
        if self.kafka == APACHE:
            for tool, what in _APACHE_TOOLS.items():
                if shutil.which(tool) is None:
                    raise UnusableError(f"--kafka apache needs {what}: no `{tool}` on the PATH; or use --kafka memory")
        elif self.kafka != MEMORY:
            _check_bootstrap(self.kafka)


def graph_from(url: str | None, login: str | None) -> Graph | None:
    """Take the given Graph, its app from the environment. Raises UnusableError if a variable is missing."""
    if url is None:
        if login is not None:
            raise UnusableError("--login goes with --graph: give both, or neither for the simulated Graph")
        return None
    return Graph(
        url=url.rstrip("/"),
        login=(login or _MICROSOFT_LOGIN).rstrip("/"),
        tenant=_variable("TANDEM_TENANT"),
        client_id=_variable("TANDEM_CLIENT_ID"),
        client_secret=_variable("TANDEM_CLIENT_SECRET"),
    )


def espo_from(url: str | None, key: str | None) -> Espo | None:
    """Take the given EspoCRM. Raises UnusableError if the key is missing."""
    if url is None:
        return None
    if key is None:
        raise UnusableError("--espo needs the key of an API user: --espo-key, or TANDEM_ESPO_API_KEY")
    return Espo(url=url.rstrip("/"), api_key=key)


def _variable(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise UnusableError(f"--graph needs the app that Tandem is there: {name} is not set")
    return value


def _check_bootstrap(servers: str) -> None:
    for server in servers.split(","):
        try:
            parts = urlsplit(f"//{server}")
            complete = bool(parts.hostname and parts.port)
        except ValueError:
            complete = False
        if not complete:
            raise UnusableError(f"--kafka takes memory, apache or HOST:PORT[,HOST:PORT...], not {server!r}")
