"""Which record a wish to create may already have made, pure.

EspoCRM refuses no second creation. A field of ours tells for certain what a lost answer left behind, whatever a person has
made of it since. Where an entity type has none, it is recognised by what only we can have written: made by our own API
user, lately, for this owner, with this title and this start.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from contracts.events import AllDay, Span
from contracts.writes import CreateEspoRecord
from espo_connector.asking.client import Record
from espo_connector.asking.query import Condition, at_least, equal, one_of
from espo_connector.fields.titles import accepted
from times.espo import to_espo

_CLOCKS_APART = timedelta(days=1)
"""A record made for a write is no older than the write, give or take how far EspoCRM's clock is from ours."""

_Look = tuple[str | None, str | None, str, str]
"""What a record and the write that it came of have in common: owner, title, and the start by the name of its attribute."""


def bearers(writes: Sequence[CreateEspoRecord], field: str, api_user: str) -> list[Condition]:
    """Ask for every record that bears the key of one of these writes, in this field. A person's copy of one is not ours."""
    return [one_of(field, sorted({write.key for write in writes})), equal("createdById", api_user)]


def of_keys(writes: Sequence[CreateEspoRecord], records: Iterable[Record], field: str) -> dict[UUID, Record]:
    """Give each write the record that bears its key, by write id; of several the oldest."""
    found: dict[UUID, Record] = {}
    oldest_first = _by_age(records)
    for write in writes:
        ours = (one for one in oldest_first if one.get(field) == write.key and one["id"] not in write.not_these)
        if (twin := next(ours, None)) is not None:
            found[write.write_id] = twin
    return found


def candidates(writes: Sequence[CreateEspoRecord], api_user: str) -> list[list[Condition]]:
    """Ask for every record that may have come of these writes: one list of conditions for each kind of span."""
    if not writes:
        return []
    oldest = to_espo(min(write.issued_at for write in writes) - _CLOCKS_APART)
    ours = [equal("createdById", api_user), at_least("createdAt", oldest)]
    owners = one_of("assignedUserId", sorted({write.account for write in writes}))
    starts: dict[str, set[str]] = {}
    for write in writes:
        attribute, start = _start(write.event.span)
        starts.setdefault(attribute, set()).add(start)
    return [[*ours, owners, one_of(attribute, sorted(values))] for attribute, values in starts.items()]


def paired(
    writes: Sequence[CreateEspoRecord], records: Iterable[Record], made_for: Mapping[str, UUID]
) -> dict[UUID, Record]:
    """Give each write the record that came of it, by write id. No record goes to two writes, the oldest goes first.

    `made_for` tells for which link this process made a record: what it made for another event is no twin.
    """
    free: dict[_Look, list[Record]] = defaultdict(list)
    for record in _by_age(records):
        for look in _looks(record):
            free[look].append(record)
    found: dict[UUID, Record] = {}
    for write in writes:
        twin = next((record for record in free[_look(write)] if _may_have_come_of(write, record, made_for)), None)
        if twin:
            found[write.write_id] = twin
            for look in _looks(twin):
                free[look].remove(twin)
    return found


def _look(write: CreateEspoRecord) -> _Look:
    return write.account, accepted(write.event.title), *_start(write.event.span)


def _looks(record: Record) -> Iterator[_Look]:
    """Under each of its starts: EspoCRM gives a whole day both of them."""
    for attribute in ("dateStart", "dateStartDate"):
        if start := record.get(attribute):
            yield record.get("assignedUserId"), record.get("name"), attribute, start


def _may_have_come_of(write: CreateEspoRecord, record: Record, made_for: Mapping[str, UUID]) -> bool:
    return (
        record["id"] not in write.not_these
        and made_for.get(record["id"], write.link_id) == write.link_id
        and (record.get("createdAt") or "") >= to_espo(write.issued_at - _CLOCKS_APART)
    )


def _by_age(records: Iterable[Record]) -> list[Record]:
    return sorted(records, key=lambda record: (record.get("createdAt") or "", record["id"]))


def _start(span: Span) -> tuple[str, str]:
    return ("dateStartDate", span.first.isoformat()) if isinstance(span, AllDay) else ("dateStart", to_espo(span.start))
