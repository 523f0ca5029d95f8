"""What answers show of a record: read by id, just created, a row of a list.

The three differ in ways that connectors trip over: a create omits what was never set, a list leaves link-multiples out
unless selected and cuts long texts, names of linked records are looked up each time.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.espo.access.acl import Access
from sandbox.espo.definitions.field import Entity
from sandbox.espo.definitions.registry import Registry
from sandbox.espo.records import attendees, events, people
from sandbox.espo.records.store import Record, Store, display_name

LIST_TEXT_LENGTH = 10_000
Show = Callable[[Record, Access], Any]


class Views:
    """Builds answers. Rules for attributes that are not simply stored are prepared once per entity type."""

    def __init__(self, registry: Registry, store: Store) -> None:
        self._registry = registry
        self._store = store
        self._prepared: dict[str, tuple[Entity, dict[str, Show]]] = {}

    def read(self, record: Record, access: Access) -> dict[str, Any]:
        """Give every attribute that the caller may see."""
        entity, shows = self._rules(record.entity)
        skip = self._unseen(entity, record, access)
        return {each: self._value(record, each, shows, access) for each in entity.read if each not in skip}

    def created(self, record: Record, access: Access) -> dict[str, Any]:
        """Give the answer to a create: what was never set is absent, and `duration` is the field's default."""
        entity, shows = self._rules(record.entity)
        skip = self._unseen(entity, record, access)
        answer = {
            each: self._value(record, each, shows, access)
            for each in entity.read
            if each not in skip and (each in record.values or each in shows or each in entity.null_names)
        }
        if entity.is_event:
            answer["duration"] = entity.default_duration
        if entity.person_name and record.entity != "User" and not record.values.get("firstName"):
            answer.pop("name", None)
        for each in ("emailAddress", "phoneNumber"):
            if answer.get(each, record) is None:
                del answer[each]
        return answer | dict(entity.created_with)

    def row(self, record: Record, access: Access, attributes: Iterable[str] | None = None) -> dict[str, Any]:
        """Give a row of a list: the given attributes, or all but the loaded ones; texts are cut."""
        entity, shows = self._rules(record.entity)
        if attributes is None:
            skip = self._unseen(entity, record, access)
            attributes = [each for each in entity.read if each not in entity.loaded and each not in skip]
        row = {each: self._value(record, each, shows, access) for each in attributes}
        for each in ("description", "post"):
            if isinstance(row.get(each), str):
                row[each] = row[each][:LIST_TEXT_LENGTH]
        return row

    def value(self, record: Record, attribute: str, access: Access) -> Any:
        """Give one attribute as a list shows it."""
        return self._value(record, attribute, self._rules(record.entity)[1], access)

    def names(self, record: Record, link: str, ids: Iterable[str]) -> dict[str, str | None]:
        """Give the names of linked records by id."""
        field = self._registry[record.entity].field(link)
        foreign = field.foreign if field is not None else ""
        return {each: self._store.name_of(foreign, each) for each in ids}

    def linked(self, record: Record, link: str) -> list[str]:
        """Give the linked ids whose records are not deleted."""
        field = self._registry[record.entity].field(link)
        if field is None:
            return []
        return [each for each in record.linked(link) if self._store.find(field.foreign, each) is not None]

    def columns(self, record: Record, link: str) -> dict[str, dict[str, str | None]]:
        """Give the statuses of linked records by id."""
        return {each: {"status": record.links[link][each].status} for each in self.linked(record, link)}

    @staticmethod
    def _value(record: Record, attribute: str, shows: dict[str, Show], access: Access) -> Any:
        show = shows.get(attribute)
        return record.values.get(attribute) if show is None else show(record, access)

    @staticmethod
    def _unseen(entity: Entity, record: Record, access: Access) -> frozenset[str]:
        hidden = access.hidden(entity)
        if entity.secret:
            hidden |= {each for each in _KEYS if each not in record.values}
        if entity.streams and not access.allows(entity.name, "stream"):
            hidden |= {"followersIds", "followersNames"}
        return hidden

    def _rules(self, name: str) -> tuple[Entity, dict[str, Show]]:
        entity = self._registry[name]
        prepared = self._prepared.get(name)
        if prepared is None or prepared[0] is not entity:
            prepared = self._prepared[name] = (entity, self._prepare(entity))
        return prepared

    def _prepare(self, entity: Entity) -> dict[str, Show]:
        shows: dict[str, Show] = {"id": lambda record, _: record.id, "deleted": lambda record, _: record.deleted}
        for field in entity.fields:
            if field.kind == "link":
                shows[f"{field.name}Name"] = self._linked_name(field.name, field.foreign)
            elif field.kind == "linkParent":
                shows[f"{field.name}Name"] = self._parent_name(field.name)
            elif field.kind == "linkMultiple":
                shows |= self._link_multiple(field.name)
        if entity.is_event:
            shows |= {
                "duration": lambda record, _: events.duration(record.values),
                "reminders": lambda record, access: record.reminders.get(access.user.id, []),
                "phoneNumbersMap": lambda _, __: {},
                "acceptanceStatus": _own_status,
            }
        if entity.streams:
            shows |= self._following()
        if entity.person_name:
            shows["name"] = lambda record, _: display_name(record)
        if any(field.kind == "email" for field in entity.fields):
            shows |= _ADDRESSES
        shows |= {name: show for name, show in _ALWAYS.items() if name in entity.read and name not in shows}
        return shows

    def _linked_name(self, link: str, foreign: str) -> Show:
        return lambda record, _: self._store.name_of(foreign, record.values.get(f"{link}Id"))

    def _parent_name(self, link: str) -> Show:
        return lambda record, _: self._store.name_of(record.values.get(f"{link}Type"), record.values.get(f"{link}Id"))

    def _link_multiple(self, link: str) -> dict[str, Show]:
        return {
            f"{link}Ids": lambda record, _: self.linked(record, link),
            f"{link}Names": lambda record, _: self.names(record, link, self.linked(record, link)),
            f"{link}Columns": lambda record, _: self.columns(record, link),
        }

    def _following(self) -> dict[str, Show]:
        def followers(record: Record, access: Access) -> list[str]:
            active = [
                each
                for each in record.followers
                if (user := self._store.find("User", each)) is not None and user.values.get("isActive")
            ]
            return sorted(active, key=lambda each: each != access.user.id)

        return {
            "isFollowed": lambda record, access: access.user.id in record.followers,
            "followersIds": followers,
            "followersNames": lambda record, access: {
                each: self._store.name_of("User", each) for each in followers(record, access)
            },
        }


def _own_status(record: Record, access: Access) -> str | None:
    row = record.links.get("users", {}).get(access.user.id)
    return None if row is None or row.removed else row.status or attendees.NO_REPLY


def _empty_list(_: Record, __: Access) -> list[str]:
    return []


def _empty_map(_: Record, __: Access) -> dict[str, Any]:
    return {}


_KEYS = ("apiKey", "secretKey")
_ADDRESSES: dict[str, Show] = {
    "emailAddress": lambda record, _: people.primary(record),
    "emailAddressData": lambda record, _: [dict(each) for each in record.emails],
    "emailAddressIsOptedOut": lambda record, _: False if record.emails else None,
    "emailAddressIsInvalid": lambda record, _: False if record.emails else None,
    "phoneNumberData": lambda _, __: [],
}
_ALWAYS: dict[str, Show] = {
    "isStarred": lambda _, __: False,
    "isLocked": lambda _, __: False,
    "hasPortalUser": lambda _, __: False,
    **{
        f"{link}{part}": show
        for link in ("accounts", "portals", "portalRoles", "roles", "teams")
        for part, show in (("Ids", _empty_list), ("Names", _empty_map), ("Columns", _empty_map))
    },
}
