"""Reads the records that a webhook spoke of.

A webhook is a hint: its content is as old as the event, and its order against other webhooks is chance. So only the ids
count, each once per batch, and the record as it stands is what is told.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import structlog

from bus.consuming.delivery import Delivery
from bus.errors import Transient
from contracts.notices import RecordTouched
from espo_connector.errors import Rejected, Unavailable
from espo_connector.feed import Publisher, tell
from espo_connector.instance.site import SiteGuide
from espo_connector.reading.records import Records

_log = structlog.get_logger("espo_connector")


class Notices:
    """Handles the topic of notices, in batches."""

    def __init__(self, guide: SiteGuide, records: Records, publisher: Publisher) -> None:
        self._guide = guide
        self._records = records
        self._publisher = publisher

    async def read(self, deliveries: Sequence[Delivery[RecordTouched]]) -> None:
        """Tell what stands in the touched records. Raises Transient while EspoCRM is unavailable."""
        touched: defaultdict[str, dict[str, Delivery[RecordTouched]]] = defaultdict(dict)
        for delivery in deliveries:
            touched[delivery.message.entity].setdefault(delivery.message.espo_id, delivery)
        for name, notices in touched.items():
            await self._read(name, notices)

    async def _read(self, name: str, notices: Mapping[str, Delivery[RecordTouched]]) -> None:
        try:
            entity = await self._guide.entity(name)
            await tell(self._publisher, await self._records.by_id(entity, sorted(notices)), notices)
        except Unavailable as error:
            raise Transient(error.reason) from error
        except Rejected as error:
            # Nobody waits for an answer to a hint, and the next sweep reports the same reason to who asked for it.
            _log.warning("notices ignored", entity=name, count=len(notices), reason=error.reason)
