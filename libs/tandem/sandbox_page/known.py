"""What the page's process must know of the run that it belongs to, handed over in its environment: it holds the run's secret."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from tandem.addresses import Addresses
from tandem.people.espo import Known as Person

_VARIABLE = "TANDEM_SANDBOX_PAGE"


@dataclass(frozen=True)
class Known:
    """Where to listen, where everything is, and whom EspoCRM knows by which address."""

    host: str
    port: int
    addresses: Addresses
    directory: dict[str, Person]


def environment(host: str, port: int, at: Addresses, directory: Mapping[str, Person]) -> dict[str, str]:
    """Write it down for the process to come."""
    return {_VARIABLE: json.dumps(asdict(Known(host, port, at, dict(directory))))}


def read() -> Known:
    """Read it in the process. Raises KeyError where nobody has written it."""
    return TypeAdapter(Known).validate_json(os.environ[_VARIABLE])
