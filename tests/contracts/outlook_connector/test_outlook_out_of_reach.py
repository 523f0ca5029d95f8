"""No token, one mailbox that is throttled, one write that can never succeed: said in words, and nobody else is held up."""

from uuid import uuid4

import pytest

from bus.consuming.delivery import Delivery
from contracts.changes import EventLookDeferred, LookDeferred, SubscriptionFailed
from contracts.looks import KeepSubscription, LookAtEvent
from contracts.outcomes import Deferred, Done, Refused
from contracts.writes import OutlookWrite, Patch
from outlook_connector.looks import Looks
from outlook_connector.writes import Writes
from sandbox.graph.config import TENANT_ID
from support.outlook import ACCOUNT, ANN, BOB, FEED, Bus, Person, Simulator, answer, change, creation, look, removal

TOKEN = "oauth2/v2.0/token"


def delivered(write: OutlookWrite) -> Delivery[OutlookWrite]:
    return Delivery(write, "outlook.writes.v1", 0, 0, write.account, str(uuid4()), str(uuid4()))


async def refuse_tokens(simulator: Simulator, error: str = "invalid_client") -> None:
    await simulator.fault(method="POST", path=TOKEN, times=None, status=401, body={"error": error})


@pytest.mark.scenario("O-01")
@pytest.mark.parametrize("deed", ["create", "update", "remove", "answer"])
async def test_without_a_token_no_write_reaches_graph_and_each_says_why(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator, deed: str
) -> None:
    event = await ann.creates()
    await refuse_tokens(simulator)
    wishes: dict[str, OutlookWrite] = {
        "create": creation(),
        "update": change(event, Patch(title="New")),
        "remove": removal(event["id"]),
        "answer": answer(event["iCalUId"]),
    }

    await writes.carry_out(wishes[deed])

    [outcome] = bus.of(Deferred)
    assert "credentials" in outcome.reason
    assert await simulator.requests() == []


@pytest.mark.scenario("O-01")
async def test_without_a_token_no_look_reaches_graph_and_each_says_why(
    looks: Looks, bus: Bus, simulator: Simulator
) -> None:
    await refuse_tokens(simulator)

    await looks.carry_out(look())
    await looks.carry_out(LookAtEvent(account=ACCOUNT, mailbox=ANN, outlook_id="any"))
    await looks.carry_out(KeepSubscription(feed=FEED, account=ACCOUNT, mailbox=ANN))

    assert [type(answer) for answer in bus.messages] == [LookDeferred, EventLookDeferred, SubscriptionFailed]
    assert all("credentials" in answer.reason for answer in bus.messages)
    assert await simulator.requests() == []


@pytest.mark.scenario("O-10")
@pytest.mark.parametrize("cause", ["unauthorized_client", "consent_required", "interaction_required"])
async def test_what_blocks_the_sign_in_is_named(looks: Looks, bus: Bus, simulator: Simulator, cause: str) -> None:
    await refuse_tokens(simulator, cause)

    await looks.carry_out(look())

    assert cause in bus.of(LookDeferred)[0].reason


@pytest.mark.scenario("O-02", "O-03")
async def test_an_expired_token_is_renewed_once_at_the_tenants_own_door(
    writes: Writes, bus: Bus, simulator: Simulator
) -> None:
    await writes.carry_out(creation())
    await simulator.post("tokens/revoke", access=True)
    await simulator.forget_requests()

    await writes.carry_out(creation(espo="Meeting/other"))

    assert len(bus.of(Done)) == 2
    asked = (await simulator.http.get("/_control/requests")).json()
    assert [one["path"] for one in asked if TOKEN in one["path"]] == [f"/{TENANT_ID}/{TOKEN}"]
    assert [one["status"] for one in asked if one["path"].endswith("/events")] == [401, 201]


@pytest.mark.scenario("Q-05")
async def test_a_throttled_mailbox_does_not_hold_up_another(
    writes: Writes, bus: Bus, bob: Person, simulator: Simulator
) -> None:
    await simulator.fault(method="POST", path="ann.*/events$", status=429, headers={"Retry-After": "300"})
    throttled, free = creation(), creation(mailbox=BOB, espo="Meeting/other")

    await writes.carry_out_all([delivered(throttled), delivered(free)])

    assert {one.write_id: one.kind for one in bus.messages} == {throttled.write_id: "deferred", free.write_id: "done"}
    assert len(await bob.lists()) == 1


@pytest.mark.scenario("Q-12")
async def test_a_write_that_graph_will_never_take_is_refused_and_the_others_are_carried_out(
    writes: Writes, bus: Bus, ann: Person, simulator: Simulator
) -> None:
    event = await ann.creates()
    await simulator.fault(
        method="PATCH", path="/events/", times=None, status=400, body={"error": {"code": "ErrorInvalidRequest"}}
    )
    poison, sound = change(event, Patch(title="Poison")), creation()

    await writes.carry_out_all([delivered(poison), delivered(sound)])

    assert [one.reason for one in bus.of(Refused)] == ["Microsoft finds the request wrong (400 ErrorInvalidRequest)"]
    assert [one.write_id for one in bus.of(Done)] == [sound.write_id]
