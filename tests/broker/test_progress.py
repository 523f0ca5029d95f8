from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError

from bus.telling.progress import STALLED_SECONDS, Lag, Progress

PLACE = TopicPartition("notes.v1", 0)


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Consumer:
    """A consumer that stands somewhere on one partition."""

    end: int | None
    at: int

    def assignment(self) -> set[TopicPartition]:
        return {PLACE}

    def highwater(self, _: TopicPartition) -> int | None:
        return self.end

    async def position(self, _: TopicPartition) -> int:
        if self.at < 0:
            raise IllegalStateError(PLACE)
        return self.at


@dataclass
class Member:
    consumer: Consumer | None
    running: bool = True
    tasks: list[SimpleNamespace] = field(default_factory=lambda: [SimpleNamespace(done=lambda: False)])


@pytest.fixture
def clock() -> Clock:
    return Clock()


def watching(clock: Clock, consumer: Consumer | None) -> Progress:
    progress = Progress(clock)
    progress.add_group("g")
    progress.add_member("g", Member(consumer))
    return progress


async def stalled_after(progress: Progress, clock: Clock, seconds: float) -> list[Lag]:
    await progress.stalled()
    clock.now += seconds
    return await progress.stalled()


async def test_messages_that_wait_too_long_without_any_handed_out_are_a_stall(clock: Clock) -> None:
    progress = watching(clock, Consumer(end=7, at=4))
    assert await stalled_after(progress, clock, STALLED_SECONDS + 1) == [Lag("g", "notes.v1", 0, 3)]


async def test_a_consumer_that_is_behind_for_a_short_while_is_well(clock: Clock) -> None:
    assert await stalled_after(watching(clock, Consumer(end=7, at=4)), clock, STALLED_SECONDS - 1) == []


async def test_an_attempt_counts_as_getting_on_even_if_it_fails(clock: Clock) -> None:
    progress = watching(clock, Consumer(end=7, at=4))
    await progress.stalled()
    clock.now += STALLED_SECONDS - 1
    progress.note("g", [SimpleNamespace(topic="notes.v1", partition=0)])
    clock.now += STALLED_SECONDS - 1
    assert await progress.stalled() == []


async def test_a_consumer_with_nothing_to_do_never_stalls(clock: Clock) -> None:
    assert await stalled_after(watching(clock, Consumer(end=7, at=7)), clock, STALLED_SECONDS * 10) == []


@pytest.mark.parametrize("consumer", [None, Consumer(end=None, at=0), Consumer(end=7, at=-1)])
async def test_what_is_not_known_yet_is_not_measured(clock: Clock, consumer: Consumer | None) -> None:
    assert await watching(clock, consumer).lags() == []
