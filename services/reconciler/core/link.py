"""A *link*: the pairing of an EspoCRM record with an Outlook event, and all that is remembered of both.

Each side is compared with its own past. `agreed` is what a side held when both sides last agreed, in that side's own
wording; so what a side rewrites while storing (Outlook's HTML, EspoCRM's characters, a label in front of the subject)
is never mistaken for somebody's edit.
"""

from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import Field

from contracts.events import Attendee, EventField, Reply, Span
from contracts.model import Instant, Model
from contracts.writes import Patch
from reconciler.core.side import FLIGHT_TIMEOUT, Flight, Side, SideName

Apart = tuple[tuple[SideName, EventField], ...]

_TRANSACTIONS = uuid5(NAMESPACE_URL, "urn:tandem:transaction")
_KEYS = uuid5(NAMESPACE_URL, "urn:tandem:key")


@lru_cache(maxsize=4096)
def _transaction_id(link_id: UUID, epoch: int) -> str:
    return str(uuid5(_TRANSACTIONS, f"{link_id}/{epoch}"))


@lru_cache(maxsize=4096)
def key_of(account: str, outlook_id: str) -> str:
    """The key of a record that is made of this event, as a UUID: anybody who sees the event knows it, so a backup cannot lose it.

    Of Graph's immutable id, which no other event ever has: copies of one event may have the same iCalUId.
    """
    return str(uuid5(_KEYS, f"{account}/{outlook_id}"))


class State(StrEnum):
    """Where a link stands, in the words that users see."""

    IN_SYNC = "in sync"
    PENDING = "pending"
    REFUSED = "refused"
    HELD = "held"
    DETACHED = "detached"
    ENDED = "ended"


class Word(StrEnum):
    """What somebody said of a removal that was held (M32)."""

    NONE = ""
    APPROVED = "approved"
    REFUSED = "refused"


class Hidden(StrEnum):
    """Why an event that is in Outlook is not told.

    Its owner marked it as private (M18), it lost its category, it has become a series (M17), or its owner had all erased
    that was pulled.
    """

    NO = ""
    PRIVATE = "private"
    CATEGORY = "category"
    RECURRING = "recurring"
    ERASED = "erased"


class Meeting(Model):
    """A Teams meeting of the record's own, for a record that has no event in Outlook to be one (M27).

    `title` and `span` are as Teams last had them. `told` is the link that EspoCRM was last given, so that each is
    given once.
    """

    id: str | None = None
    join_url: str = ""
    title: str = ""
    span: Span | None = None
    told: str = ""
    flight: Flight | None = None
    rest_until: Instant | None = None
    attempts: int = 0
    refused: str | None = None

    @property
    def busy(self) -> bool:
        """No request may be wished for now: one is under way, or Teams asked to be left alone for a while."""
        return self.flight is not None or self.rest_until is not None


class Answer(Model):
    """A guest's answer that was given in EspoCRM and is to be given in the guest's own mailbox. `user` is the guest's account."""

    user: str
    reply: Reply
    flight: Flight | None = None
    rest_until: Instant | None = None
    attempts: int = 0


class Restore(Model):
    """A value that somebody wants back on a side after it lost a conflict, until it is written there."""

    side: SideName
    patch: Patch
    flight: Flight | None = None
    rest_until: Instant | None = None
    attempts: int = 0


class Spending(Model):
    """How much of the write budget is used up, and since when."""

    since: Instant | None = None
    writes: int = 0


class Link(Model):
    """One event, both sides. `epoch` counts the times that it was to be made in Outlook anew.

    `moved_away`: the record has another owner now, whose own link took it over; what is left here is to be removed.
    `not_these`: records that look like this event but belong to others, or showed too much of it once.
    `removal`: what was said of its held removal.
    `guest`: somebody outside organizes it; what is in this mailbox is a guest's copy, which nothing is written to.
    `owner`: in whose name the record stands, where that is not the account; `to_hand_over`: it is to be the account's.
    `members`: colleagues who have a copy without being on the list, because a group was invited. `answers` wait to be given.
    `restores` are values that somebody wants back, and that are not written yet.
    `in_line`: the sides whose writes wait for their turn, because many events of the account are being written.
    `over`: when it was last decided on, it had ended on both sides.
    `hidden`: why nothing of Outlook's event may be told. `busy_only`: of a private event, only the time may be known.
    `exposed`: the record says more of a private event than it may, and is to be removed.
    `ours`: the one side that it has was made by us, for a link that is not known any more; `born_with` is the key that it
    was made with, if it is a record.
    `apart`: in which fields the sides say different things, because a change may not cross, each with the side that changed it.
    `offline`: why the event is no Teams meeting although one was asked for. `awaited` counts the reads that found no join
    link yet.
    """

    id: UUID
    account: str
    origin: SideName
    entity: str
    calendar: str = ""
    ical_uid: str | None = None
    epoch: int = 0
    outlook: Side = Field(default_factory=Side)  # a default value would be copied deeply for every link
    espo: Side = Field(default_factory=Side)
    state: State = State.PENDING
    reason: str = ""
    moved_away: bool = False
    not_these: tuple[str, ...] = ()
    removal: Word = Word.NONE
    guest: bool = False
    owner: str = ""
    to_hand_over: bool = False
    members: tuple[Attendee, ...] = ()
    answers: tuple[Answer, ...] = ()
    restores: tuple[Restore, ...] = ()
    hidden: Hidden = Hidden.NO
    busy_only: bool = False
    exposed: bool = False
    spending: Spending = Spending()
    in_line: tuple[SideName, ...] = ()
    over: bool = False
    ours: bool = False
    born_with: str = ""
    meeting: Meeting = Meeting()
    apart: Apart = ()
    offline: str = ""
    awaited: int = 0

    def side(self, name: SideName) -> Side:
        """The side of that name."""
        return self.outlook if name == "outlook" else self.espo

    def with_side(self, name: SideName, side: Side) -> "Link":
        """The same link with one side replaced."""
        return self.model_copy(update={name: side})

    @property
    def transaction_id(self) -> str:
        """The idempotency key of making this event in Outlook: the same for every attempt, another after a removal."""
        return _transaction_id(self.id, self.epoch)

    @property
    def key(self) -> str:
        """What tells its record from any other: of one that was asked for, what was asked; "" where nothing does."""
        if self.espo.creation is not None:
            return self.espo.creation.key
        return self.born_with or (key_of(self.account, self.outlook.id) if self.outlook.id else "")

    @property
    def due_at(self) -> datetime | None:
        """When this link wants to be looked at again although nothing arrives."""
        parts = self._parts
        rests = (part.rest_until for part in parts if part.rest_until)
        relooks = (side.relook_at for side in (self.outlook, self.espo) if side.relook_at)
        overdue = (part.flight.issued_at + FLIGHT_TIMEOUT for part in parts if part.flight)
        return min((*rests, *relooks, *overdue), default=None)

    @property
    def flights(self) -> int:
        """How many writes are under way."""
        return sum(part.flight is not None for part in self._parts)

    @property
    def _parts(self) -> tuple[Side | Meeting | Answer | Restore, ...]:
        return (self.outlook, self.espo, self.meeting, *self.answers, *self.restores)
