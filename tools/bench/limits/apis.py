"""Bare httpx making the calls that a push and a pull come down to, against simulators of their own with nobody else there."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.graph.config import TENANT_ID
from tandem.addresses import Addresses, Espo, Graph
from tandem.local import programs
from tandem.local.ports import HOST, choose
from tandem.local.processes import Supervisor
from tools.bench.crowd import Crowd, crowd, espo_meeting, outlook_event
from tools.bench.whole import API_MS, titles

LANES = 4
"""So many requests a mailbox takes at a time (Graph documentation, Outlook service limits)."""

_ESPO_AT_ONCE = (4, 16, 64)


@dataclass(frozen=True, slots=True)
class Apis:
    """Calls a second: creates in one mailbox, creates over many, creates in EspoCRM at the best concurrency that was tried."""

    one_mailbox: float
    mailboxes: float
    espo: float


async def apis(calls: int, mailboxes: int, directory: Path) -> Apis:
    """Measure all three, `calls` each (over mailboxes: for each four of them so many more)."""
    chosen = choose(0)
    graph_url, espo_url = f"http://{HOST}:{chosen.graph}", f"http://{HOST}:{chosen.espo}"
    at = Addresses(
        graph=Graph(graph_url, graph_url, TENANT_ID, "", ""),
        espo=Espo(espo_url, "tandem-api-key"),
        kafka="",
        postgres="",
        reconciler="",
        outlook_connector="",
        espo_connector="",
        teams_meeting="",
        console="",
        sandbox_page="",
        service_secret="",
    )
    async with Supervisor(directory) as supervisor:
        await supervisor.start(programs.graph(chosen), programs.espo(chosen))
        async with crowd(at) as people:
            await people.latency(API_MS)
            one = await _rate(_outlook_calls(people, await _mailboxes(people, 1), calls))
            many = await _rate(_outlook_calls(people, await _mailboxes(people, mailboxes), 4 * calls))
            return Apis(
                one, many, max([await _rate(await _espo_calls(people, calls, lanes)) for lanes in _ESPO_AT_ONCE])
            )


Lane = Sequence[Callable[[], Awaitable[object]]]


async def _rate(lanes: Sequence[Lane]) -> float:
    """Make all calls, the lanes side by side and each lane in turn; calls a second."""

    async def run(lane: Lane) -> None:
        for call in lane:
            await call()

    began = time.perf_counter()
    await asyncio.gather(*(run(lane) for lane in lanes))
    return sum(map(len, lanes)) / (time.perf_counter() - began)


async def _mailboxes(people: Crowd, count: int) -> list[str]:
    return [who.mailbox for who in await people.people(count)]


def _outlook_calls(people: Crowd, mailboxes: list[str], calls: int) -> list[Lane]:
    def create(mailbox: str, title: str) -> Callable[[], Awaitable[object]]:
        url = f"{people.at.graph.url}/v1.0/users/{mailbox}/events"
        headers = {"Authorization": f"Bearer {people.token}"}
        return lambda: people.http.post(url, json=outlook_event(title), headers=headers)

    each = max(1, calls // (LANES * len(mailboxes)))
    return [[create(mailbox, title) for title in titles("limit", each)] for mailbox in mailboxes for _ in range(LANES)]


async def _espo_calls(people: Crowd, calls: int, lanes: int) -> list[Lane]:
    (owner,) = await people.people(1)
    url, headers = f"{people.at.espo.url}/api/v1/Meeting", {"X-Api-Key": people.at.espo.api_key}

    def create(title: str) -> Callable[[], Awaitable[object]]:
        return lambda: people.http.post(url, json=espo_meeting(title, owner.espo_id), headers=headers)

    return [[create(title) for title in titles("limit", max(1, calls // lanes))] for _ in range(lanes)]
