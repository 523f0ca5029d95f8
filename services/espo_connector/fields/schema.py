"""What EspoCRM's entity types can store, pure.

Calls know no whole days, custom Event types no attendees, and a location exists only where an administrator added the
field. All of that, and the names of the statuses, is in EspoCRM's metadata, so nothing about a type is written into code.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from contracts.events import PersonKind

LINKS: dict[PersonKind, str] = {
    PersonKind.USER: "users",
    PersonKind.CONTACT: "contacts",
    PersonKind.LEAD: "leads",
}
"""The links that hold attendees, in the order in which an address is looked for (rule M19)."""

PERSON_ENTITIES: dict[PersonKind, str] = {
    PersonKind.USER: "User",
    PersonKind.CONTACT: "Contact",
    PersonKind.LEAD: "Lead",
}

ACCESS_SCOPE = "OutlookCalendar"
"""The scope by which an administrator grants the sync in Roles (rule M02). Our companion extension adds it."""

_CORE = ("Meeting", "Call")
"""These two are events although their scopes have no type, and only their links to people hold replies."""

_TEXT_TYPES = ("varchar", "text")
_LOCATION_FIELDS = ("location", "cLocation")
_SEVERAL_OWNERS = "assignedUsers"
"""The field that *Multiple Assigned Users* puts in the place of `assignedUser` (EspoCRM 9.0, Entity Manager)."""

_KEY_FIELDS = ("outlookEventKey", "cOutlookEventKey")
"""The field that our companion extension adds to meetings and calls, and what an administrator's own is named by EspoCRM."""

_KEY_LENGTH = 36
"""Of a UUID as text (RFC 9562, 4)."""

_VARCHAR_LENGTH = 100
"""What the Entity Manager gives a Varchar field that names no length."""

_ONLINE_SERVICE = "externalService"
_JOIN_URL = "joinUrl"
_JOIN_URL_LENGTH = 320
"""What EspoCRM gives `joinUrl` (metadata `entityDefs.Meeting.fields.joinUrl`)."""

_ALWAYS = (
    "id",
    "name",
    "status",
    "dateStart",
    "dateEnd",
    "description",
    "assignedUserId",
    "createdById",
    "createdByName",
    "createdAt",
    "modifiedById",
    "modifiedByName",
    "modifiedAt",
)


@dataclass(frozen=True, slots=True)
class EntityType:
    """An entity type that is synced: Meeting, Call, or a custom one of type Event.

    `kinds` are the attendees that it can have. `location` is the name of its location field, None without one.
    `planned`, `completed` and `cancelled` are statuses as written in a record. `online` names the fields that may ask for
    a Teams meeting. `join_url_length` is how long a join link may be, 0 where we cannot write one. `key` is the name of the
    field in which we keep what we made a record of, None where there is none or we may not read and write it. With
    `several_owners` it cannot be told whose calendar a record belongs to (rule M21).
    """

    name: str
    all_day: bool = True
    kinds: tuple[PersonKind, ...] = ()
    location: str | None = None
    location_length: int = _VARCHAR_LENGTH
    planned: str = "Planned"
    completed: str = "Held"
    cancelled: tuple[str, ...] = ("Not Held",)
    online: tuple[str, ...] = ()
    join_url_length: int = 0
    key: str | None = None
    several_owners: bool = False

    @property
    def described(self) -> dict[str, str | bool]:
        """What a page says of it: its name and what its records can hold."""
        return {
            "entity": self.name,
            "all_day": self.all_day,
            "attendees": bool(self.kinds),
            "location": self.location is not None,
            "join_url": self.join_url_length > 0,
        }

    @property
    def attributes(self) -> tuple[str, ...]:
        """What to select, so that an event can be read from a row."""
        days = ("isAllDay", "dateStartDate", "dateEndDate") if self.all_day else ()
        place = (self.location,) if self.location else ()
        people = (f"{LINKS[kind]}{part}" for kind in self.kinds for part in ("Ids", "Columns"))
        link = (_JOIN_URL,) if self.join_url_length else ()
        key = (self.key,) if self.key else ()
        return (*_ALWAYS, *days, *place, *people, *self.online, *link, *key)


def event_types(scopes: Mapping[str, Any]) -> list[str]:
    """Name the entity types that are events and that the API user may see (metadata `scopes`)."""
    return [name for name, scope in scopes.items() if isinstance(scope, Mapping) and _is_event(name, scope)]


def entity_type(
    name: str,
    scope: Mapping[str, Any],
    fields: Mapping[str, Any],
    location_field: str = "",
    teams_flag_field: str = "",
    *,
    rights: Mapping[str, Any] = MappingProxyType({}),
) -> EntityType:
    """Read an entity type from metadata `scopes.<name>` and `entityDefs.<name>.fields`.

    `location_field` is the name that the operator gave; "" tries the names that EspoCRM gives by itself.
    `teams_flag_field` names a checkbox that asks for a Teams meeting, beside *Online location*; "" for none.
    `rights` are what roles say of single fields (`acl.fieldTable.<name>` of `App/user`).
    """
    location = _location((location_field,) if location_field else _LOCATION_FIELDS, fields)
    link = _part(fields, _JOIN_URL)
    return EntityType(
        name=name,
        all_day=_part(fields, "dateStart").get("type") == "datetimeOptional",
        kinds=tuple(kind for kind, link in LINKS.items() if name in _CORE and link in fields),
        location=location,
        location_length=_part(fields, location).get("maxLength") or _VARCHAR_LENGTH if location else _VARCHAR_LENGTH,
        planned=_first(scope.get("activityStatusList"), "Planned"),
        completed=_first(scope.get("completedStatusList"), "Held"),
        cancelled=tuple(scope.get("canceledStatusList", ("Not Held",)) or ()),
        online=tuple(field for field in (_ONLINE_SERVICE, teams_flag_field) if _part(fields, field)),
        join_url_length=(link.get("maxLength") or _JOIN_URL_LENGTH) if link and not link.get("readOnly") else 0,
        key=next((field for field in _KEY_FIELDS if _holds_keys(_part(fields, field), _part(rights, field))), None),
        several_owners=bool(_part(fields, _SEVERAL_OWNERS)) and not _part(fields, _SEVERAL_OWNERS).get("disabled"),
    )


def _is_event(name: str, scope: Mapping[str, Any]) -> bool:
    usable = bool(scope.get("entity")) and not scope.get("disabled")
    return usable and (name in _CORE or scope.get("type") == "Event")


def _holds_keys(field: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    fits = field.get("type") == "varchar" and (field.get("maxLength") or _VARCHAR_LENGTH) >= _KEY_LENGTH
    return fits and not field.get("readOnly") and not field.get("disabled") and "no" not in right.values()


def _location(names: Iterable[str], fields: Mapping[str, Any]) -> str | None:
    return next((name for name in names if _part(fields, name).get("type") in _TEXT_TYPES), None)


def _part(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = fields.get(name)
    return part if isinstance(part, Mapping) else {}


def _first(statuses: Sequence[str] | None, default: str) -> str:
    return statuses[0] if statuses else default
