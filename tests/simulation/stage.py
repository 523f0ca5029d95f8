"""The sandbox's people, at the two systems of a life."""

import httpx

from sandbox.graph.config import TENANT_ID
from simulation.network import ESPO, GRAPH
from simulation.system import API_KEY, CLIENT, SECRET
from tandem.addresses import Addresses, Espo, Graph
from tandem.people.cast import COLLEAGUES, Colleague
from tandem.people.entries import Side
from tandem.people.espo import EspoPerson
from tandem.people.outlook import OutlookPerson, SignedIn
from tandem.people.seed import people
from tandem.people.stage import Calendar, Stage

_NOWHERE = "http://nowhere.test"
"""Of what runs in no process of its own."""


def addresses(dsn: str) -> Addresses:
    """Say where everything is."""
    graph = Graph(f"http://{GRAPH}", f"http://{GRAPH}", TENANT_ID, CLIENT, SECRET)
    espo = Espo(f"http://{ESPO}", API_KEY)
    return Addresses("", dsn, graph, espo, _NOWHERE, _NOWHERE, _NOWHERE, _NOWHERE, _NOWHERE, _NOWHERE, "")


async def people_on_stage(http: httpx.AsyncClient, at: Addresses) -> tuple[Stage, dict[str, str]]:
    """Put everybody into both systems; give their calendars, and the colleagues' ids in EspoCRM by address."""
    directory = await people(http, at)
    signed_in = SignedIn(at.graph)
    calendars: dict[tuple[Side, Colleague], Calendar] = {}
    for colleague in COLLEAGUES:
        calendars[Side.OUTLOOK, colleague] = OutlookPerson(http, at.graph, signed_in, colleague)
        calendars[Side.ESPO, colleague] = EspoPerson(http, at.espo, colleague, directory)
    users = {colleague.address: directory[colleague.address].id for colleague in COLLEAGUES}
    return Stage(http, at, calendars), users
