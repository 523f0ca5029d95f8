"""What Graph says, as msgspec structs of just the properties that we read (Graph v1.0 CSDL, `microsoft.graph.event` and kin).

Lenient on purpose: unknown properties are ignored, enumerations stay strings, and all that Graph may leave out has a
default. Graph adds members at any time, and an SDK that turns them into None loses data silently.
"""

from msgspec import Raw, Struct, field


class DateTimeTimeZone(Struct, frozen=True, rename="camel"):
    """A wall-clock time without an offset, and its zone."""

    date_time: str
    time_zone: str | None = None


class Body(Struct, frozen=True, rename="camel"):
    """An event's text; `content_type` is `html` or `text`."""

    content_type: str | None = None
    content: str | None = None


class EmailAddress(Struct, frozen=True):
    """A name and an address; Exchange may know either without the other."""

    name: str | None = None
    address: str | None = None


class Recipient(Struct, frozen=True, rename="camel"):
    """Somebody, by address."""

    email_address: EmailAddress | None = None


class ResponseStatus(Struct, frozen=True):
    """What somebody answered: none, organizer, tentativelyAccepted, accepted, declined, notResponded."""

    response: str | None = None


class TimeSlot(Struct, frozen=True):
    """From when to when, as a guest proposes it."""

    start: DateTimeTimeZone | None = None
    end: DateTimeTimeZone | None = None


class GraphAttendee(Struct, frozen=True, rename="camel"):
    """Somebody who is invited; `type` is required, optional or resource."""

    type: str | None = None
    status: ResponseStatus | None = None
    email_address: EmailAddress | None = None
    proposed_new_time: TimeSlot | None = None


class Location(Struct, frozen=True, rename="camel"):
    """A place, of which only the name is synced."""

    display_name: str | None = None


class JoinInfo(Struct, frozen=True, rename="camel"):
    """How to join an event that is a Teams meeting. Exchange may fill it in some seconds after the event was made."""

    join_url: str | None = None


class Removed(Struct, frozen=True):
    """The mark of a tombstone in a delta."""

    reason: str | None = None


class GraphEvent(Struct, frozen=True, rename="camel"):
    """An event as Graph tells it. A tombstone has `removed`; an occurrence in a delta has little more than its times."""

    id: str
    etag: str | None = field(default=None, name="@odata.etag")
    removed: Removed | None = field(default=None, name="@removed")
    ical_uid: str | None = field(default=None, name="iCalUId")
    type: str | None = None
    series_master_id: str | None = None
    transaction_id: str | None = None
    last_modified_date_time: str | None = None
    subject: str | None = None
    body: Body | None = None
    start: DateTimeTimeZone | None = None
    end: DateTimeTimeZone | None = None
    is_all_day: bool | None = None
    is_cancelled: bool | None = None
    is_draft: bool | None = None
    is_online_meeting: bool | None = None
    online_meeting: JoinInfo | None = None
    is_organizer: bool | None = None
    response_status: ResponseStatus | None = None
    response_requested: bool | None = None
    hide_attendees: bool | None = None
    sensitivity: str | None = None
    categories: tuple[str, ...] | None = None
    location: Location | None = None
    attendees: tuple[GraphAttendee, ...] | None = None
    organizer: Recipient | None = None


class Identity(Struct, frozen=True):
    """The one thing to know of an item that cannot be read."""

    id: str = ""


class Page(Struct, frozen=True):
    """A page of items, each still raw so that one bad item spoils nothing but itself.

    Exactly one of the links is there while a delta goes on; a plain list ends without any.
    """

    value: tuple[Raw, ...] = ()
    next_link: str | None = field(default=None, name="@odata.nextLink")
    delta_link: str | None = field(default=None, name="@odata.deltaLink")


class Calendar(Struct, frozen=True, rename="camel"):
    """What a calendar may be used for: by which providers its events can be online meetings."""

    allowed_online_meeting_providers: tuple[str, ...] = ()


class OnlineMeeting(Struct, frozen=True, rename="camel"):
    """A Teams meeting that stands on its own, apart from calendars. Times are ISO 8601 in UTC."""

    id: str
    join_web_url: str | None = None
    subject: str | None = None
    start_date_time: str | None = None
    end_date_time: str | None = None


class Subscription(Struct, frozen=True, rename="camel"):
    """A wish to be notified, as Graph keeps it. `expiration_date_time` is ISO 8601 in UTC."""

    id: str
    resource: str
    expiration_date_time: str
    notification_url: str | None = None
    lifecycle_notification_url: str | None = None


class Subscriptions(Struct, frozen=True):
    """A page of our application's subscriptions."""

    value: tuple[Subscription, ...] = ()
    next_link: str | None = field(default=None, name="@odata.nextLink")


class ErrorDetail(Struct, frozen=True):
    """Why not. Only `code` is made to be read by programs."""

    code: str = ""
    existing_event_id: str | None = field(default=None, name="@event.existingEventId")


class ErrorAnswer(Struct, frozen=True):
    """The body of every refusal (Graph documentation, "Error responses and resource types")."""

    error: ErrorDetail = ErrorDetail()


class Touched(Struct, frozen=True):
    """Which item a notification is about: only in what version it is."""

    etag: str | None = field(default=None, name="@odata.etag")


class Notification(Struct, frozen=True, rename="camel"):
    """A subscription speaks: something changed, or, with `lifecycle_event`, something is wrong with itself.

    `change_type` is created, updated or deleted.
    """

    subscription_id: str
    client_state: str | None = None
    change_type: str | None = None
    resource_data: Touched | None = None
    lifecycle_event: str | None = None


class Notifications(Struct, frozen=True):
    """What Graph posts to our door; several at once."""

    value: tuple[Notification, ...]
