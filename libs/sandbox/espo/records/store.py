"""Records at rest, and the indexes that keep a sweep over ten thousand of them in the microseconds.

Deleted records stay, flagged, as in EspoCRM: administrators still read them, and they can be restored.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

EVENT_KEYS = ("outlookEventKey", "cOutlookEventKey")
"""Attributes in which a connector keeps of what it made a record; the database has an index for them."""


@dataclass(slots=True)
class LinkRow:
    """One row of a middle table. A removed row keeps its status and regains it when it is linked again."""

    status: str | None = None
    removed: bool = False


@dataclass(slots=True)
class Record:
    """One record: stored attributes in `values`, link-multiples in `links` (field to foreign id to row)."""

    entity: str
    id: str
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, dict[str, LinkRow]] = field(default_factory=dict)
    emails: list[dict[str, Any]] = field(default_factory=list)
    followers: list[str] = field(default_factory=list)
    reminders: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    deleted: bool = False

    def linked(self, name: str) -> list[str]:
        """Give the foreign ids of a link, in the order in which they were first linked."""
        return [foreign for foreign, row in self.links.get(name, {}).items() if not row.removed]


@dataclass(slots=True)
class _Keys:
    modified: tuple[str, str]
    assignee: str | None
    addresses: tuple[str, ...]
    of_events: tuple[str, ...]


class Table:
    """All records of one entity type, found by id, modification, assignee, e-mail address or a connector's key."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}
        self._keys: dict[str, _Keys] = {}
        self._by_modified: list[tuple[str, str]] = []
        self._by_assignee: dict[str, set[str]] = {}
        self._by_address: dict[str, set[str]] = {}
        self._by_event_key: dict[str, set[str]] = {}
        self.saves = 0  # grows with every save: what is derived from a table knows by it when to start anew

    def get(self, record_id: str) -> Record | None:
        """Give a record, deleted ones included."""
        return self._records.get(record_id)

    def everything(self) -> Iterator[Record]:
        """Give every record, deleted ones included, in order of creation."""
        return iter(self._records.values())

    def live(self) -> Iterator[Record]:
        """Give every record that is not deleted, in order of creation."""
        return (record for record in self._records.values() if not record.deleted)

    def pick(self, ids: Iterable[str]) -> Iterator[Record]:
        """Give the live records among `ids`."""
        return (record for each in ids if (record := self._records.get(each)) is not None and not record.deleted)

    def modified_since(self, moment: str) -> Iterator[Record]:
        """Give the live records whose `modifiedAt` is `moment` or later, oldest change first."""
        return self.pick(each for _, each in self._by_modified[bisect_left(self._by_modified, (moment, "")) :])

    def assigned_to(self, users: Iterable[str]) -> Iterator[Record]:
        """Give the live records of these assignees."""
        return self.pick(each for user in users for each in self._by_assignee.get(user, ()))

    def with_address(self, addresses: Iterable[str]) -> Iterator[Record]:
        """Give the live records that have one of these lower-case addresses, each once."""
        return self.pick({each for address in addresses for each in self._by_address.get(address, ())})

    def with_event_key(self, values: Iterable[str]) -> Iterator[Record]:
        """Give the live records in which a connector keeps one of these keys, each once."""
        return self.pick({each for value in values for each in self._by_event_key.get(value, ())})

    def save(self, record: Record) -> None:
        """Add a record, or bring the indexes up to date after a change."""
        self._forget(record.id)
        self.saves += 1
        keys = _Keys(
            (record.values.get("modifiedAt") or "", record.id),
            record.values.get("assignedUserId"),
            tuple(each["lower"] for each in record.emails),
            tuple(key for name in EVENT_KEYS if (key := record.values.get(name))),
        )
        self._records[record.id] = record
        self._keys[record.id] = keys
        insort(self._by_modified, keys.modified)
        if keys.assignee:
            self._by_assignee.setdefault(keys.assignee, set()).add(record.id)
        for key in keys.of_events:
            self._by_event_key.setdefault(key, set()).add(record.id)
        for address in keys.addresses:
            self._by_address.setdefault(address, set()).add(record.id)

    def erase(self, record_id: str) -> None:
        """Remove a record for good: queue items, and webhooks that a receiver sent away."""
        self._forget(record_id)
        self._records.pop(record_id, None)

    def _forget(self, record_id: str) -> None:
        keys = self._keys.pop(record_id, None)
        if keys is None:
            return
        del self._by_modified[bisect_left(self._by_modified, keys.modified)]
        if keys.assignee:
            self._by_assignee[keys.assignee].discard(record_id)
        for key in keys.of_events:
            self._by_event_key[key].discard(record_id)
        for address in keys.addresses:
            self._by_address[address].discard(record_id)


class Store:
    """The tables of one instance."""

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}

    def table(self, entity: str) -> Table:
        """Give an entity type's table."""
        return self._tables.setdefault(entity, Table())

    def find(self, entity: str, record_id: str | None) -> Record | None:
        """Give a live record, None where it does not exist or is deleted."""
        record = self.table(entity).get(record_id) if record_id else None
        return None if record is None or record.deleted else record

    def name_of(self, entity: str | None, record_id: str | None) -> str | None:
        """Give the name of a linked record, deleted or not; None where there is none."""
        record = self.table(entity).get(record_id) if entity and record_id else None
        return None if record is None else display_name(record)


def display_name(record: Record) -> str:
    """Give what EspoCRM shows as a record's name."""
    name = record.values.get("name")
    if name is None:
        parts = (record.values.get("firstName"), record.values.get("lastName"))
        name = " ".join(part for part in parts if part) or record.values.get("userName") or record.id
    return str(name)
