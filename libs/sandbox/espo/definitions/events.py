"""Meeting, Call and custom entity types of type Event, as each release defines them.

Sources: `entityDefs` of the releases by way of `GET Metadata`, and the attributes of recorded answers.
"""

from sandbox.espo.definitions.field import NAME_PATTERN, Entity, Field, words
from sandbox.espo.releases import Release

PARENTS = ("Account", "Lead", "Contact", "Opportunity", "Case")
STATUSES = ("Planned", "Held", "Not Held")
ATTENDEES = ("users", "contacts", "leads")
LOCATION_LENGTH = 255
_LINKED = {
    "users": "User",
    "contacts": "Contact",
    "leads": "Lead",
}
_TRACE = words("createdById createdByName modifiedById modifiedByName assignedUserId assignedUserName")
_FOLLOWING = words("isFollowed followersIds followersNames")
_SELECTED = words("parentName createdById assignedUserId")
_INTERNAL = {
    "index": True,
    "utility": True,
    "duplicateIgnore": True,
    "layoutAvailabilityList": [],
    "massUpdateDisabled": True,
    "importDisabled": True,
    "exportDisabled": True,
    "textFilterDisabled": True,
    "customizationDisabled": True,
}
"""What keeps a field to programs: nobody meets it in a layout, a filter, an import, an export, a mass update or a copy."""
_DATE_ATTRIBUTES = words("dateStart dateEnd dateStartDate dateEndDate")


def meeting(
    release: Release, custom: tuple[Field, ...], *, services: tuple[str, ...], join_url_writable: bool
) -> Entity:
    """Define Meeting. `services` are the online locations that extensions offer."""
    own = "status dateStart dateEnd isAllDay duration reminders description uid joinUrl"
    online = (
        (Field("externalService", "enum", options=services, read_only_after_create=True),)
        if release.offers_online_services
        else ()
    )
    fields = (
        _name(),
        _status(),
        Field("dateStart", "datetimeOptional", required=True, audited=True),
        Field("dateEnd", "datetimeOptional"),
        Field("isAllDay", "bool", default=False),
        Field("duration", "int"),
        Field("reminders", "json"),
        Field("description", "text"),
        _parent(PARENTS),
        Field("account", "link", foreign="Account", read_only=True),
        Field("uid", "varchar", read_only=True),
        Field("joinUrl", "url", max_length=320, nulled=True, read_only=not join_url_writable),
        *online,
        *_attendees(),
        *_trace(assignee_required=True),
        *custom,
    )
    read = words(f"id name deleted {own}") + (("externalService",) if online else ()) + words("createdAt modifiedAt")
    read += tuple(each.name for each in custom) + words("dateStartDate dateEndDate streamUpdatedAt parentId parentType")
    read += words("parentName accountId accountName") + _attendee_attributes() + _TRACE + words("teamsIds teamsNames")
    read += _FOLLOWING
    return Entity(
        name="Meeting",
        fields=fields,
        read=read,
        loaded=frozenset(("reminders", *_attendee_attributes(), "teamsIds", "teamsNames", *_FOLLOWING)),
        order=("dateStart", "desc"),
        order_attributes={"dateStart": _DATE_ATTRIBUTES},
        after_select=_SELECTED,
        hidden=frozenset(("uid",)),
        is_event=True,
        streams=True,
        default_duration=3600,
    )


def call(custom: tuple[Field, ...]) -> Entity:
    """Define Call: never all-day, an end is required, no stream."""
    fields = (
        _name(),
        _status(),
        Field("dateStart", "datetime", required=True, audited=True),
        Field("dateEnd", "datetime", required=True),
        Field("duration", "int"),
        Field("reminders", "json"),
        Field("direction", "enum", options=("Outbound", "Inbound"), default="Outbound"),
        Field("description", "text"),
        _parent(PARENTS),
        Field("account", "link", foreign="Account", read_only=True),
        Field("uid", "varchar", read_only=True),
        *_attendees(),
        *_trace(assignee_required=True),
        *custom,
    )
    read = words("id name deleted status dateStart dateEnd duration reminders direction description uid createdAt")
    read += words("modifiedAt phoneNumbersMap") + tuple(each.name for each in custom)
    read += words("parentId parentType parentName accountId accountName") + _attendee_attributes() + _TRACE
    read += words("teamsIds teamsNames")
    return Entity(
        name="Call",
        fields=fields,
        read=read,
        loaded=frozenset(("reminders", "phoneNumbersMap", *_attendee_attributes(), "teamsIds", "teamsNames")),
        order=("dateStart", "desc"),
        order_attributes={"dateStart": words("dateStart dateEnd")},
        after_select=_SELECTED,
        hidden=frozenset(("uid",)),
        is_event=True,
        default_duration=300,
    )


def custom_event(name: str, custom: tuple[Field, ...]) -> Entity:
    """Define an entity type that an administrator made with type Event: no attendees, no uid, assignee optional."""
    fields = (
        _name(),
        _status(),
        Field("dateStart", "datetimeOptional", required=True, audited=True),
        Field("dateEnd", "datetimeOptional"),
        Field("isAllDay", "bool", default=False),
        Field("duration", "int"),
        Field("description", "text"),
        Field("reminders", "json"),
        _parent(("Account", "Lead", "Contact")),
        *_trace(assignee_required=False),
        *custom,
    )
    read = words(
        "id name deleted status dateStart dateEnd isAllDay duration description reminders createdAt modifiedAt"
    )
    read += tuple(each.name for each in custom) + words("dateStartDate dateEndDate streamUpdatedAt")
    read += words("parentId parentType parentName") + _TRACE + words("teamsIds teamsNames") + _FOLLOWING
    return Entity(
        name=name,
        fields=fields,
        read=read,
        loaded=frozenset(("reminders", "teamsIds", "teamsNames", *_FOLLOWING)),
        order=("dateStart", "desc"),
        order_attributes={"dateStart": _DATE_ATTRIBUTES},
        after_select=_SELECTED,
        is_event=True,
        is_custom=True,
        streams=True,
        default_duration=300,
    )


def location(name: str) -> Field:
    """Define the varchar field that calendar integrations look for."""
    return Field(name, "varchar", max_length=LOCATION_LENGTH, custom=True)


def event_key(name: str) -> Field:
    """Define the varchar field in which a connector keeps of what it made a record."""
    return Field(name, "varchar", max_length=36, custom=True, told=_INTERNAL)


def _name() -> Field:
    return Field("name", "varchar", required=True, max_length=255, pattern=NAME_PATTERN)


def _status() -> Field:
    return Field("status", "enum", options=STATUSES, default="Planned", audited=True)


def _parent(types: tuple[str, ...]) -> Field:
    return Field("parent", "linkParent", foreign_types=types)


def _attendees() -> tuple[Field, ...]:
    return tuple(
        Field(link, "linkMultiple", foreign=foreign, columns=True, audited=True) for link, foreign in _LINKED.items()
    )


def _attendee_attributes() -> tuple[str, ...]:
    return tuple(f"{link}{part}" for link in ATTENDEES for part in ("Ids", "Names", "Columns"))


def _trace(*, assignee_required: bool) -> tuple[Field, ...]:
    return (
        Field("createdAt", "datetime", read_only=True),
        Field("modifiedAt", "datetime", read_only=True),
        Field("createdBy", "link", foreign="User", read_only=True),
        Field("modifiedBy", "link", foreign="User", read_only=True),
        Field("assignedUser", "link", foreign="User", required=assignee_required),
        Field("teams", "linkMultiple", foreign="Team"),
    )
