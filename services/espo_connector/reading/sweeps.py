"""The feed of changes of a whole company: what was modified in one entity type since the last sweep.

EspoCRM's webhooks leave by a cron job, minutes late and in small portions, so this is what the product stands on: one
cheap list request per entity type every two seconds. (EspoCRM source, `Core/Webhook/Queue.php`.)
"""

from collections.abc import AsyncIterator

from espo_connector.asking.client import Client, Clock, utc_now
from espo_connector.asking.query import Condition, above, at_least, both, either, equal, filled, search
from espo_connector.fields.schema import EntityType
from espo_connector.reading.cursors import SweepCursor
from espo_connector.reading.records import Rows


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
        page = await self._client.rows(entity.name, newest)
        return SweepCursor(at=page.rows[0]["modifiedAt"] if page.rows else "")

    async def pages(self, entity: EntityType, cursor: SweepCursor) -> AsyncIterator[Rows]:
        """Read what was modified, in the order of modification. A row modified meanwhile comes again further on."""
        where = [at_least("modifiedAt", cursor.since) if cursor.since else filled("modifiedAt")]
        while True:
            read_at = self._now()
            asked = search(where, select=entity.attributes, order_by="modifiedAt")
            page = await self._client.rows(entity.name, asked)
            yield Rows(page.rows, read_at, page.more)
            if not page.more or not page.rows:
                return
            where = [_behind(page.rows[-1]["modifiedAt"], page.rows[-1]["id"])]


def _behind(modified_at: str, espo_id: str) -> Condition:
    return either(above("modifiedAt", modified_at), both(equal("modifiedAt", modified_at), above("id", espo_id)))
