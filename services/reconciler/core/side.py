"""One *side* of a link: what is known of an event in Outlook or of its record in EspoCRM, and of the writes to it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.events import Event, EventField
from contracts.model import Instant, Model
from contracts.writes import Patch

SideName = Literal["outlook", "espo"]

FLIGHT_TIMEOUT = timedelta(minutes=5)
"""A write whose outcome is not known after this long is sent again; at the edges that is harmless."""

_A_SECOND = timedelta(seconds=1)
"""EspoCRM's `modifiedAt` is cut to the second (espocrm-live, section 1)."""

_REMEMBERED = 3
"""So many unanswered updates of one side are told apart from edits, beside the last: an outage in which somebody goes on."""


def other(side: SideName) -> SideName:
    """The side across."""
    return "espo" if side == "outlook" else "outlook"


class Presence(StrEnum):
    """Whether an event is there on a side: never made yet, there, or there once and confirmed as gone."""

    ABSENT = "absent"
    PRESENT = "present"
    GONE = "gone"


class Verb(StrEnum):
    """What a write does."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Flight(Model):
    """A write under way: what it does, and the content of the other side that it was decided on.

    `wished` is the whole event that a creation asked for, `key` what its record is to bear, `patch` what an update did.
    `since` is when the source changed, as the source tells it: the write's latency counts from there.
    `refused`: the side refused this creation. An earlier attempt may have been carried out all the same, and what it made may
    only not be told, because it is private by then; but as it is the words that may be at fault, others are tried next.
    """

    write_id: UUID
    verb: Verb
    fields: tuple[EventField, ...]
    source: Event | None
    wished: Event | None = None
    key: str = ""
    patch: Patch | None = None
    issued_at: Instant
    since: Instant | None = None
    refused: bool = False

    def latency(self, finished_at: datetime, began_at: datetime | None) -> timedelta | None:
        """How long it took since the source changed.

        None where nobody knows, and for what changed before the account's sync began: it waited for that.
        """
        if self.since is None or began_at is None or self.since < began_at - _A_SECOND:
            return None
        return max(timedelta(), finished_at - self.since)


class Side(Model):
    """What is known of one side.

    `edited_at`: when the fields that are not agreed on were edited, at the latest: a side dates only the event as a whole.
    `changed_by`: the name of whoever changed it last, where that side tells. `read_at`: nothing in `seen` is older than this
    moment of our clock. `relook_at`: when it is to be read again, because what was read last is in doubt. `asked`: a write
    whose answer never came, which may have been carried out all the same. A creation is asked for again in the same words, or
    what it made could not be recognised. `asked_before`: writes of other words before that one, whose answers never came either.
    `removed_by_us`: it is gone because the other side was removed, and nobody removed it here.
    """

    presence: Presence = Presence.ABSENT
    id: str | None = None
    version: str = ""
    modified_at: Instant | None = None
    edited_at: dict[EventField, Instant] = Field(default_factory=dict)
    changed_by: str = ""
    read_at: Instant | None = None
    seen: Event | None = None
    agreed: Event | None = None
    flight: Flight | None = None
    asked: Flight | None = None
    asked_before: tuple[Flight, ...] = ()
    rest_until: Instant | None = None
    attempts: int = 0
    refused: str | None = None
    refused_at: Instant | None = None
    relook_at: Instant | None = None
    removed_by_us: bool = False

    def edited(self, field: EventField) -> Instant | None:
        """When this field was edited, at the latest: what has been changed since is another field."""
        return self.edited_at.get(field, self.modified_at)

    @property
    def content(self) -> Event:
        """What a present side holds. Raises ValueError where it has never been seen."""
        if self.seen is None:
            raise ValueError("a present side must have been seen")
        return self.seen

    @property
    def busy(self) -> bool:
        """No write may be wished for now: one is under way, or the side asked to be left alone for a while."""
        return self.flight is not None or self.rest_until is not None

    @property
    def creation(self) -> Flight | None:
        """The creation that is under way, or that was and of which nobody knows for sure what came of it."""
        flight = self.flight or self.asked
        return flight if flight is not None and flight.verb is Verb.CREATE else None

    @property
    def unanswered(self) -> tuple[Flight, ...]:
        """Every write that may have been carried out without an answer, the latest last."""
        return (*self.asked_before, self.asked) if self.asked else self.asked_before

    def without_answer(self) -> "Side":
        """The side once no answer is expected to the write under way; of a creation, the first attempt is remembered."""
        ended = self.flight
        if ended is None or ended.verb is Verb.DELETE or (self.creation and self.asked and not self.asked.refused):
            return self.model_copy(update={"flight": None})
        words = (ended.patch, ended.wished)
        others = tuple(flight for flight in self.unanswered if (flight.patch, flight.wished) != words)
        return self.model_copy(update={"flight": None, "asked": ended, "asked_before": others[-_REMEMBERED:]})
