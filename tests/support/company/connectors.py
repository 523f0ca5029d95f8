"""How our connectors carry writes out, as models: they notice edits made meanwhile and find what a lost answer left behind."""

from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.events import FIELDS, Event, Timed
from contracts.outcomes import AnyOutcome, Conflicted, Done, Vanished
from contracts.writes import (
    CreateEspoRecord,
    CreateOutlookEvent,
    DeleteEspoRecord,
    DeleteOutlookEvent,
    UpdateEspoRecord,
    UpdateOutlookEvent,
)
from espo_connector.writing.update import changed_meanwhile, same
from support.company.systems import Entry, Espo, Outlook, patched

AnyWrite = (
    CreateOutlookEvent
    | UpdateOutlookEvent
    | DeleteOutlookEvent
    | CreateEspoRecord
    | UpdateEspoRecord
    | DeleteEspoRecord
)


class OutlookConnector:
    """Carries out writes to Outlook. `written` counts those that changed something, `made` tells which link made what."""

    def __init__(self, outlook: Outlook) -> None:
        self.outlook = outlook
        self.written = 0
        self.removed: list[Entry] = []

    def carry_out(self, write: Any, story: int, now: datetime) -> AnyOutcome:
        """Carry out a write and say what came of it."""
        ended = _ended(write, now)
        match write:
            case CreateOutlookEvent():
                return self._create(write, story, now)
            case UpdateOutlookEvent():
                entry = self.outlook.entries[write.outlook_id]
                return Vanished(**ended) if entry.removed else self._update(write, entry, now)
            case DeleteOutlookEvent():
                entry = self.outlook.entries[write.outlook_id]
                if not entry.removed and _edited_unheard(write, entry):
                    return Conflicted(fresh=self.outlook.seen(entry, now), **ended)
                if not entry.removed:
                    self.written += 1
                    self.removed.append(entry)
                    entry.removed = True
                    _mail(entry, entry.event)
                return Done(stored=None, **ended)
        raise AssertionError(write)

    def _create(self, write: CreateOutlookEvent, story: int, now: datetime) -> AnyOutcome:
        ended = _ended(write, now)
        made = [entry for entry in self.outlook.entries.values() if entry.key == write.transaction_id]
        if made:
            (entry,) = made
            return (
                Vanished(**ended) if entry.removed else Done(stored=self.outlook.seen(entry, now), found=True, **ended)
            )
        item = f"o{len(self.outlook.entries)}"
        content = self.outlook.wording(write.event)
        entry = Entry(item, story, write.account, content, now, now, key=write.transaction_id)
        self.outlook.entries[item] = entry
        self.written += 1
        _mail(entry, content)
        return Done(stored=self.outlook.seen(entry, now), **ended)

    def _update(self, write: UpdateOutlookEvent, entry: Entry, now: datetime) -> AnyOutcome:
        ended = _ended(write, now)
        wanted = self.outlook.wording(patched(entry.event, write.patch))
        if wanted != entry.event:
            if str(entry.version) != write.version:
                return Conflicted(fresh=self.outlook.seen(entry, now), **ended)
            both = entry.event.model_copy(update={"people": (*(entry.event.people or ()), *(wanted.people or ()))})
            self.outlook.store(entry, wanted, now)
            self.written += 1
            _mail(entry, both)
        return Done(stored=self.outlook.seen(entry, now), **ended)


class EspoConnector:
    """Carries out writes to EspoCRM. It remembers for which link it made a record until it is started anew."""

    def __init__(self, espo: Espo) -> None:
        self.espo = espo
        self.written = 0
        self.removed: list[Entry] = []
        self.made_for: dict[str, UUID] = {}

    def carry_out(self, write: Any, story: int, now: datetime) -> AnyOutcome:
        """Carry out a write and say what came of it."""
        ended = _ended(write, now)
        match write:
            case CreateEspoRecord():
                return self._create(write, story, now)
            case UpdateEspoRecord():
                entry = self.espo.entries[write.espo_id]
                return Vanished(**ended) if entry.removed else self._update(write, entry, now)
            case DeleteEspoRecord():
                entry = self.espo.entries[write.espo_id]
                if not entry.removed:
                    self.written += 1
                    self.removed.append(entry)
                    entry.removed = True
                return Done(stored=None, **ended)
        raise AssertionError(write)

    def _create(self, write: CreateEspoRecord, story: int, now: datetime) -> AnyOutcome:
        ended = _ended(write, now)
        content = self.espo.wording(write.event)
        remembered = [item for item, link_id in self.made_for.items() if link_id == write.link_id]
        known = [self.espo.entries[item] for item in remembered if item not in write.not_these]
        if known and known[0].removed:
            return Vanished(**ended)
        alike = (entry for entry in self.espo.entries.values() if self._came_of(write, content, entry))
        bearing = (entry for entry in self.espo.entries.values() if self._bears(write, entry))
        twin = known[0] if known else next(bearing if self.espo.keyed else alike, None)
        entry = twin or self._made(write, story, content, now)
        self.made_for[entry.id] = write.link_id
        return Done(stored=self.espo.seen(entry, now), found=twin is not None and twin.edits > 0, **ended)

    def _made(self, write: CreateEspoRecord, story: int, content: Event, now: datetime) -> Entry:
        item = f"e{len(self.espo.entries)}"
        bears = write.key if self.espo.keyed else ""
        entry = Entry(item, story, write.account, content, now, now.replace(microsecond=0), key="ours", bears=bears)
        entry.ours_last = True
        self.espo.entries[item] = entry
        self.written += 1
        return entry

    def _bears(self, write: CreateEspoRecord, entry: Entry) -> bool:
        return entry.bears == write.key and not entry.removed and entry.id not in write.not_these

    def _came_of(self, write: CreateEspoRecord, content: Event, entry: Entry) -> bool:
        """As `espo_connector.writing.twins` has it."""
        return (
            bool(entry.key)
            and not entry.removed
            and entry.owner == write.account
            and entry.id not in write.not_these
            and self.made_for.get(entry.id, write.link_id) == write.link_id
            and (entry.event.title, _start(entry.event)) == (content.title, _start(content))
        )

    def _update(self, write: UpdateEspoRecord, entry: Entry, now: datetime) -> AnyOutcome:
        ended = _ended(write, now)
        wanted = self.espo.wording(patched(entry.event, write.patch))
        different = [field for field in write.patch.fields if not same(field, entry.event, wanted)]
        fresh = self.espo.seen(entry, now)
        if different and changed_meanwhile(write, fresh, different):
            return Conflicted(fresh=fresh, **ended)
        if different:
            self.espo.store(entry, wanted, now)
            entry.ours_last = True
            self.written += 1
        return Done(stored=self.espo.seen(entry, now), **ended)


def _ended(write: Any, now: datetime) -> dict[str, Any]:
    return {"write_id": write.write_id, "link_id": write.link_id, "account": write.account, "finished_at": now}


def _edited_unheard(write: DeleteOutlookEvent, entry: Entry) -> bool:
    """As `outlook_connector.writing.removing` has it."""
    if write.decided_on is None or (write.modified_at and entry.modified_at <= write.modified_at):
        return False
    told = ((getattr(write.decided_on, field), getattr(entry.event, field)) for field in FIELDS)
    return any(decided_on not in (None, standing) for decided_on, standing in told)


def _mail(entry: Entry, event: Event) -> None:
    for address in {person.address for person in event.people or ()}:
        entry.mailed[address] = entry.mailed.get(address, 0) + 1


def _start(event: Event) -> Any:
    return event.span.start if isinstance(event.span, Timed) else event.span.first
