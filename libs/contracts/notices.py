"""A *notice*: "something changed there", from a side's own push. A hint to look, never a source of content."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.model import Instant, Model


class CalendarTouched(Model):
    """Graph notified us of a change in a calendar."""

    kind: Literal["calendar_touched"] = "calendar_touched"
    feed: str
    account: str
    received_at: Instant


class SubscriptionEnded(Model):
    """Graph said that a subscription is about to end or has ended, or that notifications were missed."""

    kind: Literal["subscription_ended"] = "subscription_ended"
    feed: str
    account: str
    lifecycle: Literal["missed", "subscriptionRemoved", "reauthorizationRequired"]
    received_at: Instant


OutlookNotice = Annotated[CalendarTouched | SubscriptionEnded, Field(discriminator="kind")]


class RecordTouched(Model):
    """EspoCRM's webhook spoke of a record."""

    kind: Literal["record_touched"] = "record_touched"
    entity: str
    espo_id: str
    what: Literal["create", "update", "delete"]
    received_at: Instant


EspoNotice = RecordTouched
