"""People at work: new events on both sides in turn, at a steady rate, of everybody."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tools.bench.crowd import Person
from tools.bench.measures.latency import TO_ESPO, TO_OUTLOOK, Trip, Way, load, pace, trips_of
from tools.bench.tap import Heard
from tools.bench.whole import Company, titles
from tools.load.watch import Watch

WAYS = (TO_ESPO, TO_OUTLOOK)
TOPICS = tuple(topic for way in WAYS for topic in (way.changes, way.writes, way.outcomes))


@dataclass(frozen=True, slots=True)
class Made:
    """What was made on one side, by title, and when (seconds since 1970)."""

    way: Way
    moments: dict[str, float]

    def trips(self, heard: Sequence[Heard]) -> list[Trip]:
        """Follow it to the other side."""
        return trips_of(self.moments, self.way, heard)


async def work(company: Company, people: Sequence[Person], count: int, rate: float, watch: Watch) -> list[Made]:
    """Have so many events made, half of them on each side, at this rate a second; return when the last one is made."""
    wanted, made = titles("load", count), [Made(way, {}) for way in WAYS]
    watch.made += [one.moments for one in made]
    await asyncio.gather(
        *(
            load(company.crowd, one.way, people, wanted[place :: len(WAYS)], rate=rate / len(WAYS), made=one.moments)
            for place, one in enumerate(made)
        )
    )
    return made


def made_a_second(made: Sequence[Made]) -> float:
    """How many changes a second that came to, on both sides together."""
    return pace([moment for one in made for moment in one.moments.values()])
