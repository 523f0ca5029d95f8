"""Removing events from Outlook: what is gone already is removed."""

from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel

from bus.consuming.delivery import Delivery
from contracts.outcomes import Deferred, Done, Outcome, Refused
from contracts.writes import OutlookWrite
from graph.asking.client import GraphClient
from outlook_connector.echoes import Echoes
from outlook_connector.metrics import Metrics
from outlook_connector.writes import Writes
from support.outlook import Bus, Person, Simulator, creation, removal

EVENT = r"/events/[^/]+$"


async def test_a_removal_removes(writes: Writes, bus: Bus, ann: Person) -> None:
    event = await ann.creates()

    await writes.carry_out(removal(event["id"]))

    assert [(one.kind, one.stored) for one in bus.messages] == [("done", None)]
    assert await ann.lists() == []


async def test_a_removal_of_what_is_gone_is_done(writes: Writes, bus: Bus, ann: Person) -> None:
    event = await ann.creates()
    await ann.deletes(event["id"])

    await writes.carry_out(removal(event["id"]))

    assert len(bus.of(Done)) == 1


async def test_a_removal_whose_answer_was_lost_is_settled_by_reading(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    event = await ann.creates()
    await simulator.fault(method="DELETE", path=EVENT, drop="after")

    await writes.carry_out(removal(event["id"]))

    assert len(bus.of(Done)) == 1


async def test_a_removal_that_never_arrived_is_deferred(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    event = await ann.creates()
    await simulator.fault(method="DELETE", path=EVENT, drop="before")

    await writes.carry_out(removal(event["id"]))

    assert len(bus.of(Deferred)) == 1
    assert len(await ann.lists()) == 1


@pytest.mark.scenario("D-10")
@pytest.mark.parametrize("status", [403, 410])
async def test_whatever_graph_calls_a_removed_meeting_it_counts_as_removed(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator, status: int
) -> None:
    event = await ann.creates()
    await ann.deletes(event["id"])
    await simulator.fault(method="DELETE", path=EVENT, status=status)

    await writes.carry_out(removal(event["id"]))

    assert len(bus.of(Done)) == 1


async def test_a_removal_that_is_not_allowed_is_refused(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    event = await ann.creates()
    await simulator.fault(method="DELETE", path=EVENT, status=403)

    await writes.carry_out(removal(event["id"]))

    assert len(bus.of(Refused)) == 1
    assert len(await ann.lists()) == 1


def delivered(write: OutlookWrite) -> Delivery[OutlookWrite]:
    return Delivery(write, "outlook.writes.v1", 0, 0, write.account, str(uuid4()), str(uuid4()))


@pytest.mark.scenario("Q-04")
async def test_writes_to_one_mailbox_go_four_at_a_time_and_no_more(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    await simulator.post("latency", ms=20)

    await writes.carry_out_all([delivered(creation(espo=f"Meeting/{number}")) for number in range(12)])

    assert len(bus.of(Done)) == 12
    assert {one["status"] for one in await simulator.requests()} == {201}
    await simulator.post("latency", ms=0)
    assert len(await ann.lists()) == 12


async def test_writes_of_one_link_keep_their_order(writes: Writes, bus: Bus) -> None:
    first = creation()
    second = creation(link_id=first.link_id, transaction_id=first.transaction_id, espo=first.espo)

    await writes.carry_out_all([delivered(first), delivered(second)])

    assert [one.write_id for one in bus.messages] == [first.write_id, second.write_id]


class DeafTo(Bus):
    """A broker that does not take one certain message."""

    def __init__(self, unwanted: UUID) -> None:
        super().__init__()
        self.unwanted = unwanted

    async def publish(self, topic: str, key: str, message: BaseModel) -> None:
        if isinstance(message, Outcome) and message.write_id == self.unwanted:
            raise ConnectionError("the broker is away")
        await super().publish(topic, key, message)


async def test_a_write_whose_outcome_cannot_be_published_stops_no_other(graph: GraphClient, metrics: Metrics) -> None:
    broken, sound = creation(), creation(espo="Meeting/other")
    bus = DeafTo(broken.write_id)

    with pytest.raises(ConnectionError):
        await Writes(graph, Echoes(), bus, metrics).carry_out_all([delivered(broken), delivered(sound)])

    assert [one.write_id for one in bus.of(Done)] == [sound.write_id]
