"""What stands before EspoCRM, and answers in its place while EspoCRM is restarted, says nothing of a record."""

from typing import Any
from uuid import uuid4

from contracts.changes import CursorAdvanced, EspoSeen, LookDeferred, LookRefused
from contracts.looks import SweepEntity
from contracts.outcomes import Deferred, Refused
from contracts.writes import Patch
from espo_connector.main import Connector
from support.espo import Bus, Espo, Sweeper, Writer

NO_BACKEND: dict[str, Any] = {"status": 404, "body": "404 page not found", "headers": {"Content-Type": "text/plain"}}
FIREWALL: dict[str, Any] = {"status": 403, "body": "<html><h1>403 Forbidden</h1></html>"}


def sweep_of(sweeper: Sweeper) -> SweepEntity:
    return SweepEntity(feed="espo/Meeting", look_id=uuid4(), entity="Meeting", cursor=sweeper.cursor)


async def test_an_update_is_put_off(espo: Espo, writer: Writer, sweeper: Sweeper) -> None:
    espo_id = await espo.meeting()
    (seen,) = await sweeper.sweep()
    await espo.fault("GET", f"/Meeting/{espo_id}", **NO_BACKEND)
    assert isinstance(await writer.outcome(writer.update(seen, Patch(title="New"))), Deferred)


async def test_a_removal_is_put_off(espo: Espo, writer: Writer) -> None:
    espo_id = await espo.meeting()
    await espo.fault("DELETE", f"/Meeting/{espo_id}", **NO_BACKEND)
    assert isinstance(await writer.outcome(writer.deletion(espo_id)), Deferred)


async def test_a_sweep_is_put_off_for_seconds(espo: Espo, connector: Connector, sweeper: Sweeper, bus: Bus) -> None:
    await espo.fault("GET", "/Meeting", **NO_BACKEND)
    bus.clear()
    await connector.looks.carry_out(sweep_of(sweeper))
    assert (len(bus.of(LookDeferred)), bus.of(LookRefused)) == (1, [])


async def test_no_guest_is_left_out(espo: Espo, connector: Connector, sweeper: Sweeper, bus: Bus) -> None:
    await espo.meeting(usersIds=[espo.anna, espo.boris])
    await espo.fault("GET", "/User/", **NO_BACKEND)
    bus.clear()
    await connector.looks.carry_out(sweep_of(sweeper))
    assert (bus.of(EspoSeen), bus.of(CursorAdvanced)) == ([], [])
    (seen,) = await sweeper.sweep()
    assert [person.user for person in seen.event.people or ()] == [espo.boris]


async def test_a_firewall_that_dislikes_one_event_keeps_nobody_elses_waiting(
    espo: Espo, writer: Writer, sweeper: Sweeper
) -> None:
    await espo.fault("POST", "/Meeting", **FIREWALL)
    refused = await writer.outcome(writer.creation())
    assert isinstance(refused, Refused)
    assert refused.reason == "something in front of EspoCRM turns the request away"
    fine = await espo.meeting()
    assert [seen.espo_id for seen in await sweeper.sweep()] == [fine]
