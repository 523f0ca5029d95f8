"""A compacted topic is a table that every replica holds whole."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import BaseModel

from broker.wire import MemoryWire, Note, Wire, running, until
from bus.app import StartFailed, make_app
from bus.errors import KafkaFailure
from bus.table import Table

TOPIC = "wide.v1"


@asynccontextmanager
async def replica(wire: Wire, topic: str = TOPIC, *, follows: bool = True) -> AsyncIterator[Table[Note]]:
    """One replica of a service that keeps notes in a table."""
    broker = wire.service()
    table = Table(broker, topic, Note)
    background = (table.follow,) if follows else ()
    async with running(make_app(broker, on_start=(table.open,), background=background, on_stop=(table.close,))):
        yield table


def held(table: Table[Note]) -> dict[str, str]:
    return {key: row.message.text for key, row in table.rows.items()}


async def test_what_was_put_is_there_when_put_returns(wire: Wire) -> None:
    async with replica(wire) as table:
        await table.put("ann", Note(text="one"))
        await table.put("ann", Note(text="two"))
        assert held(table) == {"ann": "two"}


async def test_a_replica_that_begins_later_knows_everything_from_its_start(wire: Wire) -> None:
    async with replica(wire) as table:
        for number in range(20):
            await table.put(f"key {number}", Note(text=str(number)))
    async with replica(wire, follows=False) as later:
        assert held(later) == {f"key {number}": str(number) for number in range(20)}


async def test_an_empty_table_opens(wire: Wire) -> None:
    async with replica(wire, follows=False) as table:
        assert held(table) == {}


async def test_another_replica_sees_what_was_put(wire: Wire) -> None:
    async with replica(wire) as one, replica(wire) as other:
        await one.put("ann", Note(text="one"))
        await until(lambda: held(other) == {"ann": "one"})


async def test_what_was_removed_is_gone_here_and_after_a_restart(wire: Wire) -> None:
    async with replica(wire) as table:
        await table.put("ann", Note(text="one"))
        await table.put("ann", None)
        assert held(table) == {}
    async with replica(wire) as later:
        assert held(later) == {}


async def test_a_row_is_replaced_by_who_saw_it_last(wire: Wire) -> None:
    async with replica(wire) as table:
        await table.put("ann", Note(text="one"))
        assert await table.replace("ann", table.rows["ann"], Note(text="two"))
        assert held(table) == {"ann": "two"}


async def test_a_row_that_is_another_by_now_is_not_replaced(wire: Wire) -> None:
    async with replica(wire) as table:
        await table.put("ann", Note(text="one"))
        old = table.rows["ann"]
        await table.put("ann", Note(text="two"))
        assert not await table.replace("ann", old, Note(text="three"))
        assert held(table) == {"ann": "two"}


@pytest.mark.parametrize("said", [Note(text="somebody's"), None], ids=["written", "removed"])
async def test_what_another_replica_did_at_the_same_time_stands(wire: Wire, said: Note | None) -> None:
    async with replica(wire) as quick:
        await quick.put("ann", Note(text="one"))
        async with replica(wire, follows=False) as slow:
            row = slow.rows["ann"]
            await quick.put("ann", said)
            following = asyncio.create_task(slow.follow())
            assert not await slow.replace("ann", row, Note(text="mine"))
            following.cancel()
        expected = {"ann": said.text} if said else {}
        await until(lambda: held(quick) == expected)
    async with replica(wire) as later:
        assert held(later) == expected


class Other(BaseModel):
    """What is no note."""

    number: int = 0


async def test_a_row_that_cannot_be_read_counts_as_removed(wire: Wire) -> None:
    async with replica(wire) as table:
        await table.put("ann", Note(text="one"))
        await table.put("ben", Note(text="one"))
        await wire.send(TOPIC, Other().model_dump_json().encode(), key="ann")
        await until(lambda: held(table) == {"ben": "one"})


async def test_a_missing_topic_ends_the_start(wire: Wire) -> None:
    with pytest.raises(StartFailed, match=r"missing.*nowhere\.v1"):
        async with replica(wire, "nowhere.v1"):
            raise AssertionError("it started")


async def test_a_write_that_the_cluster_refuses_is_an_error(wire: MemoryWire) -> None:
    async with replica(wire) as table:
        await wire.refuse_next_publish()
        with pytest.raises(KafkaFailure):
            await table.put("ann", Note(text="one"))
        assert held(table) == {}
