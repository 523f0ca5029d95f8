"""Carries out looks: reads from EspoCRM what the reconciler wishes to know, and says how far it came.

Every look of a feed is answered: with a new cursor, with a moment to try again, or with the reason why it will not work.
A look that stops half-way has told what it read before, and its last cursor stands behind exactly that.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import structlog

from bus.errors import Permanent
from contracts.changes import CursorAdvanced, CursorLost, LookDeferred, LookRefused, RecordsLookDeferred
from contracts.looks import EspoLook, LookAtOwner, LookAtRecords, SweepEntity
from contracts.topics import ESPO_CHANGES
from espo_connector.asking.query import at_least, both, either, empty, equal
from espo_connector.errors import EspoError, KeyRefused, Unavailable
from espo_connector.feed import Publisher, tell
from espo_connector.instance.site import SiteGuide
from espo_connector.metrics import Metrics
from espo_connector.reading.cursors import Lost, OwnerCursor, SweepCursor
from espo_connector.reading.records import Records
from espo_connector.reading.sweeps import Sweeps
from espo_connector.translate import midnight
from times.espo import to_espo

FeedLook = SweepEntity | LookAtOwner

_log = structlog.get_logger("espo_connector")


class Looks:
    """Handles the topic of looks."""

    def __init__(
        self, guide: SiteGuide, records: Records, sweeps: Sweeps, publisher: Publisher, metrics: Metrics
    ) -> None:
        self._guide = guide
        self._records = records
        self._sweeps = sweeps
        self._publisher = publisher
        self._metrics = metrics

    async def carry_out(self, look: EspoLook) -> None:
        """Carry out one look. Raises Permanent for records that cannot be read at all: they have no feed to tell."""
        with self._metrics.look_seconds.labels(look.kind).time():
            match look:
                case SweepEntity():
                    await self._answered(look, self._sweep)
                case LookAtOwner():
                    await self._answered(look, self._read_owner)
                case LookAtRecords():
                    await self._read_records(look)

    async def _answered(self, look: Any, read: Callable[[Any], Awaitable[None]]) -> None:
        try:
            await read(look)
        except Unavailable as error:
            self._metrics.deferred(error)
            await self._defer(look, error)
        except EspoError as error:
            if isinstance(error, KeyRefused) and isinstance(look, LookAtOwner):
                # An owner whose look is refused for good counts as read, and the first sync begins: a key is put right.
                await self._defer(look, error)
                return
            _log.warning("look refused", feed=look.feed, reason=error.reason)
            await self._answer(look, LookRefused(feed=look.feed, look_id=look.look_id, reason=error.reason))
        except Lost:
            await self._answer(look, CursorLost(feed=look.feed, look_id=look.look_id))

    async def _defer(self, look: FeedLook, error: Unavailable | KeyRefused) -> None:
        await self._answer(
            look, LookDeferred(feed=look.feed, look_id=look.look_id, until=error.until, reason=error.reason)
        )

    async def _sweep(self, look: SweepEntity) -> None:
        entity = await self._guide.entity(look.entity)
        if look.cursor is None:
            cursor = await self._sweeps.start(entity)
            await self._advance(look, cursor, changes=0, more=False)
            return
        async for page in self._sweeps.pages(entity, SweepCursor.parse(look.cursor)):
            self._metrics.records.labels("unchanged").inc(page.unchanged)
            changes = await self._records.changes(entity, page.new, page.read_at)
            await tell(self._publisher, changes)
            await self._advance(look, page.cursor, len(changes), page.more)

    async def _read_owner(self, look: LookAtOwner) -> None:
        cursor = OwnerCursor.parse(look.cursor or "{}")
        entity = await self._guide.entity(look.entity)
        # The day is the user's, whose zone may be half a day from the system's: what is told too many, the rules leave out.
        since = to_espo(midnight(look.since - timedelta(days=1), (await self._guide.site()).zone))
        endless = both(empty("dateEnd"), at_least("dateStart", since))
        where = [equal("assignedUserId", look.account), either(at_least("dateEnd", since), endless)]
        async for page in self._records.pages(entity, where, cursor.after):
            changes = await self._records.changes(entity, page.rows, page.read_at)
            await tell(self._publisher, changes)
            cursor = OwnerCursor(after=page.rows[-1]["id"]) if page.more else OwnerCursor()
            await self._advance(look, cursor, len(changes), page.more)

    async def _read_records(self, look: LookAtRecords) -> None:
        try:
            entity = await self._guide.entity(look.entity)
            await tell(self._publisher, await self._records.by_id(entity, look.espo_ids))
        except (Unavailable, KeyRefused) as error:
            await self._put_off(look, error)
            return
        except EspoError as error:
            raise Permanent(error.reason) from error
        self._metrics.looks.labels(look.kind, "read").inc()

    async def _put_off(self, look: LookAtRecords, error: Unavailable | KeyRefused) -> None:
        about_records = {"account": look.account, "entity": look.entity, "espo_ids": look.espo_ids}
        self._metrics.deferred(error)
        deferred = RecordsLookDeferred(**about_records, until=error.until, reason=error.reason)
        self._metrics.looks.labels(look.kind, "deferred").inc()
        await self._publisher.publish(ESPO_CHANGES.name, look.account or look.entity, deferred)

    async def _advance(self, look: FeedLook, cursor: SweepCursor | OwnerCursor, changes: int, more: bool) -> None:
        await self._answer(
            look,
            CursorAdvanced(
                feed=look.feed,
                look_id=look.look_id,
                cursor=cursor.model_dump_json(),
                changes=changes,
                more=more,
            ),
        )

    async def _answer(self, look: FeedLook, answer: CursorAdvanced | CursorLost | LookDeferred | LookRefused) -> None:
        self._metrics.looks.labels("feed", answer.kind).inc()
        # Behind what the look told: that an owner's records have been read may not be heard before what they are.
        key = look.account if isinstance(look, LookAtOwner) else look.feed
        await self._publisher.publish(ESPO_CHANGES.name, key, answer)
