"""Where the commands find what they speak to, and the secret they are known by: the environment says, else the local run does."""

import os
from typing import Any

from tandem.local.ports import DEFAULT_BASE, HOST
from tandem.local.rundir import read_state
from tandem.local.wanted import RUN_DIRECTORY

VARIABLE = "TANDEM_RECONCILER_URL"
OUTLOOK_CONNECTOR = "TANDEM_OUTLOOK_CONNECTOR_URL"
KAFKA = "TANDEM_KAFKA"
_REPLICATION = "TANDEM_KAFKA_REPLICATION"
POSTGRES = "TANDEM_POSTGRES"
SECRET = "TANDEM_SERVICE_SECRET"  # noqa: S105  # the variable's name


def reconciler_url() -> str:
    """Give the base URL of the reconciler's HTTP API; without any word of it, the usual address of a local run."""
    if given := os.environ.get(VARIABLE):
        return given
    state = _local_run()
    return state["addresses"]["reconciler"] if state else f"http://{HOST}:{DEFAULT_BASE}"


def outlook_connector_url() -> str | None:
    """Give the base URL of the Outlook connector, None where nobody tells it.

    Where the environment names a reconciler, a local run is another system, and its connector has nothing to do with it.
    """
    if given := os.environ.get(OUTLOOK_CONNECTOR):
        return given.rstrip("/")
    state = None if os.environ.get(VARIABLE) else _local_run()
    return state["addresses"]["outlook_connector"] if state else None


def service_secret() -> str:
    """Give the service secret, "" where nobody tells it: the reconciler then refuses, and says which variable is missing."""
    if given := os.environ.get(SECRET):
        return given
    state = _local_run()
    return state["service_secret"] if state else ""


def kafka_settings() -> dict[str, str]:
    """Give what the environment does not say of the cluster: nothing where it names one, else what the local run uses."""
    at = _of_local_run(KAFKA, "kafka")
    return {KAFKA: at, _REPLICATION: os.environ.get(_REPLICATION, "1")} if at else {}


def postgres_settings() -> dict[str, str]:
    """Give what the environment does not say of the database: nothing where it names one, else the local run's."""
    at = _of_local_run(POSTGRES, "postgres")
    return {POSTGRES: at} if at else {}


def _of_local_run(variable: str, part: str) -> str:
    """Give the address of a part of the local run, "" where the environment names one or the run uses a given one."""
    state = None if os.environ.get(variable) else _local_run()
    return state["addresses"].get(part, "") if state else ""


def _local_run() -> dict[str, Any] | None:
    return read_state(RUN_DIRECTORY)
