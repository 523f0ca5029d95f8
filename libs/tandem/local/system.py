"""The whole of Tandem as a local run: what is started in which order, and where it can be found.

One context for every use: `tandem up` follows it, the smoke run drives it, the system tests hurt it. Leaving the context
stops everything that it started.
"""

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography.fernet import Fernet

from bus.settings import KafkaSettings
from bus.topics import ensure
from contracts.topics import TOPICS
from sandbox.graph.config import TENANT_ID
from sandbox.kafka.memory import SETTINGS as MEMORY_SETTINGS
from tandem.addresses import Addresses, Espo, Graph
from tandem.api import Reconciler
from tandem.errors import UnreachableError
from tandem.local import ports, programs
from tandem.local.ports import HOST, Ports
from tandem.local.processes import Supervisor
from tandem.local.readiness import admits, listens
from tandem.local.rundir import owned
from tandem.local.wanted import APACHE, MEMORY, Wanted
from tandem.people import seed
from tandem.people.seed import Directory

_SANDBOX_CLIENT = ("tandem", "tandem-secret")
_SANDBOX_KEY = "tandem-api-key"
_APACHE_SETTINGS = {
    "TANDEM_KAFKA_REPLICATION": "1",
    "TANDEM_KAFKA_SESSION_SECONDS": "6",
    "TANDEM_KAFKA_HEARTBEAT_SECONDS": "1",
}
"""One node, and the shortest session that it allows by default: a service that crashed is missed soon."""


@dataclass(frozen=True, slots=True)
class System:
    """Everything running. `directory` tells whom the simulated EspoCRM knows; it is empty where no people were seeded."""

    wanted: Wanted
    addresses: Addresses
    supervisor: Supervisor
    directory: Directory


@asynccontextmanager
async def running(wanted: Wanted) -> AsyncIterator[System]:
    """Start everything, yield it once it is ready, stop everything.

    Raises UnusableError where the request cannot be met here, UnreachableError where a given system does not answer,
    ProcessDiedError where a part ends while it is being started.
    """
    wanted.check()
    with owned(wanted.directory):
        chosen = ports.choose(wanted.port_base)
        at = _addresses(wanted, chosen)
        async with Supervisor(wanted.directory / "logs") as supervisor:
            await _start_outside(supervisor, wanted, chosen, at)
            await _start_services(supervisor, wanted, chosen, at)
            directory = Directory()
            if wanted.peopled:
                directory = await _seed(at)
                await supervisor.start(programs.sandbox_page(chosen, at, directory))
            yield System(wanted, at, supervisor, directory)


def _addresses(wanted: Wanted, chosen: Ports) -> Addresses:
    graph_url = f"http://{HOST}:{chosen.graph}"
    client_id, client_secret = _SANDBOX_CLIENT
    return Addresses(
        kafka=f"{HOST}:{chosen.kafka}" if wanted.own_kafka else wanted.kafka,
        postgres=wanted.postgres or f"postgresql://postgres@{HOST}:{chosen.postgres}/postgres",
        graph=wanted.graph or Graph(graph_url, graph_url, TENANT_ID, client_id, client_secret),
        espo=wanted.espo or Espo(f"http://{HOST}:{chosen.espo}", _SANDBOX_KEY),
        reconciler=f"http://{HOST}:{chosen.reconciler}",
        outlook_connector=f"http://{HOST}:{chosen.outlook_connector}",
        espo_connector=f"http://{HOST}:{chosen.espo_connector}",
        teams_meeting=f"http://{HOST}:{chosen.teams_meeting}",
        console=f"http://{HOST}:{chosen.console}",
        sandbox_page=f"http://{HOST}:{chosen.sandbox_page}",
        service_secret=wanted.service_secret or secrets.token_urlsafe(32),
    )


async def _start_outside(supervisor: Supervisor, wanted: Wanted, chosen: Ports, at: Addresses) -> None:
    """Start what the services stand on, or see that what was given answers."""
    ours = []
    if wanted.postgres is None:
        ours.append(programs.postgres(chosen, wanted.directory, at.postgres))
    elif not await admits(wanted.postgres)():
        parts = urlsplit(wanted.postgres)
        raise UnreachableError(f"PostgreSQL at {parts.hostname}:{parts.port or 5432} does not let us in")
    if wanted.kafka == MEMORY:
        ours.append(programs.memory_kafka(chosen))
    elif wanted.kafka == APACHE:
        ours.append(programs.apache_kafka(chosen, wanted.directory))
    elif not any([await listens(server)() for server in wanted.kafka.split(",")]):
        raise UnreachableError(f"Kafka at {wanted.kafka} does not answer")
    if wanted.graph is None:
        ours.append(programs.graph(chosen))
    if wanted.espo is None:
        ours.append(programs.espo(chosen))
    await supervisor.start(*ours)


async def _start_services(supervisor: Supervisor, wanted: Wanted, chosen: Ports, at: Addresses) -> None:
    kafka = _kafka_settings(wanted) | {"TANDEM_KAFKA": at.kafka}
    await ensure(_read_kafka(kafka), TOPICS)
    await supervisor.complete(programs.migration(at))
    common = kafka | {"TANDEM_SERVICE_SECRET": at.service_secret}
    notification_secret = {"TANDEM_NOTIFICATION_SECRET": secrets.token_urlsafe(32)}
    console_url = wanted.public_url or at.console
    grants = _grant_settings()
    await supervisor.start(
        programs.outlook_connector(
            chosen, at, common | grants | notification_secret, wanted.public_url or at.outlook_connector, console_url
        ),
        programs.espo_connector(chosen, at, common, wanted.public_url or _webhooks(wanted, chosen, at)),
        programs.teams_meeting(chosen, at, common | grants),
        programs.reconciler(chosen, at, common),
        programs.console(chosen, at, common, console_url),
    )


def _grant_settings() -> dict[str, str]:
    """Give what consents are kept with: what the environment says, else a key for this run, beside the app's own permissions."""
    usual = {"TANDEM_GRANT_KEYS": Fernet.generate_key().decode(), "TANDEM_APPLICATION_PERMISSIONS": "true"}
    return {name: os.environ.get(name, value) for name, value in usual.items()}


def _webhooks(wanted: Wanted, chosen: Ports, at: Addresses) -> str:
    return programs.webhook_url(chosen) if wanted.espo is None else at.espo_connector


def _kafka_settings(wanted: Wanted) -> dict[str, str]:
    """Give what the services must know of a broker of ours; a given one is described by the environment."""
    if wanted.kafka == MEMORY:
        return MEMORY_SETTINGS
    return _APACHE_SETTINGS if wanted.kafka == APACHE else {}


def _read_kafka(environment: dict[str, str]) -> KafkaSettings:
    own: dict[str, Any] = {name.removeprefix("TANDEM_").lower(): value for name, value in environment.items()}
    return KafkaSettings(**own)


async def _seed(at: Addresses) -> Directory:
    async with httpx.AsyncClient() as http, Reconciler(at.reconciler, at.service_secret) as reconciler:
        directory = await seed.people(http, at)
        await seed.connect(reconciler, directory)
    return directory
