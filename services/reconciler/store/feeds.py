"""Feeds: where each stands, and by which names they go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from contracts.model import Instant, Model


class Feed(Model):
    """A feed that is about to be looked at. `place` is the calendar's id, or the entity type."""

    feed: str
    kind: Literal["calendar", "baseline", "entity", "owner", "upcoming", "listing"]
    account: str | None
    place: str
    cursor: str | None
    window_start: Instant | None
    window_end: Instant | None
    look_id: UUID

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Feed":
        """Read a row of the table."""
        return cls(**row)


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A feed that settings ask for. A calendar has a window that its delta is bound to, and a subscription to care for."""

    feed: str
    kind: str
    account: str | None
    place: str
    every_seconds: float
    window_start: datetime | None = None
    window_end: datetime | None = None
    subscribe_at: datetime | None = None


def calendar_feed(account: str, calendar: str) -> str:
    """One calendar of one account."""
    return f"outlook/{account}/{calendar}"


def baseline_feed(account: str, calendar: str) -> str:
    """What one calendar held when the sync began, for an account whose calendar is not read for changes."""
    return f"baseline/{account}/{calendar}"


def entity_feed(entity: str) -> str:
    """The changes of one entity type, of the whole company."""
    return f"espo/{entity}"


def owner_feed(entity: str, account: str) -> str:
    """What one user owned when the sync began."""
    return f"espo/{entity}/{account}"


def online_feed(entity: str, account: str) -> str:
    """What one user owned when Teams meetings began to be made for it, without a push."""
    return f"teams/{entity}/{account}"


def upcoming_feed(entity: str) -> str:
    """The slow check of linked records of the near future."""
    return f"upcoming/{entity}"


def listing_feed(account: str, calendar: str) -> str:
    """The slow check of one calendar of one account for removals that its delta never told."""
    return f"listing/{account}/{calendar}"
