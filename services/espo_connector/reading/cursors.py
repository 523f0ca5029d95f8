"""Where a feed of EspoCRM stands, pure.

`modifiedAt` is exact to the second and set before the transaction commits, so a row can appear behind a cursor that has
passed it. Every sweep therefore reads some seconds again, and one in thirty some minutes, and a cursor remembers what it
has seen there: what did not change is not published twice. All times are EspoCRM's own; our clock has no part in it.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Self

import msgspec
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from times.espo import from_espo, to_espo

OVERLAP = timedelta(seconds=10)
DEEP_OVERLAP = timedelta(minutes=3)
DEEP_EVERY = 30
"""At a sweep every two seconds this is once a minute."""

MOST_KNOWN = 5_000
"""A cursor travels in every look: after a mass update it forgets the oldest rows, which are then published once more."""

Row = dict[str, Any]


class Lost(ValueError):  # noqa: N818  # a statement about the cursor
    """The cursor cannot be read: the feed starts afresh."""


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

    `at` is the highest `modifiedAt` seen, "" before the first record exists. `sweeps` counts the finished ones. `known`
    holds, by id, the `modifiedAt` and the digest of each row within the deep overlap.
    """

    at: str
    sweeps: int = 1
    known: dict[str, tuple[str, str]] = {}

    @field_validator("at")
    @classmethod
    def _is_a_time(cls, at: str) -> str:
        return to_espo(from_espo(at)) if at else ""

    @property
    def since(self) -> str:
        """The `modifiedAt` from which the next sweep reads; "" for everything."""
        deep = self.sweeps % DEEP_EVERY == 0
        return _before(self.at, DEEP_OVERLAP if deep else OVERLAP)

    def unknown(self, rows: Sequence[Row]) -> list[Row]:
        """Choose the rows that are new, or that differ from what was seen of them."""
        return [row for row in rows if self.known.get(row["id"], ("", ""))[1] != digest(row)]

    def after(self, rows: Sequence[Row]) -> Self:
        """Stand behind these rows, within the same sweep."""
        if not rows:
            return self
        at = max(self.at, *(row["modifiedAt"] for row in rows))
        known = {**self.known, **{row["id"]: (row["modifiedAt"], digest(row)) for row in rows}}
        start = _before(at, DEEP_OVERLAP)
        recent = sorted(((seen, key) for key, seen in known.items() if seen[0] >= start), reverse=True)[:MOST_KNOWN]
        return self.model_copy(update={"at": at, "known": {key: seen for seen, key in recent}})

    def finished(self) -> Self:
        """Stand at the start of the next sweep."""
        return self.model_copy(update={"sweeps": self.sweeps + 1})


class OwnerCursor(Cursor):
    """How far a look at one user's records has come: behind the record `after`, or "" at the start."""

    after: str = ""


def digest(row: Row) -> str:
    """Fingerprint a row, in twelve characters."""
    return hashlib.blake2b(msgspec.json.encode(row, order="sorted"), digest_size=6).hexdigest()


def _before(at: str, overlap: timedelta) -> str:
    return to_espo(from_espo(at) - overlap) if at else ""
