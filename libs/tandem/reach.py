"""Where the commands find the reconciler: the environment says, else the local run does, else the usual address."""

import os

from tandem.local.ports import DEFAULT_BASE, HOST
from tandem.local.rundir import read_state
from tandem.local.wanted import RUN_DIRECTORY

VARIABLE = "TANDEM_RECONCILER_URL"


def reconciler_url() -> str:
    """Give the base URL of the reconciler's HTTP API."""
    if given := os.environ.get(VARIABLE):
        return given
    state = read_state(RUN_DIRECTORY)
    return state["addresses"]["reconciler"] if state else f"http://{HOST}:{DEFAULT_BASE}"
