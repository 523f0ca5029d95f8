"""Where a page of events ends, as an opaque word that the next request brings back.

A page begins after a row, not after a number of rows: so a page stays quick however far down it is, and an event that
comes or goes meanwhile makes no other appear twice or not at all.
"""

import base64
import json
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, TypeAdapter


@dataclass(frozen=True, slots=True)
class EventPlace:
    """After this link, among the events by their start."""

    starts: str
    link: UUID


@dataclass(frozen=True, slots=True)
class SkipPlace:
    """After this one, among the events that are not synced, by the time when that was last seen."""

    at: datetime
    side: str
    item: str


Place = EventPlace | SkipPlace

FIRST_EVENT = EventPlace("~", UUID(int=2**128 - 1))
"""Before all events: the sign sorts after every digit."""

FIRST_SKIP = SkipPlace(datetime.max.replace(tzinfo=UTC), "~", "~")


_Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""What PostgreSQL can compare."""

_PARTS: TypeAdapter[tuple[str, UUID] | tuple[datetime, str, str]] = TypeAdapter(
    tuple[_Text, UUID] | tuple[AwareDatetime, _Text, _Text]
)
_OF_EVENT = 2


def written(place: Place) -> str:
    """A place as a word for a URL."""
    return base64.urlsafe_b64encode(json.dumps([str(part) for part in astuple(place)]).encode()).decode()


def read(word: str) -> Place:
    """The place that a word stands for. Raises ValueError for any other word."""
    parts = _PARTS.validate_json(base64.b64decode(word, altchars=b"-_", validate=True))
    return EventPlace(*parts) if len(parts) == _OF_EVENT else SkipPlace(*parts)
