"""An *event*: a calendar entry in neutral form, neither Graph's nor EspoCRM's."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, StringConstraints, field_validator, model_validator

from contracts.model import Instant, Model


class Timed(Model):
    """A span between two instants. The zone that people see belongs to the account, not to the event."""

    kind: Literal["timed"] = "timed"
    start: Instant
    end: Instant


class AllDay(Model):
    """A span of whole days, as dates: `first` and `last` both belong to it.

    Never converted between zones: a holiday is on the same date for everyone.
    """

    kind: Literal["all_day"] = "all_day"
    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("an all-day span cannot end before its first day")
        return self

    @classmethod
    def until(cls, first: date, end: date) -> "AllDay":
        """Read a span whose `end` is exclusive, as Outlook writes it; a span of no length is one day."""
        return cls(first=first, last=max(first, end - timedelta(days=1)) if end > first else first)

    @property
    def end(self) -> date:
        """The day after the last one, as Outlook wants it."""
        return self.last + timedelta(days=1)


Span = Annotated[Timed | AllDay, Field(discriminator="kind")]


class Reply(StrEnum):
    """What an attendee answered."""

    NONE = "none"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


class PersonKind(StrEnum):
    """What EspoCRM knows a person as."""

    USER = "user"
    CONTACT = "contact"
    LEAD = "lead"


Address = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True)]
"""An address of a mailbox, in lower case."""


class Attendee(Model):
    """A person who takes part, the owner excepted.

    `address` is the one the side uses, in lower case; `aliases` are the person's other addresses where EspoCRM knows them.
    `kind` is None where only Outlook knows the person. `resource` marks a room or equipment, which is nobody in EspoCRM.
    `user` is the id of the EspoCRM user that the person is known to be, `mailbox` the address of that user's connected
    mailbox; both are "" for anybody else. `organizer` marks who organizes a meeting of which only a guest's copy was seen.
    `proposed` is another time that the person asked for, which changes nothing by itself.
    """

    address: Address
    name: str = ""
    reply: Reply = Reply.NONE
    kind: PersonKind | None = None
    aliases: tuple[Address, ...] = ()
    resource: bool = False
    user: str = ""
    mailbox: str = ""
    organizer: bool = False
    proposed: Span | None = None

    @field_validator("aliases")
    @classmethod
    def _sorted(cls, aliases: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(aliases))) if aliases else aliases

    @property
    def addresses(self) -> frozenset[str]:
        """Every address that means this person."""
        return frozenset((self.address, *self.aliases))


class Private(StrEnum):
    """What is taken of an Outlook event whose owner marked it as private: nothing, its time, or all of it (M18)."""

    SKIP = "skip"
    BUSY = "busy"
    FULL = "full"


BUSY_TITLE = "Busy"
"""What a private event is called where only its time may be known."""


class Event(Model):
    r"""A calendar entry. A field that is None is one that this side cannot store: it is never compared and never written.

    `people` never contains the owner, who is the EspoCRM assignee and the Outlook organizer.
    `description` is plain text with `\n` line ends. `online`: it is a Teams meeting, or in EspoCRM: it should be one.
    `join_url` is where people join it, "" without one.
    """

    title: str
    span: Span
    location: str | None = None
    description: str | None = None
    people: tuple[Attendee, ...] | None = None
    cancelled: bool | None = None
    online: bool | None = None
    join_url: str | None = None

    def as_busy_time(self) -> "Event":
        """The same event as somebody may see it who may only know when its owner is busy (M18)."""
        return Event(title=BUSY_TITLE, span=self.span, cancelled=self.cancelled)


EventField = Literal["title", "span", "location", "description", "people", "cancelled", "online", "join_url"]
FIELDS: tuple[EventField, ...] = get_args(EventField)
"""What is merged, each on its own (rule M29)."""
