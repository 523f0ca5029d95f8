"""Who is behind an id, and who is behind an address.

EspoCRM tells all addresses of a person only when that person is read alone, so every read is kept for some minutes and
several wishes for the same person at the same time become one request.
"""

from collections.abc import Iterable
from typing import Any

from async_lru import alru_cache

from contracts.events import Attendee, PersonKind
from espo_connector.asking.client import Client
from espo_connector.asking.query import equal, search
from espo_connector.asking.together import together
from espo_connector.errors import Denied, NotThere
from espo_connector.fields.attendance import Person, PersonId
from espo_connector.fields.schema import PERSON_ENTITIES
from espo_connector.metrics import Metrics

_PERSON_SECONDS = 300
_ADDRESS_SECONDS = 30
_MOST = 20_000


class Directory:
    """Knows the people in EspoCRM. Its methods raise Unavailable, and Rejected where the API user may see nobody."""

    def __init__(self, client: Client, metrics: Metrics) -> None:
        self._client = client
        self._metrics = metrics
        self._person = alru_cache(maxsize=_MOST, ttl=_PERSON_SECONDS)(self._read)
        self._behind = alru_cache(maxsize=_MOST, ttl=_ADDRESS_SECONDS)(self._find)

    async def persons(self, keys: Iterable[PersonId]) -> dict[PersonId, Person]:
        """Read these people. One whom we may not see, or who is gone, comes without addresses."""
        wanted = list(dict.fromkeys(keys))
        return dict(zip(wanted, await together(self._person(key) for key in wanted), strict=True))

    async def behind(self, attendees: Iterable[Attendee]) -> dict[str, Person]:
        """Find whom EspoCRM knows behind attendees: by any of their addresses, User before Contact before Lead (M19).

        A connected user is known by id, whatever the address: the mailbox may have one that EspoCRM was never told.
        Rooms and equipment are nobody. Keyed by the attendee's address; whom nobody knows is missing.
        """
        asked = [attendee for attendee in attendees if not attendee.resource]
        found = await together(self._first_behind(attendee) for attendee in asked)
        return {attendee.address: person for attendee, person in zip(asked, found, strict=True) if person}

    async def _first_behind(self, attendee: Attendee) -> Person | None:
        if attendee.user:
            user = await self._person((PersonKind.USER, attendee.user))
            if user.visible:
                return user
        for address in (attendee.address, *attendee.aliases):
            if person := await self._behind(address):
                return person
        return None

    async def _find(self, address: str) -> Person | None:
        for kind, entity in PERSON_ENTITIES.items():
            # `equals` means any address of the person, in any case; `in` is case-sensitive on PostgreSQL. An API user
            # is shown no inactive users and none of his own kind.
            asked = search([equal("emailAddress", address)], select=("id", "name", "emailAddress"))
            rows = (await self._client.rows(entity, asked)).rows
            if rows:
                chosen = min(rows, key=lambda row: (_lower(row.get("emailAddress")) != address, row["id"]))
                return Person(kind, chosen["id"], chosen.get("name") or "", (address,))
        return None

    async def _read(self, key: PersonId) -> Person:
        kind, person_id = key
        try:
            record = await self._client.read(PERSON_ENTITIES[kind], person_id)
        except (NotThere, Denied):
            self._metrics.people_unknown.inc()
            return Person(kind, person_id, visible=False)
        person = Person(kind, person_id, record.get("name") or "", _addresses(record))
        if not person.addresses:
            self._metrics.people_unknown.inc()
        return person


def _addresses(record: dict[str, Any]) -> tuple[str, ...]:
    primary = _lower(record.get("emailAddress"))
    all_of_them = (_lower(data.get("emailAddress")) for data in record.get("emailAddressData") or ())
    return tuple(dict.fromkeys(address for address in (primary, *all_of_them) if address))


def _lower(address: Any) -> str:
    return str(address or "").strip().lower()
