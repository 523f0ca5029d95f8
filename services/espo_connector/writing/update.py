"""Changes records: only what differs, and only if nobody else changed it meanwhile.

Every PUT counts as a change in EspoCRM, even an empty one: it moves `modifiedAt`, and a changed start or attendee resets
everybody's reminders. So the record is read first, what it holds already is not written, and a field that is neither as
the write was decided on nor as it wishes is a conflict; so is any that it would change in a record that has a newer version.
A write that arrives twice finds its wish fulfilled.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from contracts.changes import EspoSeen
from contracts.events import Attendee, Event, EventField
from contracts.outcomes import Conflicted, Done
from contracts.writes import Patch, UpdateEspoRecord
from espo_connector.asking.client import Client, Clock, utc_now
from espo_connector.feed import about
from espo_connector.fields.attendance import changed, people_in
from espo_connector.fields.schema import EntityType
from espo_connector.instance.people import Directory
from espo_connector.instance.site import SiteGuide
from espo_connector.reading.records import Fresh, Records
from espo_connector.translate import Attributes, described, joined_at, named, place, standing, times


@dataclass(frozen=True, slots=True)
class Difference:
    """What a patch would change in a record: attributes by field, its owner, and addresses that EspoCRM knows nobody for."""

    fields: dict[EventField, Attributes]
    left_out: tuple[str, ...] = ()
    owner: Attributes = field(default_factory=dict)

    @property
    def body(self) -> Attributes:
        """All attributes together."""
        return {name: value for part in (*self.fields.values(), self.owner) for name, value in part.items()}


class Update:
    """Changes records. Its methods raise what `Client` raises."""

    def __init__(
        self, client: Client, guide: SiteGuide, directory: Directory, records: Records, now: Clock = utc_now
    ) -> None:
        self._client = client
        self._guide = guide
        self._directory = directory
        self._records = records
        self._now = now

    async def carry_out(self, write: UpdateEspoRecord) -> Done | Conflicted:
        """Change a record. Raises NotThere, Unreadable, and Impossible where the type cannot hold what is wished."""
        entity = await self._guide.entity(write.entity)
        fresh = await self._records.fresh(entity, write.espo_id)
        difference = await self._difference(write.patch, fresh, entity)
        if difference.body and changed_meanwhile(write, fresh.seen, difference.fields):
            return Conflicted(**about(write), finished_at=self._now(), fresh=fresh.seen)
        edited = False
        if difference.body:
            fresh, edited = await self._written(entity, fresh, difference)
        left_out = difference.left_out
        return Done(**about(write), finished_at=self._now(), stored=fresh.seen, found=edited, left_out=left_out)

    async def _written(self, entity: EntityType, fresh: Fresh, difference: Difference) -> tuple[Fresh, bool]:
        """Change a record, and give it as it is stored. Says also whether somebody has edited it before it was read back."""
        espo_id, read_at = fresh.seen.espo_id, self._now()
        answer = await self._client.update(entity.name, espo_id, difference.body)
        if "people" in difference.fields or difference.owner or "isAllDay" in difference.body:
            # EspoCRM's answer echoes what was sent: half the columns, and times that it has recomputed since.
            back = await self._records.fresh(entity, espo_id)
            return back, back.record.get("modifiedById") != (await self._guide.site()).api_user
        return await self._records.understood(entity, {**fresh.record, **answer}, read_at), False

    async def _difference(self, patch: Patch, fresh: Fresh, entity: EntityType) -> Difference:
        fields = plain_difference(patch, fresh, entity)
        owner = handed_over(patch, fresh)
        if patch.people is None:
            return Difference(fields, owner=owner)
        left_out: tuple[str, ...] = tuple(attendee.address for attendee in patch.people.add)
        if entity.kinds:
            persons = await self._directory.persons(people_in(fresh.record, entity))
            found = await self._directory.behind(patch.people.add)
            left_out = tuple(address for address in left_out if address not in found)
            if body := changed(fresh.record, entity, patch.people, persons, found):
                fields["people"] = body
        return Difference(fields, left_out, owner)


def changed_meanwhile(write: UpdateEspoRecord, fresh: EspoSeen, fields: Iterable[EventField]) -> bool:
    """Tell whether somebody has edited these fields since the write was decided on, be it to give them back their values.

    Of a record that has a newer version neither its content nor the edit of another field says that they did not: this write
    may have been carried out before, lost its answer, and been undone. It is decided on anew then.
    """
    if any(not same(field, fresh.event, write.decided_on) for field in fields):
        return True
    return bool(write.version) and fresh.version != write.version


def handed_over(patch: Patch, fresh: Fresh) -> Attributes:
    """Write whose record it is to be; empty where it is theirs already."""
    stays = patch.owner is None or patch.owner == fresh.seen.account
    return {} if stays else {"assignedUserId": patch.owner}


def plain_difference(patch: Patch, fresh: Fresh, entity: EntityType) -> dict[EventField, Attributes]:
    """Write what a patch changes apart from people, by field; a field that is as wished already is missing.

    Raises Impossible for whole days in an entity type that has none, and for a join link that is too long.
    """
    event = fresh.seen.event
    held_and_wished: dict[EventField, tuple[Attributes, Attributes]] = {}
    if patch.title is not None:
        held_and_wished["title"] = {"name": fresh.record.get("name")}, named(patch.title)
    if patch.span is not None:
        held_and_wished["span"] = times(event.span, entity), times(patch.span, entity)
    if patch.location is not None:
        held_and_wished["location"] = place(event.location or "", entity), place(patch.location, entity)
    if patch.description is not None:
        held_and_wished["description"] = described(event.description or ""), described(patch.description)
    if patch.join_url is not None:
        held_and_wished["join_url"] = joined_at(event.join_url or "", entity), joined_at(patch.join_url, entity)
    if patch.cancelled is not None:
        held_and_wished["cancelled"] = standing(bool(event.cancelled), entity), standing(patch.cancelled, entity)
    return {field: wished for field, (held, wished) in held_and_wished.items() if wished != held}


def same(field: EventField, one: Event, other: Event) -> bool:
    """Tell whether two events hold the same in a field. People are who they are under any of their addresses."""
    if field != "people":
        return bool(getattr(one, field) == getattr(other, field))
    ours, theirs = one.people or (), other.people or ()
    return len(ours) == len(theirs) and all(any(_same_attendee(a, b) for b in theirs) for a in ours)


def _same_attendee(one: Attendee, other: Attendee) -> bool:
    return one.reply is other.reply and not one.addresses.isdisjoint(other.addresses)
