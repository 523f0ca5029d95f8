"""A person who uses EspoCRM, acting through its REST API with a password of their own.

Tandem's API user must stay distinguishable from people (webhooks leave out its own writes, `modifiedById` names the
editor), so people sign in as themselves. EspoCRM keeps attendees as ids, hence the directory of who is who.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from contracts.events import AllDay, Span, Timed
from tandem.addresses import Espo
from tandem.people.cast import Colleague
from tandem.people.entries import Entry
from times.espo import from_espo, to_espo

Link = Literal["users", "contacts", "leads"]
LINKS: tuple[Link, ...] = ("users", "contacts", "leads")
_CANCELLED = "Not Held"
_LOCATION = "location"
"""What our companion extension calls the place of a Meeting or a Call."""
_TIMES = ("dateStart", "dateEnd", "isAllDay", "dateStartDate", "dateEndDate")
_SELECT = ("name", "status", *_TIMES, _LOCATION, "assignedUserId", *(f"{link}Ids" for link in LINKS))


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whom EspoCRM knows: as what, and by which id."""

    link: Link
    id: str


class EspoPerson:
    """One colleague in EspoCRM. `directory` tells by address whom EspoCRM knows.

    Every method raises httpx.HTTPStatusError if EspoCRM refuses.
    """

    def __init__(self, http: httpx.AsyncClient, espo: Espo, who: Colleague, directory: Mapping[str, Known]) -> None:
        self._http = http
        self._api = f"{espo.url}/api/v1"
        self._auth = httpx.BasicAuth(who.login, who.password)
        self._id = directory[who.address].id
        self._directory = directory
        self._addresses = {known: address for address, known in directory.items()}

    async def entries(self) -> dict[str, Entry]:
        """Read the meetings and calls that are assigned to this person, by `Entity/id`."""
        entries: dict[str, Entry] = {}
        for entity in ("Meeting", "Call"):
            search = {
                "where": [{"type": "equals", "attribute": "assignedUserId", "value": self._id}],
                "select": list(_SELECT),
                "maxSize": 200,
            }
            query = {"searchParams": json.dumps(search)}
            answer = (await self._http.get(f"{self._api}/{entity}", params=query, auth=self._auth)).raise_for_status()
            entries |= {f"{entity}/{record['id']}": self._read(entity, record) for record in answer.json()["list"]}
        return entries

    async def entry(self, record: str) -> Entry:
        """Read one record, whomever it is assigned to. `record` is `Entity/id`."""
        answer = (await self._http.get(f"{self._api}/{record}", auth=self._auth)).raise_for_status()
        return self._read(record.partition("/")[0], answer.json())

    async def create(self, entry: Entry) -> str:
        """Make a meeting or a call, assigned to this person; gives its `Entity/id`."""
        entity = "Call" if entry.call else "Meeting"
        everything = {"name": entry.title, "assignedUserId": self._id, "status": "Planned", _LOCATION: entry.location}
        everything |= _span(entry) | self._people(entry)
        answer = (await self._http.post(f"{self._api}/{entity}", auth=self._auth, json=everything)).raise_for_status()
        return f"{entity}/{answer.json()['id']}"

    async def change(self, record: str, before: Entry, after: Entry) -> None:
        """Change what differs, and nothing else. `record` is `Entity/id`."""
        changes: dict[str, Any] = {"name": after.title} if after.title != before.title else {}
        changes |= _span(after) if after.span != before.span else {}
        changes |= {_LOCATION: after.location} if after.location != before.location else {}
        changes |= self._people(after) if after.people != before.people else {}
        (await self._http.put(f"{self._api}/{record}", auth=self._auth, json=changes)).raise_for_status()

    async def hand_over(self, record: str, to: Colleague) -> None:
        """Assign a record to somebody else. `record` is `Entity/id`."""
        owner = {"assignedUserId": self._directory[to.address].id}
        (await self._http.put(f"{self._api}/{record}", auth=self._auth, json=owner)).raise_for_status()

    async def remove(self, record: str) -> None:
        """Delete a record. `record` is `Entity/id`."""
        (await self._http.delete(f"{self._api}/{record}", auth=self._auth)).raise_for_status()

    def _read(self, entity: str, record: dict[str, Any]) -> Entry:
        invited = {Known(link, person) for link in LINKS for person in record.get(f"{link}Ids") or []}
        return Entry(
            title=record["name"],
            span=_read_span(record),
            location=record.get(_LOCATION) or "",
            people=frozenset(self._addresses.get(known, known.id) for known in invited - {Known("users", self._id)}),
            call=entity == "Call",
            cancelled=record["status"] == _CANCELLED,
        )

    def _people(self, entry: Entry) -> dict[str, list[str]]:
        invited = [self._directory[address] for address in sorted(entry.people)] + [Known("users", self._id)]
        return {f"{link}Ids": [known.id for known in invited if known.link == link] for link in LINKS}


def _span(entry: Entry) -> dict[str, Any]:
    """Write a span with every field that EspoCRM has for it, as its own pages do; a Call has fewer."""
    span = entry.span
    if isinstance(span, AllDay):
        return {"isAllDay": True, "dateStartDate": span.first.isoformat(), "dateEndDate": span.last.isoformat()}
    times: dict[str, Any] = {"dateStart": to_espo(span.start), "dateEnd": to_espo(span.end)}
    return times if entry.call else times | {"isAllDay": False, "dateStartDate": None, "dateEndDate": None}


def _read_span(record: dict[str, Any]) -> Span:
    if record.get("dateStartDate"):
        return AllDay.model_validate({"first": record["dateStartDate"], "last": record["dateEndDate"]})
    return Timed(start=from_espo(record["dateStart"]), end=from_espo(record["dateEnd"]))
