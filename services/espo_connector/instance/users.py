"""EspoCRM's users as our pages show them: who could connect a mailbox, and in which teams they are."""

from collections.abc import Iterable, Mapping
from typing import Any

from espo_connector.asking.client import Client, Record
from espo_connector.asking.query import above, one_of, search, ticked

_PEOPLE = ("regular", "admin")
_SELECT = ("id", "userName", "name", "type", "isActive", "emailAddress", "teamsIds", "teamsNames")


async def users(client: Client) -> list[dict[str, Any]]:
    """List the active regular users and administrators, by id. Lists show primary addresses only.

    Raises what `Client` raises.
    """
    found: list[Record] = []
    more = True
    while more:
        behind = [above("id", found[-1]["id"])] if found else []
        where = [ticked("isActive"), one_of("type", _PEOPLE), *behind]
        page = await client.rows("User", search(where, select=_SELECT))
        found += page.rows
        more = page.more and bool(page.rows)
    return [user_of(row, (row.get("emailAddress"),)) for row in found]


def user_of(record: Mapping[str, Any], addresses: Iterable[str | None]) -> dict[str, Any]:
    """Describe a user: `{"id", "user_name", "name", "type", "is_admin", "emails", "teams": [{"id", "name"}]}`, pure."""
    names = record.get("teamsNames") or {}
    return {
        "id": record["id"],
        "user_name": record.get("userName") or "",
        "name": record.get("name") or record.get("userName") or "",
        "type": record.get("type") or "",
        "is_admin": record.get("type") in ("admin", "super-admin"),
        "emails": list(dict.fromkeys(address.strip().lower() for address in addresses if address)),
        "teams": [{"id": team, "name": names.get(team) or ""} for team in record.get("teamsIds") or ()],
    }
