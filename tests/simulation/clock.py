"""One time for everything: Python's clock, the simulators' and PostgreSQL's `now()` stand still until they are moved.

PostgreSQL finds `now()` and `random()` in a schema of ours before its own: its SQL is given the moment and the chance that
the life has drawn. Timers of the event loop go on in real time; nothing that happens in a life waits for one.
"""

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import time_machine

BEGINNING = datetime(2026, 3, 2, 9, tzinfo=UTC)

SCHEMA = """
CREATE SCHEMA clock;
CREATE TABLE clock.shown (moment timestamptz NOT NULL, chance float8 NOT NULL);
INSERT INTO clock.shown VALUES ('2026-03-02 09:00+00', 0.5);
CREATE FUNCTION clock.now() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT moment FROM clock.shown';
CREATE FUNCTION clock.random() RETURNS float8 STABLE LANGUAGE sql AS 'SELECT chance FROM clock.shown';
ALTER ROLE postgres SET search_path = public, clock, pg_catalog;
"""


class Clock:
    """Moves the one time, always forward."""

    def __init__(self, rng: Random, moved: time_machine.Traveller) -> None:
        self._rng = rng
        self._moved = moved

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass, to the microsecond: PostgreSQL has no finer ones."""
        self._moved.shift(round(seconds, 6))

    def between(self, low: float, high: float) -> None:
        """Let some time pass."""
        self.advance(self._rng.uniform(low, high))

    async def show(self, connection: Any) -> None:
        """Tell PostgreSQL."""
        await connection.execute(
            "UPDATE clock.shown SET moment = $1, chance = $2", datetime.now(UTC), self._rng.random()
        )


@contextmanager
def from_seed(rng: Random) -> Iterator[Clock]:
    """Have time and chance come from a seed within a `with` block, for the whole process."""
    chance = SimpleNamespace(urandom=Random(rng.random()).randbytes)
    random.seed(rng.random())
    with (
        patch.object(uuid, "os", chance),  # all that `uuid4` asks the machine for
        time_machine.travel(BEGINNING, tick=False) as moved,
    ):
        yield Clock(rng, moved)
