"""Creating, changing and deleting records, in EspoCRM's order of checks.

Rights on the scope, input filtered and brought to form, validation, rights on the record, assignment, links,
duplicates, completion, save. What an answer shows is what EspoCRM has in memory at that point, not what a later read
gives.
Source: EspoCRM's `Core/Record/Service.php`, as recorded.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from sandbox.espo import errors
from sandbox.espo.access.acl import Access
from sandbox.espo.definitions.field import Entity
from sandbox.espo.definitions.registry import Registry
from sandbox.espo.ids import IdSource
from sandbox.espo.records import checks, events, inputs, payloads, people, validation
from sandbox.espo.records.completing import Completion
from sandbox.espo.records.store import Record, Store, display_name
from sandbox.espo.records.stream import Stream
from sandbox.espo.records.views import Views

_NOT_STORED = ("duration", "reminders")
_KEPT_ELSEWHERE = ("linkMultiple", "email")


class Listener(Protocol):
    """Who is told of changes: the webhook queue."""

    def watches(self, entity: str, *kinds: str) -> bool:
        """Say whether changes of these kinds are of interest at all."""

    def created(self, entity: Entity, record: Record, body: dict[str, Any], user_id: str) -> None:
        """Take note of a new record."""

    def updated(
        self, entity: Entity, record: Record, body: dict[str, Any], answer: Mapping[str, Any], user_id: str
    ) -> None:
        """Take note of a changed record."""

    def removed(self, entity: Entity, record: Record, user_id: str) -> None:
        """Take note of a deleted record."""


class Writer:
    """Carries out writes."""

    def __init__(
        self,
        *,
        ids: IdSource,
        registry: Registry,
        store: Store,
        views: Views,
        completion: Completion,
        stream: Stream,
        listener: Listener,
        addresses_shown: bool,
    ) -> None:
        self._ids = ids
        self._registry = registry
        self._store = store
        self._views = views
        self._completion = completion
        self._stream = stream
        self._listener = listener
        self._addresses_shown = addresses_shown

    def create(
        self, access: Access, entity: Entity, body: Mapping[str, Any], *, skip_duplicates: bool = False
    ) -> dict[str, Any]:
        """Create a record; give the answer. Raises EspoError."""
        if not access.allows(entity.name, "create"):
            raise errors.no_access("create")
        given = _accepted(entity, body, access, creating=True)
        record = Record(entity.name, self._ids.record_id())
        record.values = {
            field.name: field.default for field in entity.fields if field.default is not None or field.nulled
        } | _stored(entity, given)
        people.write_addresses(record, given)
        validation.check(entity, _state(record.values, record, given), given, creating=True)
        checks.check_assignment(access, record.values, given, checks.new_users(self._store, record, given))
        checks.check_links(entity, self._store, access, record, given, before={})
        checks.check_service(access, self._registry.services, given)
        if entity.duplicates_checked and not (skip_duplicates or body.get("_skipDuplicateCheck") is True):
            self._check_duplicates(record, access)
        self._completion.new(entity, record, given, access)
        self._store.table(entity.name).save(record)
        self._stream.created(entity, record, access.user)
        if self._listener.watches(entity.name, "create"):
            shown = self._views.read(record, access)
            told = payloads.of_create(entity, record, given, shown, addresses_shown=self._addresses_shown)
            self._listener.created(entity, record, told, access.user.id)
        return self._views.created(record, access)

    def update(
        self,
        access: Access,
        entity: Entity,
        record_id: str,
        body: Mapping[str, Any],
        *,
        seen_version: str | None = None,
    ) -> dict[str, Any]:
        """Change a record; give the answer. Raises EspoError.

        On most entity types every successful call counts as a change, whatever it carries.
        """
        record = self._writable(access, entity, record_id, "edit")
        given = _accepted(entity, body, access, creating=False)
        before, old = self._views.read(record, access), record.values
        values = old | _stored(entity, given)
        if entity.versioned:
            checks.check_version(record, given, seen_version)
        validation.check(entity, _state(values, record, given), given, creating=False)
        checks.check_assignment(access, values, given, checks.new_users(self._store, record, given))
        checks.check_links(entity, self._store, access, record, given, before=old)
        if entity.is_event:
            events.keep_duration(old, values, given)
            self._completion.settle(entity, values, old)
        if entity.counts_every_write or values != old:
            values |= self._completion.stamps(entity, record, access)
        echo = {each: value for each, value in values.items() if value != old.get(each)}
        echo |= {"duration": given["duration"]} if "duration" in given else {}
        events.full_stamps(values)
        record.values = values
        echo |= self._completion.links(entity, record, given, access, before)
        audited = entity.streams and _audited(entity, before, echo)
        if audited:
            echo["streamUpdatedAt"] = record.values["streamUpdatedAt"] = record.values["modifiedAt"]
        self._store.table(entity.name).save(record)
        answer = {each: echo.get(each, value) for each, value in before.items()}
        answer |= {each: name for each, name in self._names(entity, record, answer, echo).items() if each in answer}
        if audited:
            self._stream.updated(entity, record, access.user, before, answer)
        if self._listener.watches(entity.name, "update", "fieldUpdate"):
            told = payloads.of_update(entity, before, answer)
            if told is not None:
                self._listener.updated(entity, record, told, answer, access.user.id)
        return answer

    def delete(self, access: Access, entity: Entity, record_id: str) -> None:
        """Delete a record softly. Raises EspoError."""
        record = self._writable(access, entity, record_id, "delete")
        record.deleted = True
        record.followers = []
        record.values |= self._completion.stamps(entity, record, access)
        self._store.table(entity.name).save(record)
        self._listener.removed(entity, record, access.user.id)

    def restore(self, access: Access, entity: Entity, record_id: str) -> None:
        """Undo a deletion: an administrator's right, and no change to anyone who watches for changes."""
        if not access.is_admin:
            raise errors.EspoError(403)
        record = self._store.table(entity.name).get(record_id)
        if record is None:
            raise errors.not_found(record_id)
        record.deleted = False

    def _writable(self, access: Access, entity: Entity, record_id: str, action: str) -> Record:
        if not access.allows(entity.name, action):
            raise errors.no_access(action)
        record = self._store.find(entity.name, record_id)
        if record is None:
            raise errors.not_found(record_id)
        if not access.may(record, action):
            raise errors.no_access(action)
        return record

    def _check_duplicates(self, record: Record, access: Access) -> None:
        found = [each for each in people.duplicates(self._store.table(record.entity), record) if access.lists(each)]
        if found:
            raise errors.EspoError(409, "duplicate", [self._views.row(each, access) for each in found])

    def _names(
        self, entity: Entity, record: Record, answer: Mapping[str, Any], echo: Mapping[str, Any]
    ) -> dict[str, Any]:
        names: dict[str, Any] = {}
        for field in entity.fields:
            name, changed = f"{field.name}Name", f"{field.name}Id" in echo
            if field.kind == "link" and changed:
                names[name] = self._store.name_of(field.foreign, answer.get(f"{field.name}Id"))
            elif field.kind == "linkParent" and (changed or f"{field.name}Type" in echo):
                names[name] = self._store.name_of(answer.get(f"{field.name}Type"), answer.get(f"{field.name}Id"))
            elif field.kind == "linkMultiple" and f"{field.name}Ids" in echo:
                names[f"{name}s"] = self._views.names(record, field.name, answer[f"{field.name}Ids"])
        return names | ({"name": display_name(record)} if entity.person_name else {})


def _accepted(entity: Entity, body: Mapping[str, Any], access: Access, *, creating: bool) -> dict[str, Any]:
    forbidden = access.uneditable(entity)
    return inputs.accept(entity, body, admin=access.is_admin, creating=creating, forbidden=forbidden)


def _stored(entity: Entity, given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        attribute: given[attribute]
        for field, attribute in entity.inputs
        if attribute in given and field.kind not in _KEPT_ELSEWHERE and attribute not in _NOT_STORED
    }


def _state(values: Mapping[str, Any], record: Record, given: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "emailAddress": given.get("emailAddress", people.primary(record))}


def _audited(entity: Entity, before: Mapping[str, Any], echo: Mapping[str, Any]) -> bool:
    return any(each in echo and echo[each] != before.get(each) for each in entity.audited)
