"""Reads records as changes.

A row of a list becomes a whole event in few steps that every look shares: a text that the list cut off is read in full,
the people of all rows are read together, and a row that is no event is told as skipped instead of stopping the others.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import structlog

from contracts.changes import EspoGone, EspoSeen, EspoSkipped
from contracts.size import LONGEST, LONGEST_STORED, is_too_long
from espo_connector.asking.client import Client, Clock, Record, utc_now
from espo_connector.asking.query import IDS_A_LIST, Condition, above, one_of, search
from espo_connector.asking.together import together
from espo_connector.errors import Denied, NotThere
from espo_connector.feed import Change
from espo_connector.fields.attendance import people_in
from espo_connector.fields.schema import EntityType
from espo_connector.instance.people import Directory
from espo_connector.instance.site import SiteGuide
from espo_connector.metrics import Metrics
from espo_connector.translate import NoStart, TooLong, Unreadable, event_of, seen

_LIST_TEXT_LENGTH = 10_000
"""Lists cut texts to this length (`maxSelectTextAttributeLengthForList`)."""

_log = structlog.get_logger("espo_connector")


@dataclass(frozen=True, slots=True)
class Fresh:
    """A record as it was just read, raw and as a change."""

    record: Record
    seen: EspoSeen


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that were read together; `read_at` is just before, `told_at` EspoCRM's time, where it said that."""

    rows: list[Record]
    read_at: datetime
    more: bool
    told_at: datetime | None = None


class Records:
    """Reads records of any entity type. Its methods raise what `Client` raises."""

    def __init__(
        self, client: Client, guide: SiteGuide, directory: Directory, metrics: Metrics, now: Clock = utc_now
    ) -> None:
        self._client = client
        self._guide = guide
        self._directory = directory
        self._metrics = metrics
        self._now = now

    async def fresh(self, entity: EntityType, espo_id: str) -> Fresh:
        """Read one record. Raises NotThere, Unreadable, and what `Client` raises."""
        read_at = self._now()
        return await self.understood(entity, await self._client.read(entity.name, espo_id), read_at)

    async def understood(
        self, entity: EntityType, record: Record, read_at: datetime, longest: int = LONGEST_STORED
    ) -> Fresh:
        """Read a whole record, which EspoCRM gave at `read_at`, as a change. Raises Unreadable."""
        persons = await self._directory.persons(people_in(record, entity))
        api_user = (await self._guide.site()).api_user
        event = event_of(record, entity, persons, api_user)
        change = seen(record, entity, event, read_at, api_user)
        if is_too_long(change, longest):
            raise TooLong
        return Fresh(record, change)

    async def changes(
        self, entity: EntityType, rows: Sequence[Record], read_at: datetime
    ) -> list[EspoSeen | EspoSkipped]:
        """Read rows of a list as changes; what is gone or forbidden meanwhile is missing."""
        found = await together(self._change(entity, row, read_at) for row in rows)
        return [change for change in found if change]

    async def by_id(self, entity: EntityType, espo_ids: Sequence[str]) -> list[Change]:
        """Read records by id. One is gone only when its own read says so: a list leaves out what is merely denied."""
        found: list[Change] = []
        for start in range(0, len(espo_ids), IDS_A_LIST):
            chunk = espo_ids[start : start + IDS_A_LIST]
            page = await self._page(entity, [one_of("id", chunk)])
            found += await self.changes(entity, page.rows, page.read_at)
            missing = sorted(set(chunk) - {row["id"] for row in page.rows})
            alone = await together(self._alone(entity, espo_id) for espo_id in missing)
            found += [change for change in alone if change]
        return found

    async def pages(self, entity: EntityType, where: Sequence[Condition], after: str = "") -> AsyncIterator[Rows]:
        """Read a list page by page in the order of ids, from behind `after`; what is added meanwhile shifts no page."""
        while True:
            page = await self._page(entity, [*where, above("id", after)] if after else where)
            yield page
            if not page.more or not page.rows:
                return
            after = page.rows[-1]["id"]

    async def _page(self, entity: EntityType, where: Sequence[Condition]) -> Rows:
        read_at = self._now()
        page = await self._client.rows(entity.name, search(where, select=entity.attributes))
        return Rows(page.rows, read_at, page.more)

    async def _change(self, entity: EntityType, row: Record, read_at: datetime) -> EspoSeen | EspoSkipped | None:
        if len(row.get("description") or "") >= _LIST_TEXT_LENGTH:
            whole = await self._alone(entity, row["id"])
            return None if isinstance(whole, EspoGone) else whole
        return await self._understood_or_skipped(entity, row, read_at)

    async def _alone(self, entity: EntityType, espo_id: str) -> Change | None:
        read_at = self._now()
        try:
            record = await self._client.read(entity.name, espo_id)
        except NotThere:
            self._metrics.records.labels("gone").inc()
            return EspoGone(entity=entity.name, espo_id=espo_id, confirmed=True, read_at=read_at)
        except Denied:
            self._metrics.records.labels("denied").inc()
            _log.warning("record denied", entity=entity.name, espo_id=espo_id)
            return None
        return await self._understood_or_skipped(entity, record, read_at)

    async def _understood_or_skipped(
        self, entity: EntityType, record: Record, read_at: datetime
    ) -> EspoSeen | EspoSkipped:
        try:
            change = (await self.understood(entity, record, read_at, LONGEST)).seen
        except Unreadable as error:
            return self._skipped(entity, record, error)
        self._metrics.records.labels("seen").inc()
        return change

    def _skipped(self, entity: EntityType, record: Record, error: Unreadable) -> EspoSkipped:
        self._metrics.records.labels("unreadable").inc()
        _log.info("record skipped", entity=entity.name, espo_id=record["id"], reason=str(error))
        return EspoSkipped(
            account=record.get("assignedUserId") or "",
            entity=entity.name,
            espo_id=record["id"],
            reason=_reason(error),
            detail=str(error),
        )


def _reason(error: Unreadable) -> Literal["no_start", "unreadable", "too_long"]:
    match error:
        case NoStart():
            return "no_start"
        case TooLong():
            return "too_long"
        case _:
            return "unreadable"
