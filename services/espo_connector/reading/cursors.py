"""Where a feed of EspoCRM stands, pure.

`modifiedAt` is exact to the second and set before the transaction commits, so a row can appear behind a cursor that has
passed it. Every sweep therefore reads some seconds again, and once a minute one looks back some minutes, page by page beside the
next sweeps; a cursor remembers what it has seen there, so that what did not change is not published twice. Moments are
EspoCRM's own. Of our clock only the time that has passed counts: what nothing followed through minutes of sweeps is read no more.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

import msgspec
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from times.espo import from_espo, to_espo

OVERLAP = timedelta(seconds=10)
DEEP_OVERLAP = timedelta(minutes=3)
LOOK_BACK_EVERY = timedelta(minutes=1)

PAUSE = timedelta(minutes=1)
"""Whoever has not swept for longer reads the deep overlap at once: what committed late meanwhile was met by no sweep."""

CLOCKS_APART = timedelta(minutes=1)
"""How far the clocks of two replicas may be apart: only what is longer than this has passed for certain."""

MOST_KNOWN = 5_000
"""A cursor travels in every look: after a mass update it forgets the oldest rows, which are then published once more."""

Row = dict[str, Any]


class Lost(ValueError):  # noqa: N818  # a statement about the cursor
    """The cursor cannot be read: the feed starts afresh."""


class Place(NamedTuple):
    """A place in the order of modification: behind this row of this time."""

    modified_at: str
    espo_id: str


class Cursor(BaseModel):
    """What every cursor has in common."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a cursor as it came back in a look. Raises Lost."""
        try:
            return cls.model_validate_json(text)
        except ValidationError:
            raise Lost("the cursor is not one of ours") from None


class SweepCursor(Cursor):
    """Where the sweep of an entity type stands.

    `at` is the highest `modifiedAt` seen, but never later than EspoCRM's own time, "" before the first record exists;
    `moved_at` is our time when it was read. `swept_at` and `looked_back_at` are when the last whole sweep, and looking back,
    began. `back_at` is where looking back goes on, while it is under way. `known`
    holds, by id, the `modifiedAt` and the digest of each row within the deep overlap.
    """

    at: str
    moved_at: datetime | None = None
    swept_at: datetime | None = None
    looked_back_at: datetime | None = None
    back_at: Place | None = None
    known: dict[str, tuple[str, str]] = {}

    @field_validator("at")
    @classmethod
    def _is_a_time(cls, at: str) -> str:
        return to_espo(from_espo(at)) if at else ""

    def since(self, now: datetime) -> str:
        """Tell the `modifiedAt` from which the next sweep reads; "" for everything."""
        paused = self.swept_at is not None and now - self.swept_at > PAUSE
        return _before(self.at, self._left_of(DEEP_OVERLAP if paused else OVERLAP))

    def looks_back(self, now: datetime) -> Place | None:
        """Tell behind which place rows that appeared late are looked for, up to where the sweep itself reads."""
        if self.back_at is None and self.looked_back_at and now - self.looked_back_at < LOOK_BACK_EVERY:
            return None
        start = Place(_before(self.at, self._left_of(DEEP_OVERLAP)), "")
        place = max(start, self.back_at or start)
        return place if place.modified_at < self.since(now) else None

    def _left_of(self, overlap: timedelta) -> timedelta:
        """Tell how much of an overlap is still to be read: each sweep that met nothing newer makes it shorter."""
        swept = self.swept_at - self.moved_at - CLOCKS_APART if self.swept_at and self.moved_at else timedelta()
        return min(overlap, max(timedelta(), overlap - swept))

    def unknown(self, rows: Sequence[Row]) -> list[Row]:
        """Choose the rows that are new, or that differ from what was seen of them."""
        return [row for row in rows if self.known.get(row["id"], ("", ""))[1] != digest(row)]

    def after(self, rows: Sequence[Row], read_at: datetime, told_at: datetime | None = None) -> Self:
        """Stand behind these rows, which EspoCRM gave at `told_at` of its own time, within the same sweep.

        A record of next year, which an import or a wrong clock made, would otherwise hide every edit until then.
        """
        at = max([self.at, *(row["modifiedAt"] for row in rows)])
        at = min(at, to_espo(told_at)) if told_at else at
        moved_at = read_at if at != self.at else self.moved_at
        known = {**self.known, **{row["id"]: (row["modifiedAt"], digest(row)) for row in rows}}
        start = _before(at, DEEP_OVERLAP)
        recent = sorted(((seen, key) for key, seen in known.items() if seen[0] >= start), reverse=True)[:MOST_KNOWN]
        return self.model_copy(update={"at": at, "moved_at": moved_at, "known": {key: seen for seen, key in recent}})

    def looking_back(self, place: Place | None, now: datetime) -> Self:
        """Have looked back, and go on from this place; None once that is over."""
        began = self.looked_back_at if self.back_at else now
        return self.model_copy(update={"back_at": place, "looked_back_at": began})

    def finished(self, now: datetime) -> Self:
        """Stand at the start of the next sweep; this one began then."""
        return self.model_copy(update={"swept_at": now})


class OwnerCursor(Cursor):
    """How far a look at one user's records has come: behind the record `after`, or "" at the start."""

    after: str = ""


def digest(row: Row) -> str:
    """Fingerprint a row, in twelve characters."""
    return hashlib.blake2b(msgspec.json.encode(row, order="sorted"), digest_size=6).hexdigest()


def _before(at: str, overlap: timedelta) -> str:
    return to_espo(from_espo(at) - overlap) if at else ""
