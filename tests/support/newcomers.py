"""People who join the company in the running whole: a user in EspoCRM, a mailbox, and nothing that connects the two yet."""

from typing import Any
from uuid import uuid4

from support.whole import Whole
from tandem.people.cast import Colleague
from tandem.people.espo import Known

_EVENTS = ("Meeting", "Call", "CVisit")
_RIGHTS = {
    **{entity: {"create": "yes", "read": "all", "edit": "all", "delete": "all"} for entity in _EVENTS},
    **{entity: {"read": "all"} for entity in ("User", "Contact", "Lead")},
}


async def not_connected(whole: Whole, *, known_in_espo_as: str = "", access: bool = False, code: str = "") -> Colleague:
    """Hire somebody. `known_in_espo_as` is the address that EspoCRM has, if it is not the mailbox's.

    With `access` the role has the scope *Outlook Calendar*; `code` is what EspoCRM asks for as a second factor.
    """
    dora = Colleague(f"Dora{uuid4().hex[:12]} New", "Europe/Berlin")
    first, last = dora.name.split()
    user = {
        "userName": dora.login,
        "firstName": first,
        "lastName": last,
        "emailAddress": known_in_espo_as or dora.address,
        "type": "regular",
        "password": dora.password,
        "acl": _RIGHTS | ({"OutlookCalendar": True} if access else {}),
    } | ({"secondStepCode": code} if code else {})
    await whole.control_graph("POST", "mailboxes", {"upn": dora.address, "name": dora.name})
    whole.system.directory[dora.address] = Known("users", (await whole.control_espo("POST", "users", user))["id"])
    return dora


async def connects(whole: Whole, who: Colleague, **settings: Any) -> None:
    """Have somebody connect, from today on, with these settings."""
    wish = {"name": who.name, "mailbox": who.address, "zone": who.zone, "settings": settings}
    await whole.reconciler.connect(whole.id_of(who), wish)


async def syncs(whole: Whole, **settings: Any) -> Colleague:
    """Somebody new, connected with these settings and read for the first time."""
    dora = await not_connected(whole)
    await connects(whole, dora, **settings)

    async def running() -> bool | None:
        return (await whole.reconciler.preview(whole.id_of(dora)))["phase"] == "running" or None

    assert await whole.eventually(running)
    await whole.rest()
    return dora
