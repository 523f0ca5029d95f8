"""A *write*: a wish to change one side. It names everything needed, so any replica of a connector can carry it out.

A write may arrive twice; its effect must come once. It carries the content that it was decided on, so that an edit made
meanwhile is noticed and not overwritten.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contracts.events import FIELDS, Attendee, Event, EventField, Private, Reply, Span
from contracts.model import Instant, Model


class NewReply(Model):
    """An attendee's answer, to be recorded."""

    address: str
    reply: Reply


class PeopleChange(Model):
    """Who comes and who goes. A difference, not a list, so that people whom the other side does not know are kept."""

    add: tuple[Attendee, ...] = ()
    remove: tuple[str, ...] = ()
    replies: tuple[NewReply, ...] = ()


class Patch(Model):
    """What an update changes. A field that is None stays as it is.

    `owner` is the EspoCRM user whom the record is handed to; it is no field of the event.
    """

    title: str | None = None
    span: Span | None = None
    location: str | None = None
    description: str | None = None
    cancelled: bool | None = None
    people: PeopleChange | None = None
    online: bool | None = None
    join_url: str | None = None
    owner: str | None = None

    @property
    def fields(self) -> tuple[EventField, ...]:
        """The names of the fields that this patch changes."""
        return tuple(name for name in FIELDS if getattr(self, name) is not None)


class Write(Model):
    """What all writes have in common."""

    write_id: UUID
    link_id: UUID
    account: str
    issued_at: Instant


class CreateOutlookEvent(Write):
    """Make an event in a mailbox. `zone` is the IANA zone that its owner sees; `espo` is `Entity/id`, kept as hidden property.

    `private` says what the outcome may tell of the event, should its owner have marked it as private meanwhile (M18).
    """

    kind: Literal["create_outlook_event"] = "create_outlook_event"
    mailbox: str
    calendar: str = ""
    zone: str
    transaction_id: str
    espo: str
    event: Event
    private: Private = Private.SKIP


class UpdateOutlookEvent(Write):
    """Change some fields of an event, if it still has the version that this was decided on. `private`: as above."""

    kind: Literal["update_outlook_event"] = "update_outlook_event"
    mailbox: str
    calendar: str = ""
    zone: str
    outlook_id: str
    version: str
    patch: Patch
    private: Private = Private.SKIP


class DeleteOutlookEvent(Write):
    """Remove an event; Exchange tells its attendees.

    `decided_on` is what it was known to say, as of `modified_at`, in the fields that somebody's edit could be lost of: one
    that has been edited since is not removed. None: it is removed whatever it says. `private`: as above.
    """

    kind: Literal["delete_outlook_event"] = "delete_outlook_event"
    mailbox: str
    calendar: str = ""
    outlook_id: str
    decided_on: Event | None = None
    modified_at: Instant | None = None
    private: Private = Private.SKIP


class AnswerInvitation(Write):
    """Give a guest's answer in the guest's own mailbox, where the meeting is found by its global id.

    `account` is the guest's. `tell_organizer`: Exchange sends the answer, without which the organizer does not see it.
    """

    kind: Literal["answer_invitation"] = "answer_invitation"
    mailbox: str
    ical_uid: str
    reply: Reply
    tell_organizer: bool = True


OutlookWrite = Annotated[
    CreateOutlookEvent | UpdateOutlookEvent | DeleteOutlookEvent | AnswerInvitation,
    Field(discriminator="kind"),
]


class CreateEspoRecord(Write):
    """Make a record for its owner: `account`, or the organizer where an attendee is marked so and is a user of EspoCRM.

    EspoCRM refuses no second creation, so a record that may exist already is looked for first: by `key`, what the record
    is to bear in a field of ours where its entity type has that field, else by what it looks like. `again`: an earlier
    attempt went unanswered. `not_these` are records that look the same but belong to another event.
    """

    kind: Literal["create_espo_record"] = "create_espo_record"
    entity: str
    event: Event
    key: str = ""
    again: bool = False
    not_these: tuple[str, ...] = ()


class UpdateEspoRecord(Write):
    """Change some fields of a record, if those fields still are as in `decided_on` and the record has this `version`.

    "" is the version from an older writer. A record that has another by now may say the same in these fields because
    this very write was carried out, and undone by somebody.
    """

    kind: Literal["update_espo_record"] = "update_espo_record"
    entity: str
    espo_id: str
    decided_on: Event
    version: str = ""
    patch: Patch


class DeleteEspoRecord(Write):
    """Remove a record. `erase`: take its content out first, because EspoCRM keeps removed records for its administrators."""

    kind: Literal["delete_espo_record"] = "delete_espo_record"
    entity: str
    espo_id: str
    erase: bool = False


EspoWrite = Annotated[CreateEspoRecord | UpdateEspoRecord | DeleteEspoRecord, Field(discriminator="kind")]
