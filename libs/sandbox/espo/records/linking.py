"""The link endpoints, and what people do to events beside saving them: reply, hold in bulk.

None of it but the bulk action moves `modifiedAt` or fires a webhook: a connector learns of it by looking.
Source: `GET/POST/DELETE {E}/{id}/{link}`, `{E}/{id}/attendees`, `{E}/action/...` of real instances.
"""

from collections.abc import Iterable
from typing import Any

from sandbox.espo import errors
from sandbox.espo.access.acl import Access
from sandbox.espo.definitions.events import ATTENDEES
from sandbox.espo.definitions.field import Entity, Field
from sandbox.espo.records import attendees, people
from sandbox.espo.records.store import Record, Store, display_name
from sandbox.espo.records.stream import Stream
from sandbox.espo.records.views import Views

MASKED_ADDRESS = "dummy@dummy.dummy"


class Linker:
    """Serves linked records of one record."""

    def __init__(self, store: Store, views: Views, stream: Stream) -> None:
        self._store = store
        self._views = views
        self._stream = stream

    def relate(self, access: Access, entity: Entity, record_id: str, link: str, ids: Iterable[str]) -> bool:
        """Link records; False where none was given. Needs edit access to both sides. Raises EspoError."""
        record, field, targets = self._targets(access, entity, record_id, link, ids)
        for target in targets:
            attendees.add(record, field.name, target.id)
        return bool(targets)

    def unrelate(self, access: Access, entity: Entity, record_id: str, link: str, ids: Iterable[str]) -> bool:
        """Unlink records; False where none was given. Raises EspoError."""
        record, field, targets = self._targets(access, entity, record_id, link, ids)
        for target in targets:
            attendees.remove(record, field.name, target.id)
        return bool(targets)

    def linked(self, access: Access, entity: Entity, record_id: str, link: str) -> tuple[Field, list[Record]]:
        """Give a link's field and the linked records that the caller may read. Raises EspoError."""
        record = self.readable(access, entity, record_id)
        field = _link(entity, link)
        found = (self._store.find(field.foreign, each) for each in self._views.linked(record, link))
        return field, [each for each in found if each is not None and access.may(each, "read")]

    def statuses(self, entity: Entity, record_id: str, link: str) -> dict[str, str | None]:
        """Give the replies of a link's records by id."""
        record = self._store.table(entity.name).get(record_id)
        return {} if record is None else {each: row.status for each, row in record.links.get(link, {}).items()}

    def attendees(self, access: Access, entity: Entity, record_id: str) -> list[dict[str, Any]]:
        """Give everyone invited, with replies; users' addresses are masked to all but administrators."""
        record = self.readable(access, entity, record_id)
        invited = []
        for link in ATTENDEES:
            field = entity.field(link)
            for each in self._views.linked(record, link) if field is not None else ():
                person = self._store.find(field.foreign, each) if field is not None else None
                if person is not None:
                    invited.append(_attendee(record, link, person, access))
        return invited

    def reply(self, access: Access, entity: Entity, record_id: str, status: str) -> None:
        """Set the caller's own reply. Raises EspoError 403 for someone who is not invited."""
        record = self._store.find(entity.name, record_id)
        if record is None:
            raise errors.not_found(record_id)
        if access.user.id not in record.linked("users"):
            raise errors.EspoError(403)
        attendees.set_statuses(record, "users", {access.user.id: {"status": status}})
        if entity.streams:
            self._stream.replied(record, access.user, status)

    def readable(self, access: Access, entity: Entity, record_id: str) -> Record:
        """Give a record that the caller may read; deleted ones to administrators. Raises EspoError 403, 404."""
        if not access.allows(entity.name, "read"):
            raise errors.no_access("read")
        record = self._store.table(entity.name).get(record_id)
        if record is None or (record.deleted and not access.is_admin):
            raise errors.not_existing(record_id)
        if not access.may(record, "read"):
            raise errors.EspoError(403, "No 'read' access.")
        return record

    def _targets(
        self, access: Access, entity: Entity, record_id: str, link: str, ids: Iterable[str]
    ) -> tuple[Record, Field, list[Record]]:
        record = self.readable(access, entity, record_id)
        field = _link(entity, link)
        if not access.may(record, "edit"):
            raise errors.no_access("edit")
        targets = []
        for each in ids:
            target = self._store.find(field.foreign, each)
            if target is None:
                raise errors.relates_nothing(entity.name, link, field.foreign)
            if not access.may(target, "edit"):
                raise errors.relates_uneditable(entity.name, link)
            targets.append(target)
        return record, field, targets


def _link(entity: Entity, name: str) -> Field:
    field = entity.field(name)
    if field is None or field.kind != "linkMultiple":
        raise errors.EspoError(404, f"Link '{name}' does not exist in '{entity.name}'.")
    return field


def _attendee(record: Record, link: str, person: Record, access: Access) -> dict[str, Any]:
    masked = person.entity == "User" and not access.is_admin
    return {
        "id": person.id,
        "name": display_name(person),
        "emailAddress": MASKED_ADDRESS if masked else people.primary(person),
        "acceptanceStatus": record.links[link][person.id].status,
        "_scope": person.entity,
    }
