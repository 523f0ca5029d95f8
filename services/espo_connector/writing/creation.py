"""Makes records, each once.

An answer that got lost, a crash, a message delivered twice: each of them asks for the same record again. So what a write
may have made already is looked for before it is made, for a whole batch in one request, and again when an answer is lost.
"""

from collections.abc import Sequence
from uuid import UUID

from contracts.events import PersonKind, Reply, Timed
from contracts.outcomes import Done
from contracts.writes import CreateEspoRecord
from espo_connector.asking.client import Client, Clock, Record, utc_now
from espo_connector.asking.query import Condition
from espo_connector.asking.together import together
from espo_connector.errors import Invalid, Unclear
from espo_connector.feed import about
from espo_connector.fields.attendance import Person, invited
from espo_connector.fields.schema import EntityType
from espo_connector.instance.people import Directory
from espo_connector.instance.site import SiteGuide
from espo_connector.reading.records import Fresh, Records
from espo_connector.translate import described, joined_at, keyed, named, place, state, times
from espo_connector.writing.made import Made
from espo_connector.writing.twins import bearers, candidates, of_keys, paired


class Creation:
    """Makes records. Its methods raise what `Client` raises."""

    def __init__(
        self, client: Client, guide: SiteGuide, directory: Directory, records: Records, now: Clock = utc_now
    ) -> None:
        self._client = client
        self._guide = guide
        self._directory = directory
        self._records = records
        self._now = now
        self._made = Made()

    async def made_already(self, entity_name: str, writes: Sequence[CreateEspoRecord]) -> dict[UUID, Record]:
        """Find what came before of these writes to one entity type, by write id."""
        entity = await self._guide.entity(entity_name)
        found: dict[UUID, Record] = {
            write.write_id: {"id": espo_id} for write in writes if (espo_id := self._made_before(write))
        }
        keyed = [write for write in writes if entity.key and write.key and write.write_id not in found]
        try:
            found |= await self._bearing_keys(entity, keyed)
        except Invalid:
            # EspoCRM lets nobody ask by an attribute that it does not have: the field has been removed since we looked.
            self._guide.forget()
            keyed = []
        # A key that no record bears is certain, but for a first attempt that was made before there was a field for it.
        certain = {write.write_id for write in keyed if not write.again}
        return found | await self._alike(entity, [each for each in writes if each.write_id not in {*found, *certain}])

    async def _bearing_keys(self, entity: EntityType, writes: Sequence[CreateEspoRecord]) -> dict[UUID, Record]:
        if not (writes and entity.key):
            return {}
        api_user = (await self._guide.site()).api_user
        return of_keys(writes, await self._rows(entity, bearers(writes, entity.key, api_user)), entity.key)

    async def _alike(self, entity: EntityType, writes: Sequence[CreateEspoRecord]) -> dict[UUID, Record]:
        owned = await together(self._owned(write, entity) for write in writes)
        storable = [write for write in owned if entity.all_day or isinstance(write.event.span, Timed)]
        rows: dict[str, Record] = {}
        for where in candidates(storable, (await self._guide.site()).api_user):
            rows |= {row["id"]: row for row in await self._rows(entity, where)}
        unnamed = [row for row in rows.values() if not (entity.key and row.get(entity.key))]
        return paired(storable, unnamed, self._made.links)

    async def _rows(self, entity: EntityType, where: Sequence[Condition]) -> list[Record]:
        return [row async for page in self._records.pages(entity, where) for row in page.rows]

    def _made_before(self, write: CreateEspoRecord) -> str | None:
        """Give the id of the record that this process has made for the same link, whatever has become of it since."""
        return next((espo_id for espo_id in self._made.of(write.link_id) if espo_id not in write.not_these), None)

    async def carry_out(self, write: CreateEspoRecord, twin: Record | None) -> Done:
        """Make a record, unless its `twin` was made before. Raises Impossible where the type cannot hold the event."""
        entity = await self._guide.entity(write.entity)
        body, left_out = await self._body(write, entity)
        fresh, found = await self._make(entity, write, body) if twin is None else await self._found(entity, twin)
        self._made.remember(fresh.seen.espo_id, write.link_id)
        return Done(**about(write), finished_at=self._now(), stored=fresh.seen, found=found, left_out=left_out)

    async def _make(self, entity: EntityType, write: CreateEspoRecord, body: Record) -> tuple[Fresh, bool]:
        """Make a record; if the answer gets lost, find what came of it. Says also whether it was edited since."""
        read_at = self._now()
        try:
            record = await self._client.create(entity.name, body)
        except Unclear:
            twin = (await self.made_already(entity.name, [write])).get(write.write_id)
            if twin is None:
                raise
            return await self._found(entity, twin)
        return await self._records.understood(entity, record, read_at), False

    async def _found(self, entity: EntityType, twin: Record) -> tuple[Fresh, bool]:
        """Read a record whole that was made before. Says also whether somebody has edited it since: then that is news."""
        fresh = await self._records.fresh(entity, twin["id"])
        return fresh, bool(fresh.record.get("modifiedById"))

    async def _body(self, write: CreateEspoRecord, entity: EntityType) -> tuple[Record, tuple[str, ...]]:
        event = write.event
        owner = (await self._owned(write, entity)).account
        zone = (await self._guide.site()).zone
        guests, left_out = await self._guests(write, entity)
        body = {
            "assignedUserId": owner,
            **named(event.title),
            **times(event.span, entity),
            **state(event, entity, zone, self._now()),
            **(described(event.description) if event.description else {}),
            **(place(event.location, entity) if event.location else {}),
            **(joined_at(event.join_url, entity) if event.join_url else {}),
            **invited(owner, guests, entity),
            **keyed(write.key, entity),
        }
        return body, left_out

    async def _owned(self, write: CreateEspoRecord, entity: EntityType) -> CreateEspoRecord:
        """Give the write to whom the record is to belong: a colleague who organizes the meeting, else who asked for it.

        In a type without attendees only its owner could find the record, so there it belongs to who asked.
        """
        organizers = (attendee for attendee in write.event.people or () if attendee.organizer)
        found = await self._directory.behind(organizers) if entity.kinds else {}
        users = [person.id for person in found.values() if person.kind is PersonKind.USER]
        return write.model_copy(update={"account": users[0]}) if users else write

    async def _guests(
        self, write: CreateEspoRecord, entity: EntityType
    ) -> tuple[list[tuple[Person, Reply]], tuple[str, ...]]:
        people = write.event.people or ()
        found = await self._directory.behind(people) if entity.kinds else {}
        known = [(found[attendee.address], attendee.reply) for attendee in people if attendee.address in found]
        return known, tuple(attendee.address for attendee in people if attendee.address not in found)
