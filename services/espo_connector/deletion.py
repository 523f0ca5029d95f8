"""Removes records. One that is gone already is what was wished for."""

import structlog

from contracts.outcomes import Done
from contracts.writes import DeleteEspoRecord
from espo_connector.client import Client, Clock, utc_now
from espo_connector.errors import NotThere
from espo_connector.feed import about
from espo_connector.site import SiteGuide

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
            await self._client.delete(entity.name, write.espo_id)
        except NotThere:
            _log.debug("record to delete was gone", entity=entity.name, espo_id=write.espo_id)
        return Done(**about(write), finished_at=self._now(), stored=None)
