"""The feed of changes of a whole company: what was modified in one entity type since the last sweep.

EspoCRM's webhooks leave by a cron job, minutes late and in small portions, so this is what the product stands on: one
cheap list request per entity type every two seconds. (EspoCRM source, `Core/Webhook/Queue.php`.)
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from espo_connector.asking.client import Client, Clock, Record, utc_now
from espo_connector.asking.query import Condition, above, at_least, below, both, either, equal, filled, search
from espo_connector.fields.schema import EntityType
from espo_connector.reading.cursors import Place, SweepCursor
from espo_connector.reading.records import Rows

LEAST_PAGES_BACK = 3
"""So many pages a sweep are eighteen thousand rows a minute, more than three minutes hold where the sweep itself reads one."""


@dataclass(frozen=True, slots=True)
class Swept:
    """One page: the rows of it that are new, how many are not, and where the sweep stands once the new ones are told."""

    new: list[Record]
    unchanged: int
    read_at: datetime
    cursor: SweepCursor
    more: bool


class Sweeps:
    """Reads the feed of an entity type."""

    def __init__(self, client: Client, now: Clock = utc_now) -> None:
        self._client = client
        self._now = now

    async def start(self, entity: EntityType) -> SweepCursor:
        """Stand behind everything that is there: at the newest `modifiedAt`, which is EspoCRM's time and not ours."""
        newest = search(
            [filled("modifiedAt")], select=("id", "modifiedAt"), order_by="modifiedAt", order="desc", size=1
        )
        read_at = self._now()
        page = await self._client.rows(entity.name, newest)
        at = SweepCursor(at="").after(page.rows, read_at, page.told_at).at
        return SweepCursor(at=at, moved_at=read_at, looked_back_at=read_at)

    async def pages(self, entity: EntityType, cursor: SweepCursor) -> AsyncIterator[Swept]:
        """Read what was modified, in the order of modification. A row modified meanwhile comes again further on.

        Where it is time to look back, that follows, and takes no more pages than were read before, or a few: what is new
        waits for little of it, and the next sweep goes on with it.
        """
        now = self._now()
        since = cursor.since(now)
        where: Condition | None = at_least("modifiedAt", since) if since else filled("modifiedAt")
        pages = 0
        while where:
            page = await self._page(entity, where)
            pages += 1
            where = _behind(_last(page)) if page.more else None
            stands = cursor.after(page.rows, page.read_at, page.told_at)
            yield _swept(cursor, page, stands, None if page.more or stands.looks_back(now) else now)
            cursor = stands
        async for swept in self._back(entity, cursor, now, max(pages, LEAST_PAGES_BACK)):
            yield swept

    async def _back(self, entity: EntityType, cursor: SweepCursor, now: datetime, pages: int) -> AsyncIterator[Swept]:
        place = cursor.looks_back(now)
        until = below("modifiedAt", cursor.since(now))
        while place:
            page = await self._page(entity, both(_behind(place), until))
            pages -= 1
            place = _last(page) if page.more else None
            stands = cursor.after(page.rows, page.read_at, page.told_at).looking_back(place, now)
            yield _swept(cursor, page, stands, None if place and pages else now)
            if not pages:
                return
            cursor = stands

    async def _page(self, entity: EntityType, where: Condition) -> Rows:
        read_at = self._now()
        page = await self._client.rows(entity.name, search([where], select=entity.attributes, order_by="modifiedAt"))
        return Rows(page.rows, read_at, page.more and bool(page.rows), page.told_at)


def _swept(cursor: SweepCursor, page: Rows, stands: SweepCursor, finished: datetime | None) -> Swept:
    """Tell of a page, which is the last one of a sweep that began at `finished`."""
    new = cursor.unknown(page.rows)
    stands = stands.finished(finished) if finished else stands
    return Swept(new, len(page.rows) - len(new), page.read_at, stands, more=finished is None)


def _last(page: Rows) -> Place:
    return Place(page.rows[-1]["modifiedAt"], page.rows[-1]["id"])


def _behind(place: Place) -> Condition:
    if not place.espo_id:
        return at_least("modifiedAt", place.modified_at)
    here = equal("modifiedAt", place.modified_at)
    return either(above("modifiedAt", place.modified_at), both(here, above("id", place.espo_id)))
