"""What EspoCRM adds to a record while it is saved: stamps, derived fields, links, followers, reminders.

These are EspoCRM's repository and save hooks. They run after every check, for a create and for an update alike.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.espo.access.acl import Access
from sandbox.espo.clock import Clock
from sandbox.espo.config import EspoConfig
from sandbox.espo.definitions.field import Entity
from sandbox.espo.ids import IdSource
from sandbox.espo.records import attendees, events, people
from sandbox.espo.records.store import Record, Store

Hook = Callable[[Record, Access, Mapping[str, Any]], None]


class Completion:
    """Completes records. `creation_hooks` complete or refuse new records of an entity type."""

    def __init__(self, config: EspoConfig, clock: Clock, ids: IdSource, store: Store) -> None:
        self._release = config.release
        self._clock = clock
        self._ids = ids
        self._store = store
        self.zone = config.zone
        self.creation_hooks: dict[str, Hook] = {}

    def new(self, entity: Entity, record: Record, given: Mapping[str, Any], access: Access) -> None:
        """Complete a new record. Raises EspoError where the entity type's own hook refuses it."""
        now = self._clock.stamp()
        record.values |= {"createdAt": now, "modifiedAt": now, "createdById": access.user.id}
        if entity.streams:
            record.values["streamUpdatedAt"] = now
        if entity.versioned:
            record.values["versionNumber"] = 1
        if entity.field("uid") is not None:
            record.values["uid"] = self._ids.uuid()
        if entity.is_event:
            self.settle(entity, record.values, {})
            events.full_stamps(record.values)
        if hook := self.creation_hooks.get(entity.name):
            hook(record, access, given)
        for field in entity.links:
            attendees.replace_links(
                record, field.name, given.get(f"{field.name}Ids", ()), given.get(f"{field.name}Columns")
            )
        if entity.field("users") is not None:
            attendees.keep_assignee(record, record.values.get("assignedUserId"))
            attendees.accept_for_creator(record, access.user.id)
            _remind(record, given, access)
        _follow(entity, record)

    def settle(self, entity: Entity, values: dict[str, Any], old: Mapping[str, Any]) -> None:
        """Compute an event's hours from its dates, and its account from its parent."""
        events.settle_days(values, self.zone, flag_decides=self._release.flag_decides_all_day)
        kind, parent = values.get("parentType"), values.get("parentId")
        if entity.field("account") is None or (kind, parent) == (old.get("parentType"), old.get("parentId")):
            return
        found = self._store.find(str(kind), parent)
        if kind == "Account":
            values["accountId"] = parent
        else:
            values["accountId"] = found.values.get("accountId") if found is not None else None

    def stamps(self, entity: Entity, record: Record, access: Access) -> dict[str, Any]:
        """Give who changed the record and when, where the entity type keeps it."""
        stamps: dict[str, Any] = {"modifiedAt": self._clock.stamp()}
        if entity.field("modifiedBy") is not None:
            stamps["modifiedById"] = access.user.id
        if entity.versioned:
            stamps["versionNumber"] = record.values["versionNumber"] + 1
        return stamps

    def links(
        self, entity: Entity, record: Record, given: Mapping[str, Any], access: Access, before: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Write links, reminders and addresses of an update; give the attributes that the answer echoes."""
        echo: dict[str, Any] = {}
        for field in entity.links:
            ids, columns = given.get(f"{field.name}Ids"), given.get(f"{field.name}Columns")
            if ids is not None:
                attendees.replace_links(record, field.name, ids, columns)
                echo[f"{field.name}Ids"] = list(ids)
            elif columns is not None:
                attendees.set_statuses(record, field.name, columns)
            if columns is not None:
                echo[f"{field.name}Columns"] = columns
        if entity.field("users") is not None:
            assignee = record.values.get("assignedUserId")
            if attendees.keep_assignee(record, assignee):
                echo["usersIds"] = [*echo.get("usersIds", before["usersIds"]), assignee]
            if before.get("dateStart") != record.values.get("dateStart") or "usersIds" in echo:
                record.reminders.clear()
            _remind(record, given, access)
        if "reminders" in given and entity.is_event:
            echo["reminders"] = given["reminders"] or []
        _follow(entity, record)
        return echo | self._addresses(record, given)

    def _addresses(self, record: Record, given: Mapping[str, Any]) -> dict[str, Any]:
        if "emailAddress" not in given and "emailAddressData" not in given:
            return {}
        people.write_addresses(record, given)
        echo: dict[str, Any] = {"emailAddress": people.primary(record)}
        if self._release.refreshes_address_data or "emailAddressData" in given:
            echo["emailAddressData"] = [dict(each) for each in record.emails]
        return echo


def _remind(record: Record, given: Mapping[str, Any], access: Access) -> None:
    if "reminders" in given and access.user.id in record.linked("users"):
        record.reminders[access.user.id] = list(given["reminders"] or [])


def _follow(entity: Entity, record: Record) -> None:
    if not entity.streams:
        return
    for user in (*record.linked("users"), record.values.get("assignedUserId")):
        if user and user not in record.followers:
            record.followers.append(user)
