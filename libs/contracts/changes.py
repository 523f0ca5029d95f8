"""A *change*: a connector's observation of a side. It carries the whole event, so a lost or repeated one does no harm."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contracts.events import Event, Reply
from contracts.model import Instant, Model


class OutlookSeen(Model):
    """An event as it stands in one mailbox.

    `version` is the etag, `modified_at` Graph's lastModifiedDateTime; `read_at` is the connector's time just before it
    asked, so nothing in here is older than that. `calendar` is "" for the mailbox's default calendar.
    `transaction_id` is the one we created the event with, if we did. `busy_only`: it is private, and nothing but its time
    is told: its title is `BUSY_TITLE`, its organizer is nobody. Of a guest's copy, `reply` is what the mailbox's owner
    answered; with `guests_hidden` its people are the organizer and that guest alone, whoever else was invited.
    """

    kind: Literal["outlook_seen"] = "outlook_seen"
    account: str
    calendar: str = ""
    outlook_id: str
    version: str
    modified_at: Instant
    read_at: Instant
    ical_uid: str | None = None
    transaction_id: str | None = None
    organizer: str | None = None
    is_organizer: bool = True
    busy_only: bool = False
    reply: Reply = Reply.NONE
    guests_hidden: bool = False
    event: Event


class OutlookGone(Model):
    """An event that is no longer there. Unconfirmed: a tombstone of a delta, which may mean that it only left the window."""

    kind: Literal["outlook_gone"] = "outlook_gone"
    account: str
    calendar: str = ""
    outlook_id: str
    confirmed: bool
    read_at: Instant


class OutlookSkipped(Model):
    """An event that is not synced, and why. Carries no content: it may be private.

    `category`: it bears none of the categories that the settings name. `too_long`: see `contracts.size`. `modified_at` and
    `read_at` are as in `OutlookSeen`; an older writer does not tell them.
    """

    kind: Literal["outlook_skipped"] = "outlook_skipped"
    account: str
    calendar: str = ""
    outlook_id: str
    reason: Literal["recurring", "private", "category", "draft", "unreadable", "too_long"]
    detail: str = ""
    modified_at: Instant | None = None
    read_at: Instant | None = None


class CalendarListed(Model):
    """Which events a calendar held inside a window at `read_at`, by their ids. What is missing may have been moved or removed."""

    kind: Literal["calendar_listed"] = "calendar_listed"
    feed: str
    look_id: UUID
    account: str
    calendar: str = ""
    window_start: Instant
    window_end: Instant
    read_at: Instant
    outlook_ids: tuple[str, ...]


class EventLookDeferred(Model):
    """One event could not be read now: throttled, or Graph is down. To be tried again at `until`."""

    kind: Literal["event_look_deferred"] = "event_look_deferred"
    account: str
    outlook_id: str
    until: Instant
    reason: str


class SubscriptionKept(Model):
    """Graph will notify us of this calendar until `expires_at`."""

    kind: Literal["subscription_kept"] = "subscription_kept"
    feed: str
    account: str
    subscription_id: str
    expires_at: Instant


class SubscriptionFailed(Model):
    """Graph would not subscribe us: the calendar is polled until it does."""

    kind: Literal["subscription_failed"] = "subscription_failed"
    feed: str
    account: str
    reason: str


class GrantGiven(Model):
    """Somebody consented: an account may act in this mailbox from now on.

    `mailbox` is the user principal name, `addresses` are all addresses of the mailbox in lower case, `owner` is the
    object id in Microsoft's directory, which stays the same when the mailbox gets another name.
    """

    kind: Literal["grant_given"] = "grant_given"
    account: str
    mailbox: str
    addresses: tuple[str, ...]
    owner: str


class GrantLost(Model):
    """An account may not act in its mailbox any more until somebody consents anew. `reason` is in words, for its user."""

    kind: Literal["grant_lost"] = "grant_lost"
    account: str
    reason: str


class EspoSeen(Model):
    """A record as it stands in EspoCRM. `version` is `modifiedAt` as EspoCRM wrote it, exact to the second only.

    `account` is the id of the assigned user, "" for a record assigned to nobody. `created_by_us`: made by our own API user.
    `changed_by` is the name of whoever changed it last, "" where that was our own API user. `key` is what a creation of ours
    wrote into the field for it, "" without one.
    """

    kind: Literal["espo_seen"] = "espo_seen"
    account: str
    entity: str
    espo_id: str
    version: str
    modified_at: Instant
    read_at: Instant
    created_by_us: bool = False
    changed_by: str = ""
    key: str = ""
    event: Event


class EspoGone(Model):
    """A record that is no longer there. Unconfirmed: a webhook said so. Confirmed: a read answered 404."""

    kind: Literal["espo_gone"] = "espo_gone"
    account: str = ""
    entity: str
    espo_id: str
    confirmed: bool
    read_at: Instant


class EspoSkipped(Model):
    """A record that cannot be synced as it stands, and why. Carries no content."""

    kind: Literal["espo_skipped"] = "espo_skipped"
    account: str
    entity: str
    espo_id: str
    reason: Literal["no_start", "unreadable", "too_long"]
    detail: str = ""


class RecordsLookDeferred(Model):
    """Records could not be read now: EspoCRM is down, or turns us away. To be tried again at `until`."""

    kind: Literal["records_look_deferred"] = "records_look_deferred"
    account: str = ""
    entity: str
    espo_ids: tuple[str, ...]
    until: Instant
    reason: str


class CursorAdvanced(Model):
    """A look has been carried out whole; its changes were published before this."""

    kind: Literal["cursor_advanced"] = "cursor_advanced"
    feed: str
    look_id: UUID
    cursor: str
    changes: int = 0
    more: bool = False


class CursorLost(Model):
    """The feed does not know this cursor any more (Graph: 410 SyncStateNotFound). The next look starts afresh."""

    kind: Literal["cursor_lost"] = "cursor_lost"
    feed: str
    look_id: UUID


class LookDeferred(Model):
    """A look that could not be carried out now: throttled, or the side is down. The cursor stays."""

    kind: Literal["look_deferred"] = "look_deferred"
    feed: str
    look_id: UUID
    until: Instant
    reason: str


class LookRefused(Model):
    """A look that will not succeed until somebody mends something: no such mailbox, no rights. In words."""

    kind: Literal["look_refused"] = "look_refused"
    feed: str
    look_id: UUID
    reason: str


LookAnswer = CursorAdvanced | CursorLost | LookDeferred | LookRefused

OutlookChange = Annotated[
    OutlookSeen
    | OutlookGone
    | OutlookSkipped
    | CalendarListed
    | EventLookDeferred
    | SubscriptionKept
    | SubscriptionFailed
    | GrantGiven
    | GrantLost
    | LookAnswer,
    Field(discriminator="kind"),
]
EspoChange = Annotated[
    EspoSeen | EspoGone | EspoSkipped | RecordsLookDeferred | LookAnswer, Field(discriminator="kind")
]
