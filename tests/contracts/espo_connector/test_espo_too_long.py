"""Records that say more than can travel: EspoCRM sets no limit to a text, and Kafka takes no message over 1 MB."""

import pytest

from contracts.changes import EspoSkipped
from contracts.outcomes import Done, Refused
from contracts.size import LONGEST, TOO_LONG
from contracts.writes import Patch
from support.espo import Bus, Espo, Sweeper, Writer


@pytest.mark.parametrize("letter", ["x", "\N{SNOWMAN}"])
async def test_a_record_that_is_too_long_for_the_bus_is_skipped_and_stops_nobody(
    espo: Espo, sweeper: Sweeper, bus: Bus, letter: str
) -> None:
    long = await espo.meeting(description=letter * (LONGEST // len(letter.encode())))
    readable = await espo.meeting()
    assert [seen.espo_id for seen in await sweeper.sweep()] == [readable]
    skipped = bus.one(EspoSkipped)
    assert (skipped.account, skipped.espo_id, skipped.reason) == (espo.anna, long, "too_long")
    assert skipped.detail == TOO_LONG


async def test_a_record_that_became_too_long_meanwhile_refuses_its_write_in_words(
    espo: Espo, sweeper: Sweeper, writer: Writer
) -> None:
    espo_id = await espo.meeting()
    (seen,) = await sweeper.sweep()
    await espo.ask("PUT", f"Meeting/{espo_id}", {"description": "x" * 1_100_000})
    outcome = await writer.outcome(writer.update(seen, Patch(title="Renamed")))
    assert isinstance(outcome, Refused)
    assert outcome.reason == TOO_LONG


async def test_a_record_that_was_made_at_the_limit_is_answered_as_done(writer: Writer) -> None:
    outcome = await writer.outcome(writer.creation(writer.event(description="x" * LONGEST)))
    assert isinstance(outcome, Done)
