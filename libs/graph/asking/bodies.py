"""What we say to Graph, as msgspec structs: only properties that are writable, and of those only what is meant to change.

What is UNSET is not sent. That is not thrift: Exchange mails the guests according to what a request contains.
"""

from msgspec import UNSET, Struct, UnsetType, field

from graph.asking.answers import DateTimeTimeZone, Location

TEAMS = "teamsForBusiness"
"""Teams as an `onlineMeetingProvider`."""


class NewBody(Struct, frozen=True, rename="camel"):
    """A text. HTML, because Exchange appends an ugly meeting invitation to plain text."""

    content: str
    content_type: str = "html"


class Invitee(Struct, frozen=True, rename="camel"):
    """Somebody to invite, without a status: that belongs to the server."""

    email_address: "InviteeAddress"
    type: str = "required"


class InviteeAddress(Struct, frozen=True):
    """Where an invitation goes. A name of None is left for Exchange to fill in."""

    address: str
    name: str | UnsetType = UNSET


class HiddenProperty(Struct, frozen=True):
    """A single-value extended property: stored with the event, shown to nobody."""

    id: str
    value: str


class EventBody(Struct, frozen=True, rename="camel", omit_defaults=True):
    """The writable part of an event that we use, for a create or, in part, for an update."""

    subject: str | UnsetType = UNSET
    body: NewBody | UnsetType = UNSET
    start: DateTimeTimeZone | UnsetType = UNSET
    end: DateTimeTimeZone | UnsetType = UNSET
    is_all_day: bool | UnsetType = UNSET
    location: Location | UnsetType = UNSET
    attendees: tuple[Invitee, ...] | UnsetType = UNSET
    is_online_meeting: bool | UnsetType = UNSET
    online_meeting_provider: str | UnsetType = UNSET
    transaction_id: str | UnsetType = UNSET
    hidden: tuple[HiddenProperty, ...] | UnsetType = field(default=UNSET, name="singleValueExtendedProperties")


class AnswerBody(Struct, frozen=True, rename="camel"):
    """A guest's answer; `send_response` has Exchange tell the organizer, with a mail."""

    send_response: bool


class MeetingBody(Struct, frozen=True, rename="camel", omit_defaults=True):
    """The part of a meeting of its own that we write. Times are ISO 8601 in UTC, and go together or not at all."""

    subject: str
    start_date_time: str
    end_date_time: str
    external_id: str | UnsetType = UNSET


class NewSubscription(Struct, frozen=True, rename="camel"):
    """A wish to be notified of changes of `resource` until `expiration_date_time` (ISO 8601, UTC)."""

    change_type: str
    notification_url: str
    lifecycle_notification_url: str
    resource: str
    expiration_date_time: str
    client_state: str


class Renewal(Struct, frozen=True, rename="camel"):
    """A later end for a subscription (ISO 8601, UTC)."""

    expiration_date_time: str
