"""A message that Kafka will never take holds up nobody else's, is kept, and says so where a user looks."""

from collections.abc import Awaitable, Mapping

import pytest
from aiokafka.errors import MessageSizeTooLargeError

from contracts.outcomes import Refused
from contracts.topics import ESPO_OUTCOMES, OUTLOOK_LOOKS
from contracts.writes import UpdateEspoRecord
from reconciler.handlers.dead_letters import replay
from reconciler.outbox.relay import Relay
from support.links import event
from support.pairs import born_in_outlook, later
from support.reconciling import Reconciling, in_outlook

LONG = event(description="x" * 8_000)


class Bus:
    """Takes what is not too large; says so when it is handed over, as the client does, or later, as the broker does."""

    def __init__(self, *, broker: bool = False, takes: int = 8_000) -> None:
        self.published: list[tuple[str, str, str]] = []
        self._broker = broker
        self._takes = takes

    async def hand_over(
        self, topic: str, key: str | bytes | None, body: bytes | None, headers: Mapping[str, str]
    ) -> Awaitable[None]:
        assert headers["message_id"]
        if not self._broker:
            self._check(body or b"")
        return self._confirmed(topic, str(key), body or b"")

    async def _confirmed(self, topic: str, key: str, body: bytes) -> None:
        self._check(body)
        self.published.append((topic, key, body.decode()))

    def _check(self, body: bytes) -> None:
        if len(body) > self._takes:
            raise MessageSizeTooLargeError


async def too_large_between_two(reconciling: Reconciling) -> UpdateEspoRecord:
    """A write of Ann's that is too large, in the outbox before one of Ben's; give it."""
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    await born_in_outlook(reconciling)
    (write,) = await reconciling.hear(in_outlook("o1", LONG, at=later()))
    assert isinstance(write, UpdateEspoRecord)
    async with reconciling.database.unit() as unit:
        await unit.send_raw("espo.writes.v1", "ann", write.model_dump_json())
        await unit.send_raw(OUTLOOK_LOOKS.name, "ben", "{}")
    return write


async def relayed(reconciling: Reconciling, bus: Bus) -> list[tuple[str, str, str]]:
    async with reconciling.database.pool.acquire() as connection:
        while await Relay(reconciling.database, bus).relay_once(connection):
            pass
    return bus.published


@pytest.mark.parametrize("broker", [False, True], ids=["the client refuses it", "the broker refuses it"])
async def test_the_others_go_out_and_the_write_is_answered_as_refused(reconciling: Reconciling, broker: bool) -> None:
    write = await too_large_between_two(reconciling)
    (_, others_key, _), (topic, key, answer) = await relayed(reconciling, Bus(broker=broker))
    assert (others_key, topic, key) == ("ben", ESPO_OUTCOMES.name, "ann")
    outcome = Refused.model_validate_json(answer)
    assert (outcome.write_id, outcome.link_id, outcome.account) == (write.write_id, write.link_id, "ann")


async def test_its_event_fails_and_says_why_until_it_is_shorter(reconciling: Reconciling) -> None:
    await too_large_between_two(reconciling)
    *_, (_, _, answer) = await relayed(reconciling, Bus())
    assert await reconciling.hear(Refused.model_validate_json(answer)) == []
    row = await reconciling.database.pool.fetchrow("SELECT state, body ->> 'reason' AS reason FROM links")
    assert row is not None
    assert row["state"] == "refused"
    assert "too large to be sent" in row["reason"]
    (write,) = await reconciling.hear(in_outlook("o1", event(description="short"), at=later(9)))
    assert isinstance(write, UpdateEspoRecord)


async def test_it_is_kept_as_a_dead_letter_and_can_be_replayed_once_kafka_takes_more(reconciling: Reconciling) -> None:
    write = await too_large_between_two(reconciling)
    await relayed(reconciling, Bus())
    (letter,) = await reconciling.database.pool.fetch("SELECT id, service, reason, body FROM dead_letters")
    assert (letter["service"], letter["reason"]) == ("reconciler", "Kafka takes no message of this size")
    async with reconciling.database.unit() as unit:
        assert await replay(unit, letter["id"], "olga")
    ((topic, key, body),) = await relayed(reconciling, Bus(takes=1_000_000))
    assert (topic, key, UpdateEspoRecord.model_validate_json(body)) == ("espo.writes.v1", "ann", write)


async def test_what_is_no_write_is_kept_and_answered_to_nobody(reconciling: Reconciling) -> None:
    async with reconciling.database.unit() as unit:
        await unit.send_raw(OUTLOOK_LOOKS.name, "ann", "x" * 9_000)
    assert await relayed(reconciling, Bus()) == []
    assert await reconciling.count("dead_letters") == 1
