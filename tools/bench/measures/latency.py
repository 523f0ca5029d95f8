"""From a person's change on one side to its being visible on the other, at a steady rate, hop by hop.

The broker's own time of each message says when a hop was over, so nothing is measured that was not there anyway.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.topics import (
    ESPO_CHANGES,
    ESPO_OUTCOMES,
    ESPO_WRITES,
    OUTLOOK_CHANGES,
    OUTLOOK_OUTCOMES,
    OUTLOOK_WRITES,
    Topic,
)
from tools.bench.crowd import Crowd, Person
from tools.bench.rows import Row, Target, percentile
from tools.bench.sides import Sides
from tools.bench.tap import Heard, marks, since
from tools.bench.timing import done, milliseconds
from tools.bench.whole import API_MS, Whole, titles

_PEOPLE = 20
_STATED_RATE = 50
"""The rate for which there are targets."""


@dataclass(frozen=True, slots=True)
class Way:
    """One direction: how a person makes an event, what counts what is visible, the topics between, answers needed, targets."""

    name: str
    create: Callable[[Crowd, Person, str], Awaitable[str]]
    visible: Callable[[Sides], Awaitable[int]]
    changes: Topic
    writes: Topic
    outcomes: Topic
    round_trips: int
    p50: float
    p99: float


TO_ESPO = Way(
    "Outlook to EspoCRM",
    Crowd.create_in_outlook,
    Sides.meetings,
    OUTLOOK_CHANGES,
    ESPO_WRITES,
    ESPO_OUTCOMES,
    round_trips=3,
    p50=0.5,
    p99=1.5,
)
"""Read the delta, look for what a lost answer may have made, create."""

TO_OUTLOOK = Way(
    "EspoCRM to Outlook",
    Crowd.create_in_espo,
    Sides.events,
    ESPO_CHANGES,
    OUTLOOK_WRITES,
    OUTLOOK_OUTCOMES,
    round_trips=2,
    p50=1.5,
    p99=3,
)
"""Read the record, create."""


async def latency(whole: Whole, way: Way, rate: int) -> list[Row]:
    """Make new events at a steady rate for some seconds, each of a person in turn, and follow every one of them."""
    people = await whole.connected(min(_PEOPLE, max(1, rate)))
    wanted = titles("latency", max(1, round(rate * whole.form.load_seconds)))
    await whole.crowd.latency(API_MS)
    kafka, topics = whole.system.addresses.kafka, [way.changes, way.writes, way.outcomes]
    there, begin = await way.visible(whole.sides), await marks(kafka, topics)
    made: dict[str, float] = {}
    await load(whole.crowd, way, people, wanted, rate=rate, made=made)
    await whole.sides.reaches(way.visible, there + len(made))
    await whole.quiet()
    trips = trips_of(made, way, await since(kafka, begin))
    if len(trips) < len(made):
        raise RuntimeError(f"{len(made) - len(trips)} of {len(made)} could not be followed from end to end")
    return _rows(way, rate, trips)


async def load(
    crowd: Crowd, way: Way, people: Sequence[Person], wanted: Sequence[str], *, rate: float, made: dict[str, float]
) -> None:
    """Make each event at its moment, whatever became of those before; note when each was there, by title."""
    began = time.perf_counter()

    async def make(place: int, title: str) -> None:
        await asyncio.sleep(began + place / rate - time.perf_counter())
        await way.create(crowd, people[place % len(people)], title)
        made[title] = time.time()

    making = [asyncio.create_task(make(place, title)) for place, title in enumerate(wanted)]
    try:
        await asyncio.gather(*making)
    finally:
        for task in making:  # where one has failed, the others must not disturb the next measure
            task.cancel()
        await asyncio.gather(*making, return_exceptions=True)


def pace(moments: Collection[float]) -> float:
    """How many a second were made at these moments: whoever makes them may be slower than asked. 0 of fewer than two."""
    return (len(moments) - 1) / (max(moments) - min(moments)) if len(moments) > 1 else 0


@dataclass(frozen=True, slots=True)
class Trip:
    """One event's way: moments at which it was there, read, decided on, and visible on the other side."""

    made: float
    changed: float
    decided: float
    visible: float

    @property
    def whole(self) -> float:
        """How many seconds it took, all in all."""
        return self.visible - self.made


def trips_of(made: dict[str, float], way: Way, heard: Sequence[Heard]) -> list[Trip]:
    """Follow what was made, by title, through what was heard on the bus; what did not come to its end is left out."""
    changed: dict[str, float] = {}
    decided: dict[str, tuple[str, float]] = {}
    visible: dict[str, float] = {}
    for one in heard:
        message = one.message
        title = (message.get("event") or {}).get("title", "")
        if one.topic == way.changes.name:
            changed.setdefault(title, one.at)
        elif one.topic == way.writes.name:
            decided.setdefault(title, (message["link_id"], one.at))
        elif done(one):
            visible.setdefault(message["link_id"], datetime.fromisoformat(message["finished_at"]).timestamp())
    return [
        Trip(moment, changed[title], decided[title][1], visible[decided[title][0]])
        for title, moment in made.items()
        if title in changed and title in decided and decided[title][0] in visible
    ]


def _rows(way: Way, rate: int, trips: Sequence[Trip]) -> list[Row]:
    seconds = [trip.whole for trip in trips]
    floor = way.round_trips * API_MS / 1000
    hops = {
        "noticed and read": [trip.changed - trip.made for trip in trips],
        "decided": [trip.decided - trip.changed for trip in trips],
        "written": [trip.visible - trip.decided for trip in trips],
    }
    name = f"{way.name}, {rate} changes/s"
    stated = rate == _STATED_RATE
    told = "; ".join(f"{hop} {milliseconds(values)}" for hop, values in hops.items())
    reached = pace([trip.made for trip in trips])
    of = f"{len(trips)} events, made at {reached:,.0f} a second; floor {floor * 1000:.0f} ms in {way.round_trips} answers"
    return [
        Row(f"{name}: p50", percentile(seconds, 0.5), "s", Target(way.p50, "less") if stated else None, note=of),
        Row(f"{name}: p95", percentile(seconds, 0.95), "s"),
        Row(f"{name}: p99", percentile(seconds, 0.99), "s", Target(way.p99, "less") if stated else None, note=told),
    ]
