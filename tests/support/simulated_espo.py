"""Around the simulated EspoCRM: people who call it, and a receiver of its webhooks."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.espo.clock import Clock
from sandbox.espo.webhooks.addresses import Addresses

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
API_KEY = "tandem-api-key"
HOOKS = "hooks.test"
"""A name that the simulator's DNS leads to this machine."""

SALES = {
    **{
        scope: {"create": "yes", "read": "all", "edit": "all", "delete": "all", "stream": "all"}
        for scope in ("Meeting", "Call", "CVisit", "Contact", "Lead", "Account")
    },
    "User": {"read": "all", "edit": "own"},
}


class Caller:
    """Someone who calls the API with credentials of their own; paths are relative to its base."""

    def __init__(self, http: httpx.AsyncClient, headers: dict[str, str], user_id: str = "") -> None:
        self._http = http
        self._headers = headers
        self.id = user_id

    async def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Make a request; a body goes as JSON."""
        return await self._http.request(method, f"/api/v1/{path}", json=body, headers=self._headers | (headers or {}))

    async def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        """Read."""
        return await self.call("GET", path, headers=headers)

    async def search(self, entity: str, headers: dict[str, str] | None = None, **asked: Any) -> Any:
        """List with `searchParams`; give the answer's JSON."""
        query = httpx.QueryParams({"searchParams": json.dumps(asked)})
        return (await self.get(f"{entity}?{query}", headers)).json()

    async def read(self, path: str) -> Any:
        """Read what must be there."""
        return (await self.get(path)).raise_for_status().json()

    async def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> httpx.Response:
        """Create, or act."""
        return await self.call("POST", path, body, headers)

    async def put(self, path: str, body: Any, headers: dict[str, str] | None = None) -> httpx.Response:
        """Change."""
        return await self.call("PUT", path, body, headers)

    async def delete(self, path: str, body: Any = None) -> httpx.Response:
        """Remove."""
        return await self.call("DELETE", path, body)

    async def create(self, entity: str, **given: Any) -> Any:
        """Create what must be accepted; give the record's id."""
        return (await self.post(entity, given)).raise_for_status().json()["id"]


class Instance:
    """A simulated EspoCRM: the connector's API user, the administrator, and people to add."""

    def __init__(self, http: httpx.AsyncClient, clock: Clock, addresses: Addresses | None = None) -> None:
        self.http = http
        self.clock = clock
        self.addresses = addresses or Addresses()
        self.api = Caller(http, {"X-Api-Key": API_KEY})
        self.admin = self.person("admin", "admin")

    def person(self, name: str, password: str, user_id: str = "") -> Caller:
        """Give someone who signs in with a password."""
        token = httpx.BasicAuth(name, password)
        request = next(token.auth_flow(httpx.Request("GET", "http://x")))
        return Caller(self.http, {"Authorization": request.headers["Authorization"]}, user_id)

    def stranger(self, **headers: str) -> Caller:
        """Give someone with these headers only."""
        return Caller(self.http, {name.replace("_", "-"): value for name, value in headers.items()})

    async def control(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """Use the control surface."""
        answer = await self.http.request(method, f"/_control/{path}", json=body)
        return answer.raise_for_status().json()

    async def add(self, name: str, *addresses: str, **given: Any) -> Caller:
        """Add a regular user with the rights of a salesperson."""
        user = {"userName": name.lower(), "name": f"{name} Corp", "emailAddresses": list(addresses), "acl": SALES}
        record = await self.control("users", user | given)
        return self.person(name.lower(), name.lower(), record["id"])

    async def meeting(self, by: Caller, owner: Caller, **given: Any) -> Any:
        """Create an hour's meeting on 1 December; give its id."""
        hours = {"dateStart": "2026-12-01 09:00:00", "dateEnd": "2026-12-01 10:00:00"}
        return await by.create("Meeting", **({"name": "Kick-off", "assignedUserId": owner.id} | hours | given))


@dataclass(slots=True)
class Hooks:
    """A receiver of webhooks over HTTP: keeps what arrives, answers as the test wishes."""

    answers: int = 200
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    raw: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def bodies(self) -> list[Any]:
        """What arrived, decoded."""
        return [json.loads(raw) for _, _, raw in self.raw]

    @property
    def paths(self) -> list[str]:
        """Where it arrived."""
        return [path for path, _, _ in self.raw]

    def app(self) -> Starlette:
        """Give the receiver as an application."""

        async def receive(request: Request) -> Response:
            self.raw.append((request.url.path, dict(request.headers), await request.body()))
            self.arrived.set()
            return Response(status_code=self.answers, headers={"Location": "http://elsewhere.test/"})

        return Starlette(routes=[Route("/{path:path}", receive, methods=["POST"])])
