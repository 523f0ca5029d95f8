"""Meetings that people make in EspoCRM to be held in Teams, and what both sides show of them, in a running whole."""

from dataclasses import dataclass
from typing import Any

import httpx

from tandem.people.cast import Colleague
from tandem.people.outlook import app_token
from tandem.people.stage import Stage
from tandem.polling import until

PATIENCE = 30.0
MICROSOFT = "Microsoft"
"""The online location that asks for Teams."""


@dataclass(frozen=True, slots=True)
class Organizer:
    """A colleague who holds meetings online. `user` is the EspoCRM user's id, `token` lets Outlook be read."""

    on: Stage
    who: Colleague
    user: str
    token: str

    async def plans(self, **record: Any) -> str:
        """Make a meeting of an hour in EspoCRM; give its id."""
        hour = {"dateStart": "2030-05-06 09:00:00", "dateEnd": "2030-05-06 10:00:00"}
        usual = {"name": "Demo", "assignedUserId": self.user, "externalService": MICROSOFT, **hour}
        made: str = (await self._espo("POST", "Meeting", {**usual, **record}))["id"]
        return made

    async def moves(self, record: str, start: str, end: str) -> None:
        """Give the meeting another time."""
        await self._espo("PUT", f"Meeting/{record}", {"dateStart": start, "dateEnd": end})

    async def removes(self, record: str) -> None:
        """Delete the meeting."""
        await self._espo("DELETE", f"Meeting/{record}")

    async def join_url(self, record: str) -> str:
        """Wait until EspoCRM shows a link; "" where none comes."""

        async def shown() -> str | None:
            url: str | None = (await self._espo("GET", f"Meeting/{record}"))["joinUrl"]
            return url

        return await until(shown, PATIENCE) or ""

    async def events(self) -> list[dict[str, Any]]:
        """Read this person's Outlook calendar."""
        return list((await self._graph("events?$top=200"))["value"])

    async def meetings(self, join_url: str) -> list[dict[str, Any]]:
        """Find the Teams meeting behind a link."""
        return list((await self._graph("onlineMeetings", {"$filter": f"JoinWebUrl eq '{join_url}'"}))["value"])

    async def _espo(self, method: str, path: str, body: Any = None) -> Any:
        url = f"{self.on.addresses.espo.url}/api/v1/{path}"
        auth = httpx.BasicAuth(self.who.login, self.who.password)
        return (await self.on.http.request(method, url, json=body, auth=auth)).raise_for_status().json()

    async def _graph(self, path: str, query: dict[str, str] | None = None) -> Any:
        url = httpx.URL(f"{self.on.addresses.graph.url}/v1.0/users/{self.who.address}/{path}")
        headers = {"Authorization": f"Bearer {self.token}"}
        where = url.copy_merge_params(query) if query else url
        return (await self.on.http.get(where, headers=headers)).raise_for_status().json()


async def organizer(on: Stage, who: Colleague, user: str) -> Organizer:
    """Sign a colleague in on both sides."""
    return Organizer(on, who, user, await app_token(on.http, on.addresses.graph))
