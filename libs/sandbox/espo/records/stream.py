"""Stream notes: the only trace that a reply to an invitation leaves in EspoCRM, so a connector may read them."""

from collections.abc import Mapping
from typing import Any

from sandbox.espo.clock import Clock
from sandbox.espo.definitions.field import Entity
from sandbox.espo.ids import IdSource
from sandbox.espo.records.store import Record, Store, display_name

_STYLES = {"Accepted": "success", "Declined": "danger", "Tentative": "warning"}
Note = dict[str, Any]


class Stream:
    """Keeps the notes of entity types that have a stream, newest last."""

    def __init__(self, clock: Clock, ids: IdSource, store: Store) -> None:
        self._clock = clock
        self._ids = ids
        self._store = store
        self._notes: list[Note] = []

    def created(self, entity: Entity, record: Record, author: Record) -> None:
        """Note a creation."""
        if not entity.streams:
            return
        data: dict[str, Any] = {}
        if assignee := record.values.get("assignedUserId"):
            data = {"assignedUserId": assignee, "assignedUserName": self._store.name_of("User", assignee)}
        if "status" in record.values:
            data |= {"statusValue": record.values["status"], "statusField": "status"}
        self._add("Create", record, author, data)

    def updated(
        self, entity: Entity, record: Record, author: Record, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        """Note the audited fields that changed, with their values before and after."""
        audited = [field for field in entity.fields if field.audited]
        changed = [
            field
            for field in audited
            if any(before.get(each) != after.get(each) for each in (field.name, f"{field.name}Ids"))
        ]
        attributes = [each for field in changed for each in field.attributes() if each in before]
        if attributes:
            values = {
                "was": {each: before[each] for each in attributes},
                "became": {each: after[each] for each in attributes},
            }
            self._add("Update", record, author, {"fields": [field.name for field in changed], "attributes": values})

    def replied(self, record: Record, person: Record, status: str) -> None:
        """Note a reply to an invitation."""
        data = {"status": status, "style": _STYLES.get(status)}
        self._add("EventConfirmation", record, person, data, related=person)

    def newest(self, record: Record | None = None) -> list[Note]:
        """Give notes, newest first: of everything, or of one record."""
        notes = reversed(self._notes)
        if record is None:
            return list(notes)
        return [note for note in notes if (note["parentType"], note["parentId"]) == (record.entity, record.id)]

    def _add(
        self, kind: str, record: Record, author: Record, data: dict[str, Any], related: Record | None = None
    ) -> None:
        named = {"relatedName": display_name(related)} if related is not None else {}
        self._notes.append(
            {
                "id": self._ids.record_id(),
                "post": None,
                "data": data,
                "type": kind,
                "targetType": None,
                "number": len(self._notes) + 1,
                "isGlobal": False,
                "createdByGender": None,
                "isInternal": False,
                "reactionCounts": None,
                "myReactions": [],
                "createdAt": self._clock.stamp(),
                "parentId": record.id,
                "parentType": record.entity,
                "parentName": display_name(record),
                "relatedId": related.id if related is not None else None,
                "relatedType": related.entity if related is not None else None,
                **named,
                "createdById": author.id,
                "createdByName": display_name(author),
                "_scope": "Note",
            }
        )
