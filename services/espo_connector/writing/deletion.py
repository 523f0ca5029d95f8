"""Removes records. One that is gone already is what was wished for.

EspoCRM only marks a removed record as such: for two months its administrators can read it (EspoCRM documentation,
"Jobs", `cleanupDeletedRecordsPeriod`). So a record that must not be read any more is emptied first.
"""

import structlog

from contracts.events import BUSY_TITLE
from contracts.outcomes import Done
from contracts.writes import DeleteEspoRecord
from espo_connector.asking.client import Client, Clock, utc_now
from espo_connector.errors import NotThere, Rejected
from espo_connector.feed import about
from espo_connector.fields.attendance import nobody
from espo_connector.fields.schema import EntityType
from espo_connector.instance.site import SiteGuide
from espo_connector.translate import Attributes, described, joined_at, named, place

_log = structlog.get_logger("espo_connector")


class Deletion:
    """Removes records. Its methods raise what `Client` raises."""

    def __init__(self, client: Client, guide: SiteGuide, now: Clock = utc_now) -> None:
        self._client = client
        self._guide = guide
        self._now = now

    async def carry_out(self, write: DeleteEspoRecord) -> Done:
        """Remove a record."""
        entity = await self._guide.entity(write.entity)
        try:
            if write.erase:
                await self._empty(entity, write.espo_id)
            await self._client.delete(entity.name, write.espo_id)
        except NotThere:
            _log.debug("record to delete was gone", entity=entity.name, espo_id=write.espo_id)
        return Done(**about(write), finished_at=self._now(), stored=None)

    async def _empty(self, entity: EntityType, espo_id: str) -> None:
        try:
            await self._client.update(entity.name, espo_id, _nothing(entity))
        except Rejected as error:
            # A site may demand what we leave out; out of sight is better than not removed at all.
            _log.warning("record could not be emptied before its removal", entity=entity.name, reason=error.reason)


def _nothing(entity: EntityType) -> Attributes:
    """Write a record that says no more than when its owner is busy."""
    return {**named(BUSY_TITLE), **described(""), **place("", entity), **joined_at("", entity), **nobody(entity)}
