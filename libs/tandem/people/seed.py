"""Fills the sandbox: the same people on both sides, connected through the reconciler as an administrator would do it."""

from collections.abc import Iterable
from typing import Any

import httpx

from tandem.addresses import Addresses
from tandem.api import Reconciler
from tandem.people.cast import COLLEAGUES, CONTACTS, LEADS, Colleague, Outsider
from tandem.people.entries import CALL_LABEL
from tandem.people.espo import Known, Link
from times.zones import windows_name

_CALENDAR = {"create": "yes", "read": "all", "edit": "all", "delete": "all", "stream": "all"}
COLLEAGUE = {
    "Meeting": _CALENDAR,
    "Call": _CALENDAR,
    "Contact": {"create": "yes", "read": "all", "edit": "all", "delete": "no", "stream": "all"},
    "Lead": {"create": "yes", "read": "all", "edit": "all", "delete": "no", "stream": "all"},
    "User": {"read": "all", "edit": "no"},
    "OutlookCalendar": True,
}
"""What the company's role lets a colleague do in EspoCRM."""

Directory = dict[str, Known]
"""Whom EspoCRM knows, by address."""


async def people(http: httpx.AsyncClient, at: Addresses) -> Directory:
    """Put the cast into both simulators. Raises httpx.HTTPStatusError if one refuses."""
    directory = Directory()
    for colleague in COLLEAGUES:
        await _post(http, f"{at.graph.url}/_control/mailboxes", _mailbox(colleague))
        record = await _post(http, f"{at.espo.url}/_control/users", _user(colleague))
        directory[colleague.address] = Known("users", record["id"])
    directory |= await _outsiders(http, f"{at.espo.url}/_control/contacts", CONTACTS, "contacts")
    return directory | await _outsiders(http, f"{at.espo.url}/_control/leads", LEADS, "leads")


async def connect(reconciler: Reconciler, directory: Directory) -> None:
    """Connect every colleague, both ways, meetings and calls, contacts and leads invited in Outlook too."""
    for colleague in COLLEAGUES:
        await reconciler.connect(
            directory[colleague.address].id,
            {
                "name": colleague.name,
                "mailbox": colleague.address,
                "zone": colleague.zone,
                "addresses": [colleague.address],
                "settings": {
                    "direction": "both",
                    "entities": {"Meeting": "", "Call": CALL_LABEL},
                    "default_entity": "Meeting",
                    "contacts_and_leads": True,
                },
            },
        )


def _mailbox(colleague: Colleague) -> dict[str, str]:
    return {"upn": colleague.address, "name": colleague.name, "zone": windows_name(colleague.zone) or "UTC"}


def _user(colleague: Colleague) -> dict[str, Any]:
    first, last = colleague.name.split()
    return {
        "userName": colleague.login,
        "firstName": first,
        "lastName": last,
        "emailAddress": colleague.address,
        "type": "regular",
        "password": colleague.password,
        "timeZone": colleague.zone,
        "acl": COLLEAGUE,
    }


async def _outsiders(http: httpx.AsyncClient, url: str, outsiders: Iterable[Outsider], link: Link) -> Directory:
    directory = Directory()
    for person in outsiders:
        wish = {"firstName": person.first_name, "lastName": person.last_name, "emailAddress": person.address}
        directory[person.address] = Known(link, (await _post(http, url, wish))["id"])
    return directory


async def _post(http: httpx.AsyncClient, url: str, wish: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = (await http.post(url, json=wish)).raise_for_status().json()
    return answer
