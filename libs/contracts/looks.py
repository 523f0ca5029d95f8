"""A *look*: the reconciler's wish that a connector reads a feed from its cursor, or reads single items again.

A look carries all that is needed, so any replica of a connector can carry it out. A *feed* is named by the reconciler
(`outlook/<account>/<calendar>`, `espo/<entity>`, `espo/<entity>/<account>`), and its cursor is the connector's own affair.
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contracts.events import Private
from contracts.model import Instant, Model


class LookAtCalendar(Model):
    """Read one calendar's delta. Without a cursor: everything inside the window, as a baseline.

    `private` says what is told of private events (M18). `categories`: only events that bear one of them are told, unless
    we made them; empty: all.
    """

    kind: Literal["look_at_calendar"] = "look_at_calendar"
    feed: str
    look_id: UUID
    account: str
    mailbox: str
    calendar: str = ""
    cursor: str | None = None
    window_start: Instant
    window_end: Instant
    private: Private = Private.SKIP
    categories: tuple[str, ...] = ()


class LookAtEvent(Model):
    """Read one Outlook event: it may be gone, or what is known of it is in doubt. `private`, `categories`: as above."""

    kind: Literal["look_at_event"] = "look_at_event"
    account: str
    mailbox: str
    calendar: str = ""
    outlook_id: str
    private: Private = Private.SKIP
    categories: tuple[str, ...] = ()


class ListCalendar(Model):
    """Name the events that one calendar holds inside a window: for removals that its delta never told."""

    kind: Literal["list_calendar"] = "list_calendar"
    feed: str
    look_id: UUID
    account: str
    mailbox: str
    calendar: str = ""
    window_start: Instant
    window_end: Instant


class KeepSubscription(Model):
    """Have Graph notify us of changes in this calendar: renew the subscription, or make one."""

    kind: Literal["keep_subscription"] = "keep_subscription"
    feed: str
    account: str
    mailbox: str
    calendar: str = ""
    subscription_id: str | None = None


OutlookLook = Annotated[LookAtCalendar | LookAtEvent | ListCalendar | KeepSubscription, Field(discriminator="kind")]


class SweepEntity(Model):
    """Read what changed in one entity type, of the whole company. Without a cursor: from now on."""

    kind: Literal["sweep_entity"] = "sweep_entity"
    feed: str
    look_id: UUID
    entity: str
    cursor: str | None = None


class LookAtOwner(Model):
    """Read one user's records that end on or after `since` (in the user's zone), page by page."""

    kind: Literal["look_at_owner"] = "look_at_owner"
    feed: str
    look_id: UUID
    account: str
    entity: str
    since: date
    cursor: str | None = None


class LookAtRecords(Model):
    """Read these records again. What is not there any more is confirmed as gone.

    `account` is whose they are, and then an answer comes even where they cannot be read now; "" for those of many.
    """

    kind: Literal["look_at_records"] = "look_at_records"
    account: str = ""
    entity: str
    espo_ids: tuple[str, ...]


EspoLook = Annotated[SweepEntity | LookAtOwner | LookAtRecords, Field(discriminator="kind")]
